"""One log on stderr: constant event names and fields, and nothing a caller said.

    structlog ──────────────► processors ► JSON lines, or columns on a terminal
    stdlib (libraries) ─────► event "library": logger, level, first line of the message, digit runs masked
    loguru (pipecat) ───────► event "pipecat": level, module, function, line, class of the exception

Pipecat's messages quote transcripts and prompts, so they are never read. The last processor before the renderer hides
fields that carry caller data by name, and objects whose text form might.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any

import structlog
from loguru import logger as loguru_logger

from voice_agent.errors import ConfigError

if TYPE_CHECKING:
    from loguru import Message

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
PERSONAL_FIELDS = frozenset({"text", "keys", "remote", "summary"})
HIDDEN = "[hidden]"

_MAX_MESSAGE = 300
# Three or more, also broken up, as in masking.py; here without its exceptions, since no log line needs a number kept.
_ADDRESS = re.compile(r'(?:sips?|tel):\S+|"[^"]*"|<[^>]*>')
_DIGIT_RUN = re.compile(r"\d(?:[\s\-.]{0,2}\d){2,}")

EventDict = MutableMapping[str, Any]


def configure_logging(level: str = "INFO", json: bool | None = None) -> None:
    """Send every log of this process to stderr, from ``level`` up; libraries from WARNING up.

    ``json``: one JSON object a line; None means whenever stderr is no terminal. Raises ConfigError for the level.
    """
    if level.upper() not in LEVELS:
        raise ConfigError(f"log level: expected one of {', '.join(LEVELS)}, got {level!r}")
    ours = logging.getLevelNamesMapping()[level.upper()]
    as_json = not sys.stderr.isatty() if json is None else json
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            describe_exception,
            hide_personal,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(ours),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    _route_stdlib(max(ours, logging.WARNING))
    _route_loguru(max(ours, logging.WARNING))


def describe_exception(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by the exception's class and where it came from; its message may quote a caller."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    error = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(error, BaseException):
        event["exception"] = type(error).__name__
        event["raised_at"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def hide_personal(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """The last defence: hide fields named like caller data, and objects whose text form might hold some."""
    return {name: HIDDEN if name in PERSONAL_FIELDS else _plain(value) for name, value in event.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(name): HIDDEN if name in PERSONAL_FIELDS else _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(inner) for inner in value]
    return f"<{type(value).__name__}>"


def mask_digits(message: str) -> str:
    """The first line of a library's message, shortened, without addresses, quoted names and digit runs."""
    line = message.splitlines()[0] if message else ""
    return _DIGIT_RUN.sub("***", _ADDRESS.sub("***", line))[:_MAX_MESSAGE]


class _ToStructlog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            # A library's arguments do not fit its own format string.
            message = str(record.msg)
        structlog.get_logger().log(
            record.levelno,
            "baresip" if record.name.split(".")[0] == "baresip" else "library",
            logger=record.name,
            message=mask_digits(message),
            exc_info=record.exc_info,
        )


def _route_stdlib(level: int) -> None:
    logging.root.handlers[:] = [_ToStructlog()]
    logging.root.setLevel(level)


def _route_loguru(level: int) -> None:
    loguru_logger.remove()
    # A function as format, or loguru would write the exception with its message, and with diagnose its variables.
    loguru_logger.add(_from_loguru, level=level, format=lambda _record: "", backtrace=False, diagnose=False)


def _from_loguru(message: Message) -> None:
    record = message.record
    error = record["exception"]
    structlog.get_logger().log(
        record["level"].no,
        "pipecat",
        module=record["module"],
        function=record["function"],
        line=record["line"],
        exception=None if error is None or error.type is None else error.type.__name__,
    )
