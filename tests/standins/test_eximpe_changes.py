"""Changing links of the EximPe stand-in: extending, deactivating, sharing."""

from typing import Any

import httpx
import pytest

from tests.standins.eximpe_rig import Rig, error_of, in_days

pytestmark = pytest.mark.asyncio(loop_scope="module")


def done(answer: httpx.Response) -> str:
    """The message of an answer that has nothing else."""
    assert answer.status_code == 200, answer.text
    whole = answer.json()
    assert set(whole) == {"success", "message"}
    assert whole["success"] is True
    return str(whole["message"])


async def test_a_link_extended_lives_on(rig: Rig) -> None:
    link = await rig.link(expiry_date=in_days(rig, 1))
    assert "extended" in done(await rig.act(link, "extend_expiry", {"expiry_date": in_days(rig, 3)}))
    await rig.control("clock", advance_s=2 * 86_400)
    assert await rig.status(link) == "pending"
    await rig.control("clock", advance_s=2 * 86_400)
    assert await rig.status(link) == "expired"


@pytest.mark.parametrize("until", [None, "soon", "2099-12-31T23:59:59", "2020-01-01T00:00:00Z", 5])
async def test_a_link_is_extended_to_a_later_moment_only(rig: Rig, until: Any) -> None:
    link = await rig.link()
    sent = {} if until is None else {"expiry_date": until}
    assert set(error_of(await rig.act(link, "extend_expiry", sent), 400)["details"]) == {"expiry_date"}


async def test_a_link_deactivated_takes_no_payment(rig: Rig) -> None:
    link = await rig.link()
    assert "deactivated" in done(await rig.act(link, "deactivate"))
    assert await rig.status(link) == "deactivated"
    assert "the link is deactivated" in await rig.refused("pay", link="PL7F3K9Q", outcome="paid")


async def test_deactivate_has_no_body(rig: Rig) -> None:
    link = await rig.link()
    error_of(await rig.act(link, "deactivate", {"reason": "x"}), 400)
    assert await rig.status(link) == "pending"


@pytest.mark.parametrize("outcome", ["paid", "expired", "deactivated"])
@pytest.mark.parametrize("act", ["extend_expiry", "deactivate", "share"])
async def test_a_closed_link_is_not_changed_any_more(rig: Rig, outcome: str, act: str) -> None:
    link = await rig.link()
    if outcome == "deactivated":
        await rig.act(link, "deactivate")
    else:
        await rig.pay("PL7F3K9Q", outcome)
    sent = {
        "extend_expiry": {"expiry_date": "2099-12-31T23:59:59Z"},
        "share": {"email": ["ravi@example.org"]},
    }
    before = await rig.status(link)
    error = error_of(await rig.act(link, act, sent.get(act)), 400)
    assert error["details"] == {"status": f"Payment link is {before}."}
    assert await rig.status(link) == before


async def test_a_link_is_shared_with_those_who_are_named(rig: Rig) -> None:
    link = await rig.link()
    assert await rig.read("notices") == []
    done(
        await rig.act(
            link, "share", {"email": ["a@example.org", "b@example.org"], "phone": ["+919812345678"]}
        )
    )
    assert await rig.read("notices") == [
        {
            "link": link["payment_id"],
            "by": "share",
            "email": ["a@example.org", "b@example.org"],
            "phone": ["+919812345678"],
        }
    ]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "non_field_errors"),
        ({"email": [], "phone": []}, "non_field_errors"),
        ({"email": "a@example.org"}, "email"),
        ({"email": ["a"]}, "email"),
        ({"phone": ["9812345678"]}, "phone"),
        ({"email": ["a@example.org"], "sms": True}, "sms"),
    ],
)
async def test_to_share_means_with_somebody(rig: Rig, sent: dict[str, Any], field: str) -> None:
    link = await rig.link()
    assert field in error_of(await rig.act(link, "share", sent), 400)["details"]
    assert await rig.read("notices") == []


async def test_the_buyer_is_told_by_create_only_where_that_was_asked_for(rig: Rig) -> None:
    await rig.link(buyer__send_sms=False, buyer__send_email=False)
    await rig.link(reference_id="PL2")
    assert await rig.read("notices") == []
    await rig.link(reference_id="PL3", buyer__send_sms=True)
    (notice,) = await rig.read("notices")
    assert (notice["by"], notice["email"], notice["phone"]) == ("create", [], ["+919812345678"])
