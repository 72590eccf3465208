"""What an operator does once for a backend: try its key, and have it send its webhooks here."""

from collections.abc import Iterator

import httpx
import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from tests import processes

pytestmark = pytest.mark.slow
SECRET = "obviously-fake-webhook-secret"


@pytest.fixture(scope="module")
def checkout() -> Iterator[str]:
    with processes.sandbox("checkout") as url:
        yield f"{url}/checkout"


@pytest.fixture
def settings(checkout: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> pytest.MonkeyPatch:
    values = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/paylink.db",
        "PUBLIC_URL": "https://pay.example.com",
        "CHECKOUT_API_URL": checkout,
        "CHECKOUT_SECRET_KEY": "sk_sbox_sandboxsandboxsandboxsando7",
        "CHECKOUT_WEBHOOK_SECRET": SECRET,
        "CHECKOUT_PROCESSING_CHANNEL_ID": "pc_sandboxsandboxsandboxsando",
        "SLACK_BOT_TOKEN": "xoxb-obviously-fake",
        "SLACK_SIGNING_SECRET": "obviously-fake",
        "SLACK_API_URL": f"{checkout}/",
    }
    for name, value in values.items():
        monkeypatch.setenv(f"PAYLINK_{name}", value)
    return monkeypatch


def paylink(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def workflows(checkout: str) -> list[dict[str, object]]:
    headers = {"Authorization": "Bearer sk_sbox_sandboxsandboxsandboxsando7"}
    answer = httpx.get(f"{checkout}/workflows", headers=headers, trust_env=False)
    return list(answer.json()["data"])


@pytest.mark.usefixtures("settings")
def test_connecting_registers_the_public_address_once(checkout: str) -> None:
    for _ in range(2):
        done = paylink("connect", "checkout")
        assert (done.exit_code, "https://pay.example.com/webhooks/checkout" in done.output) == (0, True)
        assert SECRET not in done.output
    names = [str(workflow["name"]) for workflow in workflows(checkout)]
    assert names == ["Paylink: https://pay.example.com/webhooks/checkout"]


def test_without_an_address_that_the_world_reaches_nothing_is_registered(
    settings: pytest.MonkeyPatch, checkout: str
) -> None:
    before = len(workflows(checkout))
    settings.delenv("PAYLINK_PUBLIC_URL")
    refused = paylink("connect", "checkout")
    assert (refused.exit_code, "PAYLINK_PUBLIC_URL is not set" in refused.output) == (1, True)
    assert "If nothing reaches it, PAYLINK_CHECKOUT_WEBHOOK_SECRET is a long random word" in refused.output
    assert len(workflows(checkout)) == before


def test_a_wrong_key_is_told_and_not_repeated(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("PAYLINK_CHECKOUT_SECRET_KEY", "sk_sbox_obviouslyfakeobviouslyfak7")
    refused = paylink("connect", "checkout")
    assert refused.exit_code == 1
    assert refused.output.startswith("Not connected: it refuses the key (401, request ")
    assert "Are PAYLINK_CHECKOUT_SECRET_KEY, PAYLINK_CHECKOUT_API_URL and all others" in refused.output
    assert "obviouslyfake" not in refused.output


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://host.example.com", "https://host.example.com/webhooks/checkout"),
        ("https://slash.example.com/", "https://slash.example.com/webhooks/checkout"),
        ("https://relay.example.com/in?to=us", "https://relay.example.com/in?to=us"),
    ],
)
def test_a_host_alone_is_gone_on_from_and_an_address_is_taken_as_it_is(
    checkout: str, url: str, address: str
) -> None:
    done = paylink("connect", "checkout", "--url", url)
    assert done.exit_code == 0, done.output
    assert f"Paylink: {address}" in [str(workflow["name"]) for workflow in workflows(checkout)]


@pytest.mark.usefixtures("settings")
@pytest.mark.parametrize("url", ["notaurl", "http://pay.example.com", "ftp://pay.example.com"])
def test_an_address_that_is_none_is_refused_before_anybody_is_asked(url: str) -> None:
    refused = paylink("connect", "checkout", "--url", url)
    told = f"Error: --url {url}: must be an address like https://pay.example.com\n"
    assert (refused.exit_code, refused.output) == (1, told)


def test_a_live_key_and_an_address_of_this_machine_do_not_go_together(settings: pytest.MonkeyPatch) -> None:
    settings.setenv("PAYLINK_CHECKOUT_SECRET_KEY", "sk_obviouslyfakeobviouslyfakeo7")
    settings.setenv("PAYLINK_PUBLIC_URL", "http://127.0.0.1:8080")
    checked = paylink("check")
    assert checked.exit_code == 1
    assert "a live key with an address of this machine: API_URL, PUBLIC_URL" in checked.output


def test_the_secret_that_a_provider_makes_up_need_not_be_known_before(settings: pytest.MonkeyPatch) -> None:
    with processes.sandbox("paymentkit") as url:
        settings.setenv("PAYLINK_PAYMENTKIT_API_URL", f"{url}/paymentkit")
        settings.setenv("PAYLINK_PAYMENTKIT_ACCOUNT_ID", "acc_sandbox123")
        settings.setenv("PAYLINK_PAYMENTKIT_SECRET_KEY", "st_stg_sandbox0only0not0a0real0key0")
        settings.setenv("PAYLINK_YABETOO_SECRET_KEY", "sk_test_obviouslyfake")  # whose turn comes next
        done = paylink("connect", "paymentkit")
    assert done.exit_code == 0
    *_, what_to_do, setting = done.output.splitlines()
    assert what_to_do == "It signs with a secret of its own. Set it, and start the service again:"
    assert setting.startswith("PAYLINK_PAYMENTKIT_WEBHOOK_SECRET=whsec_")


@pytest.mark.parametrize("name", ["yabetoo", "nonsense", "checkout"])
def test_what_keeps_from_connecting_is_no_output(settings: pytest.MonkeyPatch, name: str) -> None:
    """Whoever writes the secret into a file finds the error on the screen."""
    settings.setenv("PAYLINK_CHECKOUT_SECRET_KEY", "sk_sbox_obviouslyfakeobviouslyfak7")
    refused = paylink("connect", name)
    assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)


@pytest.mark.parametrize("name", ["eximpe", "yabetoo"])
def test_what_is_done_by_hand_is_told_before_its_secret_is_known(
    settings: pytest.MonkeyPatch, name: str
) -> None:
    prefix = f"PAYLINK_{name.upper()}_"
    settings.setenv(f"{prefix}API_URL", "https://api.example.com")
    settings.setenv(f"{prefix}SECRET_KEY", "sk_test_obviouslyfake")
    if name == "eximpe":
        settings.setenv(f"{prefix}CLIENT_ID", "obviously-fake")
    done = paylink("connect", name)
    assert (done.exit_code, f"Set {prefix}WEBHOOK_SECRET to" in done.output) == (0, True)
    assert f"https://pay.example.com/webhooks/{name}" in done.output
    first, *steps = done.output.splitlines()
    assert first.endswith(" has no call for this. By hand:")
    assert [step.split(" ")[0] for step in steps] == [f"{number}." for number in range(1, len(steps) + 1)]


def test_a_secret_that_is_ours_to_choose_has_to_be_there(settings: pytest.MonkeyPatch) -> None:
    settings.delenv("PAYLINK_CHECKOUT_WEBHOOK_SECRET")
    refused = paylink("connect", "checkout")
    assert (refused.exit_code, refused.output) == (
        1,
        "Not connected: PAYLINK_CHECKOUT_WEBHOOK_SECRET: choose one, it becomes the signature key\n",
    )
