"""Tables and small pieces of HTML. Pure; every value is escaped unless it is :class:`Safe`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Safe(str):
    """HTML of our own making."""

    __slots__ = ()


def cell(value: object) -> str:
    """One value as HTML."""
    return str(value) if isinstance(value, Safe) else escape("" if value is None else str(value))


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str, caption: str) -> str:
    """A table that scrolls sideways where it is too wide, or what there is to say when it is empty."""
    body = "".join("<tr>" + "".join(f"<td>{cell(value)}</td>" for value in row) + "</tr>" for row in rows)
    if not body:
        return f'<p class="soft">{escape(empty)}</p>'
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="plain">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def link(href: str, text: str) -> Safe:
    """A link inside the console."""
    return Safe(f'<a href="{escape(href)}">{escape(text)}</a>')


def unbroken(text: str) -> Safe:
    """Kept on one line."""
    return Safe(f'<span class="number">{escape(text)}</span>')


def badge(text: str, tone: str = "") -> Safe:
    """A word with a colour: ``good``, ``warn``, ``bad`` or none. The word alone tells it all."""
    return Safe(f'<span class="badge {escape(tone)}">{escape(text)}</span>')


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Names and values."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{cell(value)}</dd>" for name, value in pairs)
    return f'<dl class="facts">{rows}</dl>' if rows else ""
