"""Further accounts at a backend: named in one setting, each with its backend's settings under its name."""

from itertools import permutations
from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.ports.accounts import prefix_of
from bot.settings import load, read_environment
from bot.settings_backends import DECLARED
from tests.unit.test_settings import GOOD

EU = {
    "PAYLINK_ACCOUNTS": "checkout-eu",
    "PAYLINK_CHECKOUT_EU_SECRET_KEY": "sk_sbox_2",
    "PAYLINK_CHECKOUT_EU_API_URL": "https://eu.api.sandbox.checkout.com",
    "PAYLINK_CHECKOUT_EU_WEBHOOK_SECRET": "another-secret",
}


def problems(**changes: str) -> list[str]:
    """The lines about these settings, beside a good further account."""
    with pytest.raises(ConfigurationError) as mistakes:
        load(GOOD | EU | {f"PAYLINK_{name}": value for name, value in changes.items()})
    return list(mistakes.value.problems)


def test_each_account_has_its_own_settings_without_any_prefix() -> None:
    accounts = load(GOOD | EU).accounts
    assert list(accounts) == ["checkout", "checkout-eu"]
    assert [values["SECRET_KEY"] for values in accounts.values()] == ["sk_sbox_1", "sk_sbox_2"]
    assert accounts["checkout"].keys() == accounts["checkout-eu"].keys()


def test_what_one_account_leaves_out_is_the_default_and_not_the_other_accounts() -> None:
    kit = {"SECRET_KEY": "st_1", "ACCOUNT_ID": "acc_1", "WEBHOOK_SECRET": "w"}
    written = {
        f"PAYLINK_PAYMENTKIT_{word}{name}": value for word in ("", "B_") for name, value in kit.items()
    }
    named = {"PAYLINK_ACCOUNTS": "paymentkit-b", "PAYLINK_PAYMENTKIT_SELL_BY": "quantity"}
    accounts = load(GOOD | written | named).accounts
    assert (accounts["paymentkit"]["SELL_BY"], accounts["paymentkit-b"]["SELL_BY"]) == ("quantity", "price")


def test_a_backend_may_have_further_accounts_only() -> None:
    written = {"PAYLINK_ACCOUNTS": "costplus-shop", "PAYLINK_COSTPLUS_SHOP_SECRET_KEY": "k"}
    settings = load(written | {"PAYLINK_TELEGRAM_BOT_TOKEN": "123456:ABC"})
    assert (list(settings.accounts), settings.default_backend) == (["costplus-shop"], "costplus-shop")


def test_any_account_can_be_the_one_that_makes_links_unless_said() -> None:
    assert load(GOOD | EU | {"PAYLINK_DEFAULT_BACKEND": "checkout-eu"}).default_backend == "checkout-eu"
    (problem,) = problems(DEFAULT_BACKEND="checkout-us")
    assert problem.endswith("those with one: checkout, checkout-eu")


def test_its_keys_and_secrets_are_secrets() -> None:
    assert {"sk_sbox_2", "another-secret"} <= set(load(GOOD | EU).secrets)


def test_all_mistakes_are_told_at_once_with_the_way_out() -> None:
    told = problems(
        ACCOUNTS="checkout-eu, checkout_eu, stripe-eu, checkout-EU, yabetoo-cd, checkout-eu",
        CHECKOUT_EU_3DS="yes",
        CHECKOUT_EU_WEBHOOK_SECRET="",
    )
    shape = "must be a backend, a hyphen and at most 20 small letters and digits, like checkout-eu"
    secret, key = "CHECKOUT_EU_WEBHOOK_SECRET", "YABETOO_CD_SECRET_KEY"
    source = "(`paylink connect checkout-eu` says where it comes from)"
    assert told == [
        f"PAYLINK_ACCOUNTS: checkout_eu {shape}",
        f"PAYLINK_ACCOUNTS: stripe-eu is at no backend that there is; there are {', '.join(DECLARED)}",
        f"PAYLINK_ACCOUNTS: checkout-EU {shape}",
        "PAYLINK_ACCOUNTS: checkout-eu is named twice",
        f"PAYLINK_{secret}: is needed with PAYLINK_CHECKOUT_EU_SECRET_KEY; add PAYLINK_{secret}=... {source}",
        f"PAYLINK_{key}: is needed with PAYLINK_ACCOUNTS; add PAYLINK_{key}=sk_test_...",
        "PAYLINK_CHECKOUT_EU_3DS=yes: must be on or off",
    ]


def test_the_settings_of_an_account_that_is_not_named_say_where_to_name_it() -> None:
    (problem,) = problems(CHECKOUT_US_SECRET_KEY="sk_sbox_3")
    assert problem == (
        "PAYLINK_CHECKOUT_US_SECRET_KEY: there is no such setting; if it is another account's, "
        "add checkout-us to PAYLINK_ACCOUNTS"
    )


def test_a_typing_error_in_an_accounts_setting_is_told_with_what_was_meant() -> None:
    (problem,) = problems(CHECKOUT_EU_SECRETKEY="sk_sbox_2")
    assert problem.endswith("did you mean PAYLINK_CHECKOUT_EU_SECRET_KEY?")


def test_accounts_can_be_written_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EU:
        monkeypatch.delenv(name, raising=False)
    env = tmp_path / ".env"
    env.write_text("".join(f"{name}={value}\n" for name, value in (GOOD | EU).items()))
    assert load(read_environment(env)).accounts["checkout-eu"]["SECRET_KEY"] == "sk_sbox_2"


@pytest.mark.parametrize("backend", DECLARED)
def test_no_account_can_be_named_so_that_two_settings_have_one_name(backend: str) -> None:
    """CHECKOUT_X_ID must not be both a setting ID of checkout-x and a setting X_ID of checkout."""
    rows = [row.name for row in DECLARED[backend].rows]
    assert not [(one, other) for one, other in permutations(rows, 2) if one.endswith(f"_{other}")]
    assert not [
        other for other in DECLARED if other != backend and prefix_of(other).startswith(prefix_of(backend))
    ]
