"""Which requests are Slack's: by their raw bytes, and any of the secrets that are good now."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from adapters.chat.slack.signature import SignatureVerifier
from bot.errors import WebhookRejected

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
OLD, NEW = "obviously-fake-old", "obviously-fake-new"
BODY = b"command=%2Fpaylink&text=5+EUR"


@dataclass(frozen=True)
class Stopped:
    """A clock that stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at


def is_proven(secrets: tuple[str, ...], told: dict[str, str], body: bytes, now: datetime) -> bool:
    try:
        SignatureVerifier(secrets, Stopped(now)).verify(told, body)
    except WebhookRejected:
        return False
    return True


def headers(secret: str = OLD, body: bytes = BODY, age_s: int = 0) -> dict[str, str]:
    return signed(secret, body, str(int(NOW.timestamp()) - age_s))


def signed(secret: str, body: bytes, stamp: str) -> dict[str, str]:
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": f"v0={digest}"}


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_one_secret_replaces_another_both_are_good(secret: str) -> None:
    assert is_proven((NEW, OLD), headers(secret), BODY, NOW)


def test_a_secret_that_was_taken_out_is_good_no_more() -> None:
    assert not is_proven((NEW,), headers(OLD), BODY, NOW)


def test_without_a_secret_the_door_is_closed() -> None:
    assert not is_proven((), headers(""), BODY, NOW)


def test_the_example_that_slack_documents_is_proven() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    told = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    at = datetime.fromtimestamp(1531420618, UTC)
    assert is_proven(("8f742231b10e8888abcd99yyyzzz85a5",), told, body, at)


@pytest.mark.parametrize(("age_s", "good"), [(300, True), (301, False), (-300, True), (-301, False)])
def test_a_proof_is_good_for_five_minutes(age_s: int, good: bool) -> None:  # noqa: FBT001
    assert is_proven((OLD,), headers(age_s=age_s), BODY, NOW) is good


@pytest.mark.parametrize("stamp", ["", "soon", "\u0661\u0667", "-1", "9" * 5000])
def test_a_time_that_is_none_is_refused_even_if_it_is_signed(stamp: str) -> None:
    assert not is_proven((OLD,), signed(OLD, BODY, stamp), BODY, NOW)


@pytest.mark.parametrize("signature", ["", "v0=", "v0=ü", "v1=" + "0" * 64])
def test_a_proof_of_another_form_is_refused_and_breaks_nothing(signature: str) -> None:
    assert not is_proven((OLD,), headers() | {"x-slack-signature": signature}, BODY, NOW)
    assert not is_proven((OLD,), {}, BODY, NOW)


def test_one_altered_byte_is_refused_whatever_the_bytes_are() -> None:
    assert is_proven((OLD,), headers(body=b"\xff\xfe"), b"\xff\xfe", NOW)
    assert not is_proven((OLD,), headers(body=b"\xff\xfe"), b"\xff\xff", NOW)
