"""What an operator tries before anybody relies on it: each account's key, each credential of the chats."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from adapters.web.customers import customer_pages
from bot.__main__ import main
from bot.delivery.customer_page import Page, Situation, page_without_link
from bot.texts import Texts
from sandbox.server import serving
from tests import processes
from tests.databases import new_file

pytestmark = pytest.mark.slow
EU = "PAYLINK_CHECKOUT_EU_"


def paylink(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def settings_of(*arguments: str) -> dict[str, str]:
    """What `paylink sandbox --env` prints."""
    printed = paylink("sandbox", *arguments, "--env")
    assert printed.exit_code == 0, printed.output
    return dict(line.split("=", 1) for line in printed.output.splitlines())


@pytest.fixture(scope="module")
def outside() -> Iterator[dict[str, str]]:
    """Stand-ins that run, and the settings that point at them, those of a second account included."""
    with processes.sandbox("checkout", "costplus", "slack", "telegram") as url:
        port = url.rsplit(":", 1)[1]
        env = settings_of("checkout", "costplus", "slack", "telegram", "--port", port, "--socket-mode")
        further = {name.replace("CHECKOUT_", "CHECKOUT_EU_"): value for name, value in env.items()}
        yield further | env | {"PAYLINK_ACCOUNTS": "checkout-eu"}


@pytest.fixture
def settings(outside: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    own = {"PAYLINK_DATABASE_URL": new_file(tmp_path / "p.db"), "PAYLINK_PUBLIC_URL": "https://pay.test"}
    for name, value in (outside | own).items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_shell_reads_what_the_sandbox_prints_as_a_settings_file_does() -> None:
    printed = paylink("sandbox", "--env").output
    assert shlex.split(printed, comments=True) == printed.splitlines()


@pytest.mark.usefixtures("settings")
def test_every_account_and_every_credential_has_a_line() -> None:
    checked = paylink("check")
    assert checked.exit_code == 0, checked.output
    assert [line.split(":")[0] for line in checked.output.splitlines()] == [
        *("ok    settings", "ok    database", "ok    checkout", "ok    checkout-eu"),
        "ok    costplus",
        *("ok    slack", "ok    slack (app token)", "ok    telegram", "later customers"),
    ]
    assert "https://pay.test/p/ does not answer (ConnectError)" in checked.output


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        (
            "DATABASE_URL",
            "sqlite:///nowhere/paylink.db",
            "WRONG database: the database of PAYLINK_DATABASE_U",
        ),
        ("COSTPLUS_MODE", "live", "WRONG costplus: a live key with an address of this machine: API_URL"),
    ],
)
def test_one_thing_that_is_wrong_is_enough(
    settings: pytest.MonkeyPatch, setting: str, value: str, told: str
) -> None:
    settings.setenv(f"PAYLINK_{setting}", value)
    checked = paylink("check")
    [wrong] = [line for line in checked.output.splitlines() if line.startswith("WRONG")]
    assert (checked.exit_code, wrong[: len(told)]) == (1, told)


def test_without_an_address_of_our_own_none_is_tried(settings: pytest.MonkeyPatch) -> None:
    settings.delenv("PAYLINK_PUBLIC_URL")
    checked = paylink("check")
    assert (checked.exit_code, "customers" in checked.output) == (0, False), checked.output


def test_an_address_of_customers_that_leads_elsewhere_is_told(
    settings: pytest.MonkeyPatch, outside: dict[str, str]
) -> None:
    settings.setenv("PAYLINK_PUBLIC_URL", outside["PAYLINK_SLACK_API_URL"].partition("/slack")[0])
    checked = paylink("check")
    assert checked.exit_code == 1
    assert "WRONG customers: " in checked.output
    assert "/p/ is answered by something else (404)" in checked.output


def test_settings_that_only_their_backend_finds_wrong_are_not_said_to_be_without_a_mistake(
    settings: pytest.MonkeyPatch,
) -> None:
    settings.setenv("PAYLINK_CHECKOUT_LOCALE", "xx")
    checked = paylink("check")
    assert checked.exit_code == 1
    assert "PAYLINK_CHECKOUT_LOCALE=xx: must be one of" in checked.output
    assert "ok " not in checked.output


def test_a_wrong_key_of_one_account_is_told_of_that_one(settings: pytest.MonkeyPatch) -> None:
    settings.setenv(f"{EU}SECRET_KEY", "sk_sbox_obviouslyfakeobviouslyfak7")
    checked = paylink("check")
    assert checked.exit_code == 1
    wrong = [line for line in checked.output.splitlines() if line.startswith("WRONG")]
    assert [line.split(" (401, request ")[0] for line in wrong] == ["WRONG checkout-eu: it refuses the key"]
    assert wrong[0].endswith("PAYLINK_CHECKOUT_EU_API_URL and all others of one account?")


def test_a_wrong_app_token_is_told_and_not_shown(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("PAYLINK_SLACK_APP_TOKEN", "xapp-obviously-fake")
    checked = paylink("check")
    assert checked.exit_code == 1
    told = r"^WRONG slack \(app token\): signing in fails \(invalid_auth\)\. "
    told += r"Are all settings PAYLINK_SLACK_\.\.\. right"
    assert re.search(told, checked.output, re.MULTILINE)
    assert "obviously-fake" not in checked.output


def test_a_wrong_token_of_telegrams_is_told_and_not_shown(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("PAYLINK_TELEGRAM_BOT_TOKEN", "1:obviously-fake-obviously-fake-obviou")
    checked = paylink("check")
    assert checked.exit_code == 1
    assert re.search(r"^WRONG telegram: .* PAYLINK_TELEGRAM_", checked.output, re.MULTILINE)
    assert "obviously-fake" not in checked.output


def test_a_page_where_telegram_should_be_is_told_in_a_line(
    settings: pytest.MonkeyPatch, outside: dict[str, str]
) -> None:
    """In a process of its own: only there nobody else takes what libraries say."""
    nowhere = outside["PAYLINK_TELEGRAM_API_URL"].replace("/telegram", "/nowhere")
    settings.setenv("PAYLINK_TELEGRAM_API_URL", nowhere)
    checked = subprocess.run(
        [sys.executable, "-m", "bot", "check"], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (1, "")
    assert "WRONG telegram: signing in fails (Not Found (404) on the way)." in checked.stdout


async def test_an_address_of_customers_that_is_redirected_to_this_service_is_good(
    settings: pytest.MonkeyPatch,
) -> None:
    """As most web servers send those who come without encryption on to it."""

    async def nobodys(_: str) -> Page:
        return page_without_link(Texts("en"), "Northwind", Situation.UNKNOWN)

    async def moved(request: Request) -> Response:
        return RedirectResponse(f"/now{request.url.path}", 308)

    routes = [Route("/p/{token}", moved), Mount("/now", routes=[customer_pages(nobodys)])]
    settings.setenv("PAYLINK_MERCHANT_NAME", "Northwind")
    async with serving(Starlette(routes=routes)) as url:
        settings.setenv("PAYLINK_PUBLIC_URL", url)
        checked = await asyncio.to_thread(paylink, "check")
    assert f"ok    customers: {url}/p/ leads to this service" in checked.output


def test_without_an_app_token_none_is_tried(settings: pytest.MonkeyPatch) -> None:
    settings.delenv("PAYLINK_SLACK_APP_TOKEN")
    checked = paylink("check")
    assert (checked.exit_code, "app token" in checked.output) == (0, False)


def test_mistakes_that_only_a_backend_knows_are_told_for_all_accounts_at_once(
    settings: pytest.MonkeyPatch,
) -> None:
    settings.setenv("PAYLINK_CHECKOUT_LOCALE", "xx")
    settings.setenv(f"{EU}PAYMENT_METHODS", "shells")
    for command in (["check"], ["serve"], ["connect", "checkout"], ["inbox", "replay", "--quarantine"]):
        told = paylink(*command)
        assert told.exit_code == (1 if command == ["check"] else os.EX_CONFIG)
        assert f"  {EU}PAYMENT_METHODS: shells is not known" in told.output
        assert "  PAYLINK_CHECKOUT_LOCALE=xx: must be" in told.output
        assert not isinstance(told.exception, Exception), "it is told in lines, not as a crash"
        timers = [each for each in threading.enumerate() if isinstance(each, threading.Timer)]
        assert all(each.finished.is_set() for each in timers), "nothing is left that ends this process later"


def test_each_account_is_connected_at_an_address_and_with_a_secret_of_its_own(
    settings: pytest.MonkeyPatch, outside: dict[str, str]
) -> None:
    settings.setenv(f"{EU}WEBHOOK_SECRET", "obviously-fake-of-the-second")
    done = paylink("connect", "checkout-eu")
    assert done.exit_code == 0, done.output
    assert "Checkout.com (eu): " in done.output
    assert "https://pay.test/webhooks/checkout/eu" in done.output
    headers = {"Authorization": f"Bearer {outside['PAYLINK_CHECKOUT_SECRET_KEY']}"}
    listed = httpx.get(f"{outside['PAYLINK_CHECKOUT_API_URL']}/workflows", headers=headers, trust_env=False)
    assert [each["name"] for each in listed.json()["data"]] == [
        "Paylink: https://pay.test/webhooks/checkout/eu"
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("checkout-us", "There is no account checkout-us; there are: checkout, checkout-eu, costplus."),
        ("yabetoo", "PAYLINK_YABETOO_SECRET_KEY is not set"),
    ],
)
@pytest.mark.usefixtures("settings")
def test_what_is_no_account_cannot_be_connected(name: str, told: str) -> None:
    refused = paylink("connect", name)
    assert (refused.exit_code, told in refused.output) == (1, True)


def test_socket_mode_is_a_switch_of_slacks_alone() -> None:
    assert "PAYLINK_SLACK_APP_TOKEN" not in settings_of("slack")
    assert "PAYLINK_CHECKOUT_SECRET_KEY" in settings_of("checkout")
    assert settings_of("slack", "--socket-mode")["PAYLINK_SLACK_APP_TOKEN"].startswith("xapp-")
    refused = paylink("sandbox", "checkout", "--env", "--socket-mode")
    assert (refused.exit_code, "--socket-mode is about slack" in refused.output) == (2, True)
