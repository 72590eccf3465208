"""Accounts at one backend are told apart: by name, by label, and in all that is said of their settings."""

import pytest

from adapters.backends import BACKENDS
from adapters.backends._accounts import make_accounts
from bot.errors import ConfigurationError
from bot.ports.accounts import account_id, backend_of, label_of, prefix_of, webhooks_of
from bot.settings_backends import DECLARED
from tests.fakes import FakeBackend


@pytest.mark.parametrize(
    ("backend", "word", "known"),
    [
        ("checkout", None, ("checkout", "Checkout.com", "CHECKOUT_", "/webhooks/checkout")),
        ("checkout", "eu", ("checkout-eu", "Checkout.com (eu)", "CHECKOUT_EU_", "/webhooks/checkout/eu")),
    ],
)
def test_everything_about_an_account_follows_from_its_name(
    backend: str, word: str | None, known: tuple[str, ...]
) -> None:
    name = account_id(backend, word)
    assert (name, label_of(name, "Checkout.com"), prefix_of(name), webhooks_of(name)) == known
    assert backend_of(name) == backend


@pytest.fixture
def written() -> dict[str, dict[str, str]]:
    """Every backend's settings, as their examples are, for an account beside the first."""
    kept = {"PROCESSING_CHANNEL_ID": "", "UNIT_PRICES": "", "EXTRA": ""}
    return {
        f"{name}-eu": {row.name: row.default or row.example for row in declared.rows} | kept
        for name, declared in DECLARED.items()
    }


async def test_an_account_goes_by_its_own_name_and_its_steps_name_its_own_settings(
    written: dict[str, dict[str, str]],
) -> None:
    made = make_accounts(written, "Corner Coffee", {})
    for name, backend in made.items():
        assert (backend.info.name, backend.info.label.endswith(" (eu)")) == (backend_of(name), True)
        assert not any(f"PAYLINK_{prefix_of(backend_of(name))}SECRET" in step for step in backend.info.steps)
        await backend.aclose()
    assert "PAYLINK_YABETOO_EU_WEBHOOK_SECRET" in made["yabetoo-eu"].info.steps[-1]
    first = make_accounts({"costplus": written["costplus-eu"]}, "", {})["costplus"]
    assert first.info.label == "Cost+"
    await first.aclose()


def test_what_is_wrong_with_any_account_is_told_at_once_under_its_own_name(
    written: dict[str, dict[str, str]],
) -> None:
    written["checkout-eu"]["LOCALE"] = "xx"
    written["yabetoo-eu"]["CURRENCIES"] = "ABC"
    with pytest.raises(ConfigurationError) as mistakes:
        make_accounts(written, "Corner Coffee", {})
    assert [problem.partition("=")[0].partition(":")[0] for problem in mistakes.value.problems] == [
        "PAYLINK_CHECKOUT_EU_LOCALE",
        "PAYLINK_YABETOO_EU_CURRENCIES",
    ]


def test_what_is_given_is_taken_as_it_is() -> None:
    given = FakeBackend()
    assert make_accounts({"checkout-eu": {}}, "", {"checkout-eu": given}) == {"checkout-eu": given}
    assert set(DECLARED) == set(BACKENDS)
