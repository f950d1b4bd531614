"""The log: everything arrives on stderr, nothing a caller said does."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from loguru import logger as loguru_logger

from voice_agent.errors import ConfigError
from voice_agent.events import CallerHeard
from voice_agent.operations.logging import HIDDEN, configure_logging

SAID = "제 이름은 홍길동이고 번호는 010-1234-5678"


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    handlers, level = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    loguru_logger.remove()
    structlog.reset_defaults()


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    out, err = captured.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_our_own_events(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", json=True)
    log = structlog.get_logger()
    log.debug("too_fine")
    log.info("call_answered", call_id="a", sample_rate=8000)
    (line,) = lines(capsys)
    assert line["event"] == "call_answered"
    assert (line["level"], line["call_id"], line["sample_rate"]) == ("info", "a", 8000)
    assert line["timestamp"].endswith("Z")


def test_personal_fields_and_objects_are_hidden(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True)
    event = CallerHeard(call_id="a", text=SAID, confidence=1, decode_ms=1, speech_s=1)
    structlog.get_logger().info(
        "mistake",
        text=SAID,
        keys="900101",
        remote=SAID,
        summary=SAID,
        told=event,
        inner={"text": SAID, "n": [1, event]},
    )
    (line,) = lines(capsys)
    assert {line[name] for name in ("text", "keys", "remote", "summary")} == {HIDDEN}
    assert line["told"] == "<CallerHeard>"
    assert line["inner"] == {"text": HIDDEN, "n": [1, "<CallerHeard>"]}


def test_an_exception_is_a_class_and_a_place(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True)
    try:
        raise ValueError(SAID)
    except ValueError:
        structlog.get_logger().exception("turn_failed")
    (line,) = lines(capsys)
    assert line["exception"] == "ValueError"
    assert line["raised_at"][-1].endswith("test_an_exception_is_a_class_and_a_place")
    assert "홍길동" not in json.dumps(line, ensure_ascii=False)


def test_loguru_tells_where_but_never_what(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", json=True)
    loguru_logger.debug(f"Generating TTS: [{SAID}]")
    loguru_logger.warning(f"{SAID}")
    try:
        raise RuntimeError(SAID)
    except RuntimeError:
        loguru_logger.exception(SAID)
    out, err = capsys.readouterr()
    assert "홍길동" not in out + err and "5678" not in out + err
    warning, error = (json.loads(line) for line in err.splitlines())
    assert (warning["event"], warning["level"], warning["module"]) == ("pipecat", "warning", "test_logging")
    assert warning["function"] == "test_loguru_tells_where_but_never_what"
    assert isinstance(warning["line"], int)
    assert (error["level"], error["exception"]) == ("error", "RuntimeError")


def test_libraries_from_warning_up_without_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", json=True)
    logging.getLogger("some.library").info("chatter")
    logging.getLogger("some.library").warning("call from %s", "01012345678")
    logging.getLogger("baresip.call").warning("sip:010-1234-5678@192.0.2.7: gone\nsecond line")
    logging.getLogger("broken").warning("%d", "not a number")
    library, baresip, broken = lines(capsys)
    assert (library["event"], library["logger"], library["message"]) == ("library", "some.library", "call from ***")
    assert (baresip["event"], baresip["logger"]) == ("baresip", "baresip.call")
    assert "5678" not in baresip["message"] and "second" not in baresip["message"]
    assert broken["message"] == "%d"


def test_a_librarys_exception_keeps_its_message_to_itself(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=True)
    try:
        raise ValueError(SAID)
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    (line,) = lines(capsys)
    assert line["exception"] == "ValueError"
    assert "홍길동" not in json.dumps(line, ensure_ascii=False)


def test_columns_where_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(json=False)
    structlog.get_logger().info("call_answered", call_id="a")
    err = capsys.readouterr().err
    assert "call_answered" in err and "call_id=a" in err and "{" not in err


def test_json_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging()
    structlog.get_logger().info("call_answered")
    assert lines(capsys)[0]["event"] == "call_answered"


def test_a_wrong_level_says_what_was_expected() -> None:
    with pytest.raises(ConfigError, match="expected one of DEBUG"):
        configure_logging("LOUD")
