"""The API of the EximPe stand-in: credentials, addresses and bodies."""

import pytest

from tests.standins.eximpe_rig import EVERY_CALL, LINKS, Rig, body, error_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
@pytest.mark.parametrize("missing", ["X-Client-ID", "X-Client-Secret", "X-API-Version"])
async def test_a_header_left_out_reads_as_missing_credentials(
    rig: Rig, method: str, path: str, missing: str
) -> None:
    headers = {name: value for name, value in rig.headers.items() if name != missing}
    error = error_of(await rig.browser.request(method, path, headers=headers), 401)
    assert (error["code"], error["message"]) == ("ERR_AUTH_000", "Missing credentials")


@pytest.mark.parametrize("name", ["X-Client-ID", "X-Client-Secret", "X-API-Version"])
async def test_any_other_credentials_are_refused(rig: Rig, name: str) -> None:
    error = error_of(await rig.api.get(LINKS, headers={name: "0.9.0"}), 401)
    assert (error["code"], error["message"]) == ("ERR_AUTH_001", "Invalid credentials")


async def test_a_merchant_may_not_name_a_merchant(rig: Rig) -> None:
    error = error_of(await rig.api.get(LINKS, headers={"X-Merchant-ID": "M1"}), 403)
    assert error["code"] == "ERR_AUTH_003"


@pytest.mark.parametrize(("version", "status"), [("1.0.0", 201), ("2.0.0", 201), ("3.0.0", 404)])
async def test_versions_1_and_2_have_payment_links_and_3_has_not(rig: Rig, version: str, status: int) -> None:
    assert (await rig.create(body(), version)).status_code == status


async def test_the_settings_point_at_the_stand_in(rig: Rig) -> None:
    assert set(rig.env) == {
        "PAYLINK_EXIMPE_API_URL",
        "PAYLINK_EXIMPE_CLIENT_ID",
        "PAYLINK_EXIMPE_SECRET_KEY",
        "PAYLINK_EXIMPE_WEBHOOK_SECRET",
    }
    assert rig.env["PAYLINK_EXIMPE_API_URL"] == rig.base
    assert len(set(rig.env.values())) == 4


@pytest.mark.parametrize(("method", "path"), EVERY_CALL)
async def test_a_path_without_its_last_slash_is_no_address(rig: Rig, method: str, path: str) -> None:
    answer = await rig.api.request(method, path.rstrip("/"), json={})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{LINKS}PR1/"),
        ("PUT", f"{LINKS}PR1/"),
        ("PATCH", f"{LINKS}PR1/"),
        ("GET", f"{LINKS}PR1/deactivate/"),
        ("POST", f"{LINKS}PR1/history/"),
        ("POST", "/pg/payments/"),
    ],
)
async def test_there_is_no_update_and_no_delete(rig: Rig, method: str, path: str) -> None:
    error_of(await rig.api.request(method, path), 405)


async def test_there_is_no_way_back_from_deactivate(rig: Rig) -> None:
    link = await rig.link()
    assert (await rig.act(link, "activate")).status_code == 404


async def test_only_json_is_read(rig: Rig) -> None:
    error_of(await rig.api.post(LINKS, data={"amount": "1500.00"}), 415)
    headers = {"Content-Type": "application/json"}
    for broken in ("{", "[]", '{"amount": NaN}', ""):
        error = error_of(await rig.api.post(LINKS, content=broken, headers=headers), 400)
        assert set(error["details"]) == {"non_field_errors"}
