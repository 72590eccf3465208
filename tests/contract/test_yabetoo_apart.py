"""What YabetooPay's adapter decides without asking anybody: what is a proof, and which settings are wrong."""

import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest

from adapters.backends._yabetoo_events import proofs_in
from adapters.backends.yabetoo import INFO, Yabetoo, make_yabetoo
from bot.errors import ConfigurationError, WebhookRejected
from bot.ports.model import Mode
from tests.contract.test_yabetoo import YABETOO

SETTINGS = {"API_URL": "http://127.0.0.1:9", "SECRET_KEY": "sk_test_fake", "WEBHOOK_SECRET": "whsec_fake"}
NOW = datetime(2026, 11, 21, 9, 10, tzinfo=UTC)
BODY = json.dumps(YABETOO.sample).encode()
OWN, BESIDE, CLI = "x-yabetoo-webhook-signature", "x-yabetoo-webhook-timestamp", "yabetoo-signature"


def offline(**settings: str) -> Yabetoo:
    backend = make_yabetoo(SETTINGS | settings, "Corner Coffee")
    backend.now = lambda: NOW
    return backend


def hex_of(at: str) -> str:
    return hmac.new(b"whsec_fake", f"{at}.".encode() + BODY, hashlib.sha256).hexdigest()


AT = str(int(NOW.timestamp()))
GOOD = hex_of(AT)
BODY_ALONE = hmac.new(b"whsec_fake", BODY, hashlib.sha256).hexdigest()


class TestProof:
    @pytest.mark.parametrize(
        "headers",
        [
            {OWN: f"v1={GOOD}", BESIDE: AT},
            {OWN: f"t={AT},v1={GOOD}"},
            {OWN: f"t={AT}, v1={'0' * 64}, v1={GOOD}", BESIDE: "1"},
            {OWN: GOOD, BESIDE: AT},
            {CLI: f"t={AT},v1={GOOD}"},
            {OWN: f"v1={'0' * 64}", BESIDE: AT, CLI: f"t={AT},v1={GOOD}"},
        ],
    )
    def test_each_documented_form_is_one(self, headers: dict[str, str]) -> None:
        offline().verify(headers, BODY, NOW)

    @pytest.mark.parametrize(
        "headers",
        [
            {OWN: GOOD},
            {OWN: f"v1={GOOD}"},
            {CLI: f"v1={GOOD}", BESIDE: AT},
            {CLI: GOOD, BESIDE: AT},
            {OWN: BODY_ALONE, BESIDE: AT},
            {OWN: f"v1={BODY_ALONE}", BESIDE: AT},
            {OWN: f"t={AT},v1={BODY_ALONE}"},
            {OWN: BODY_ALONE},
            {"x-yabetoo-signature": BODY_ALONE},
            {"x-yabetoo-signature": GOOD, BESIDE: AT},
            {OWN: f"v0={GOOD}", BESIDE: AT},
            {OWN: f"v1={GOOD}", BESIDE: f"{AT}.0"},
            {OWN: f"v1={GOOD}", BESIDE: f"-{AT}"},
            {OWN: f"t=,v1={GOOD}"},
            {OWN: f"v1={GOOD[:-1]}", BESIDE: AT},
        ],
    )
    def test_what_covers_no_timestamp_is_none(self, headers: dict[str, str]) -> None:
        with pytest.raises(WebhookRejected):
            offline().verify(headers, BODY, NOW)

    def test_a_stranger_cannot_have_thousands_reckoned(self) -> None:
        """Each is reckoned over the whole body, before anything is known of who sent it."""
        many = ",".join([f"t={AT}"] * 500 + [f"v1={number:064x}" for number in range(500)])
        assert len(list(proofs_in({OWN: many, CLI: many}))) < 10

    @pytest.mark.parametrize(
        ("seconds", "taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)]
    )
    def test_it_is_good_for_five_minutes(self, seconds: int, *, taken: bool) -> None:
        at = str(int(AT) + seconds)
        headers = {OWN: f"v1={hex_of(at)}", BESIDE: at}
        if taken:
            offline().verify(headers, BODY, NOW)
        else:
            with pytest.raises(WebhookRejected):
                offline().verify(headers, BODY, NOW)


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "told"),
        [
            ({"CURRENCIES": "EUR,XYZ,ABC"}, ["ABC is no currency", "XYZ is no currency"]),
            ({"EXTRA": '{"slug": "a", "amount": "1"}'}, ["amount cannot be added", "slug cannot be added"]),
            ({"EXTRA": "[]"}, ["must be a JSON object"]),
            ({"EXTRA": '{"successUrl": 7}'}, ["must be a JSON object"]),
            ({"EXTRA": "{"}, ["must be a JSON object"]),
        ],
    )
    def test_what_is_wrong_is_named(self, settings: dict[str, str], told: list[str]) -> None:
        with pytest.raises(ConfigurationError) as raised:
            offline(**settings)
        assert [text in problem for text, problem in zip(told, raised.value.problems, strict=True)] == [
            True
        ] * len(told)
        if "cannot" in told[0]:
            assert all("cancelUrl" in problem for problem in raised.value.problems)

    def test_the_key_tells_test_from_live(self) -> None:
        assert (offline().mode, offline(SECRET_KEY="sk_live_fake").mode) == (Mode.TEST, Mode.LIVE)

    def test_only_the_currencies_of_the_account_are_offered(self) -> None:
        assert offline(CURRENCIES="XAF, XOF").info.currencies == {"XAF", "XOF"}
        assert offline(CURRENCIES="").info.currencies == INFO.currencies == {"XAF", "EUR"}

    def test_the_steps_to_a_webhook_name_the_address(self) -> None:
        steps = [step.format(url="https://pay.example.com/webhooks/yabetoo") for step in INFO.steps]
        assert "https://pay.example.com/webhooks/yabetoo" in steps[0]
        assert "PAYLINK_YABETOO_WEBHOOK_SECRET" in steps[-1]
