"""No line of the log holds a secret, whoever writes it and in whichever format."""

import contextlib
import json
import logging
from pathlib import Path

import pytest
import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from telegram.error import TelegramError
from telegram.request import BaseRequest

from bot import logs

SECRET = "sk_sbox_0123456789"
TWO = "old-secret-1,new-secret-2"
BOT = "https://api.telegram.org/bot123456:ABC-def_1/getUpdates"
FORMATS = ["json", "console"]


def fail() -> None:
    """With one secret in the error, and another in its cause."""
    raise ValueError(f"with {SECRET}") from ConnectionError(BOT)


def written(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize("secret", [SECRET, "old-secret-1", "new-secret-2", TWO, "bot123456:ABC-def_1"])
def test_our_own_lines_hold_no_secret(
    log_format: str, secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(log_format, (SECRET, TWO))
    structlog.get_logger("ours").warning(
        f"key /{secret} refused", value=f"/{secret}", nested={"a": [f"/{secret}"]}
    )
    line = written(capsys)
    assert secret not in line
    assert line.count("[redacted]") >= 3
    assert "refused" in line


@pytest.mark.parametrize("log_format", FORMATS)
def test_tracebacks_hold_no_secret(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(log_format, (SECRET,))
    try:
        fail()
    except ValueError:
        structlog.get_logger("ours").exception("failed")
        logging.getLogger("foreign").exception("failed as well")
    lines = written(capsys)
    assert lines.count("ConnectionError") >= 2
    assert lines.count("ValueError") >= 2
    assert SECRET not in lines
    assert "ABC-def_1" not in lines


@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize("name", ["foreign", "httpx", "telegram.ext", "slack_bolt.App", "uvicorn.error"])
def test_lines_of_others_hold_no_secret(
    log_format: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(log_format, (SECRET,))
    logging.getLogger(name).error("HTTP Request: POST %s with %s", BOT, SECRET)
    line = written(capsys)
    assert "HTTP Request: POST" in line
    assert SECRET not in line
    assert "123456:ABC-def_1" not in line


def test_a_token_of_telegram_is_redacted_even_if_it_is_not_ours() -> None:
    assert "ABC" not in logs.redactor(())(BOT)
    assert logs.redactor(())(BOT).endswith("[redacted]/getUpdates")


@pytest.mark.parametrize("secret", ['quoted"secret', "back\\slash-secret", "sécret-ünlike", "tab\tsecret"])
def test_a_secret_is_found_however_json_writes_it(secret: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", (secret,))
    structlog.get_logger("ours").warning("refused", value=secret)
    assert secret not in json.loads(written(capsys))["value"]


def test_empty_secrets_redact_nothing() -> None:
    assert logs.redactor(("", " "))("plain words, here") == "plain words, here"


def test_the_longer_of_two_secrets_is_redacted_whole() -> None:
    assert logs.redactor(("abc", "abcdef"))("abcdef") == "[redacted]"


def test_json_is_one_object_per_line_with_level_and_time(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", ())
    structlog.get_logger("ours").info("began", link="PL1")
    logging.getLogger("foreign").error("broken\nin two")
    ours, foreign = (json.loads(line) for line in written(capsys).splitlines())
    assert (ours["event"], ours["level"], ours["link"]) == ("began", "info", "PL1")
    assert (foreign["event"], foreign["level"]) == ("broken\nin two", "error")
    assert ours["timestamp"].endswith("Z")


@pytest.mark.parametrize("told", ["\x1b]0;title\x07end", "\x9b31mred", "one\rtwo", "\u202etxt.exe"])
@pytest.mark.parametrize("log_format", FORMATS)
def test_no_line_makes_a_terminal_do_anything(
    log_format: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(log_format, ())
    structlog.get_logger("ours").warning("event.no_link", word=told)
    logging.getLogger("foreign").error("refused: %s\nand more", told)
    lines = written(capsys)
    assert all(line.isprintable() for line in lines.splitlines())
    assert lines.count(told[-3:]) == 2


@pytest.mark.parametrize("name", ["httpx", "telegram", "slack_bolt", "alembic"])
def test_talkative_libraries_are_quiet_below_warnings(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", ())
    logging.getLogger(name).info("chatter")
    assert written(capsys) == ""


def test_an_answer_that_is_no_json_is_not_written_with_what_people_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whoever called is told by an error, and writes a line of their own."""
    logs.configure("json", ())
    with pytest.raises(TelegramError):
        BaseRequest.parse_json_payload(b'{"ok": true, "result": [{"text": "49.90 EUR jane@example.com')
    assert written(capsys) == ""


def test_the_server_does_not_write_what_strangers_send(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("json", ())
    logging.getLogger("uvicorn.error").warning("Unsupported upgrade request.")
    assert written(capsys) == ""


def test_a_collector_that_is_away_fills_no_log(capsys: pytest.CaptureFixture[str]) -> None:
    """A line for what it did not get, and none for each time that it is tried."""
    logs.configure("json", ())
    exporter = OTLPSpanExporter(endpoint="http://127.0.0.1:9/v1/traces", timeout=2)
    span = TracerProvider(shutdown_on_exit=False).get_tracer("paylink").start_span("post")
    span.end()
    assert isinstance(span, ReadableSpan)
    assert exporter.export([span]) is SpanExportResult.FAILURE
    assert [json.loads(line)["level"] for line in written(capsys).splitlines()] == ["error"]


def test_every_line_says_what_it_is_about_and_small_ones_are_only_listened_to(
    capsys: pytest.CaptureFixture[str],
) -> None:
    heard: list[tuple[str, str | None]] = []
    logs.configure("json", (), [lambda line: heard.append((line["event"], line.get("link")))])
    with structlog.contextvars.bound_contextvars(link="PL1"):
        structlog.get_logger("ours").debug("small")
        structlog.get_logger("ours").info("large")
        logging.getLogger("foreign").error("of others")
    structlog.get_logger("ours").info("about nothing")
    assert heard == [("small", "PL1"), ("large", "PL1"), ("about nothing", None)]
    lines = [json.loads(line) for line in written(capsys).splitlines()]
    assert [(line["event"], line.get("link")) for line in lines] == [
        ("large", "PL1"),
        ("of others", "PL1"),
        ("about nothing", None),
    ]


def test_nobody_is_stopped_by_a_line_that_cannot_be_written() -> None:
    full = Path("/dev/full").open("w", buffering=1)  # noqa: SIM115 - it cannot be closed without a complaint
    with contextlib.redirect_stderr(full):
        logs.configure("json", ())
        structlog.get_logger("ours").info("began", link="PL1")
    with contextlib.suppress(OSError):
        full.close()
