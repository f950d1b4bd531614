"""Telephone numbers as they are written, with hyphens, points, spaces or nothing between, as one says them. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.korean.number_words import digit_by_digit
from dialogs.korean.symbols import NO_AMOUNT, TO, alternatives
from dialogs.korean.telephone import CALL_LINES, group_telephone, say_telephone

LINE = alternatives(list(CALL_LINES))
_AREA = r"\(?0\d{1,3}\)?"
_MORE = rf"(?P<more>(?:\s?(?:[,·/]|{TO})\s?\d{{4}}(?![\d]|[-.]\d){NO_AMOUNT})*)"


def _written(match: re.Match[str]) -> str:
    """The number, and the last groups of its neighbours: 031-8008-3958, 3959."""
    more = match["more"]
    words = say_telephone(match.group().removesuffix(more))
    for group in re.findall(rf"({TO})?\D*?(\d{{4}})", more):
        words += ("에서 " if group[0] else ", ") + digit_by_digit(group[1])
    return words


def _plain(match: re.Match[str]) -> str:
    return say_telephone(match.group())


def _international(match: re.Match[str]) -> str:
    return say_telephone("0" + match[1])


def _unbroken(match: re.Match[str]) -> str:
    return say_telephone(match.group()) if group_telephone(match.group()) else match.group()


TELEPHONE_RULES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (rf"\+\s?82[- .]?\(?0?\)?(\d{{1,2}}[-. )]\s?(?:\d{{3,4}}[-. ]\d{{4}}|(?:{LINE})))(?!\d)", _international),
    (rf"(?<!\d){_AREA}[-. )]\s?\d{{3,4}}[-.]\d{{4}}(?!\d){_MORE}", _written),
    (rf"(?<![\d.,-]){_AREA}[-. )]\s?\d{{3,4}}\s\d{{4}}(?!\d){NO_AMOUNT}{_MORE}", _written),
    (rf"(?<![\d-])1[3568]\d{{2}}-\d{{4}}(?!\d){NO_AMOUNT}{_MORE}", _written),
    (rf"(?<![\d.,-])1[568]\d{{2}}[. ]\d{{4}}(?![\d,.-]\d|\d|\s?[~∼～]){NO_AMOUNT}{_MORE}", _written),
    (rf"(?<![\d.,])\(?0\d{{1,2}}\)?[-. )]\s?(?:{LINE})(?!\d)", _plain),
    (r"(?<!\d)01[016789]\d{7,8}(?!\d)", _plain),
)
UNBROKEN_RULES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (rf"(?<![\d.,-])(?:0\d{{8,10}}|1[568]\d{{6}})(?![\d]|[,.-]\d){NO_AMOUNT}", _unbroken),
)
"""Receipt and account numbers go before these."""
