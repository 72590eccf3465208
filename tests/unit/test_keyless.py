"""An account without a key: its links are still shown, and nobody is called."""

from datetime import UTC, datetime

import pytest

from adapters.backends._keyless import Keyless
from bot.errors import AccountUnknown, BackendAuthFailed, WebhookRejected
from bot.ports.model import Account, Mode

GONE = Keyless(Account("checkout", "checkout", Mode.TEST), "Checkout.com")
NOW = datetime(2026, 11, 21, 9, 10, tzinfo=UTC)


def test_it_has_a_name_and_a_mode_and_offers_nothing() -> None:
    assert (GONE.info.label, GONE.mode, GONE.info.currencies) == ("Checkout.com", Mode.TEST, frozenset())


def test_a_further_account_keeps_its_name() -> None:
    gone = Keyless(Account("checkout-eu", "checkout", Mode.TEST), "Checkout.com")
    assert (gone.info.name, gone.info.label) == ("checkout", "Checkout.com (eu)")


async def test_every_call_is_refused_as_a_bad_key_would_be() -> None:
    for call in (GONE.fetch("pl_1"), GONE.fetch_payment("pay_1"), GONE.find_payments("PL1"), GONE.check()):
        with pytest.raises(BackendAuthFailed, match="no longer in the settings"):
            await call


def test_its_webhooks_find_a_closed_door() -> None:
    with pytest.raises(WebhookRejected):
        GONE.verify({}, b"{}", NOW)
    with pytest.raises(AccountUnknown):
        GONE.parse(b"{}")
