"""A secret is replaced by another while sales run: either lets in who comes with it, and nothing is lost."""

import asyncio
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.deploy.page import blocks, statements
from tests.scenario.slack_people import connected, socket_stage
from tests.scenario.stage import Stage, stage_in
from tests.scenario.test_restore import offered, paylink

WRONG_KEY = "sk_sbox_obviouslyfakeandnotthisone00"


async def with_slack(stage: Stage, **changed: object) -> None:
    """Start the service again with other settings of Slack's."""
    await stage.stop_service()
    assert stage.settings.slack is not None
    slack = replace(stage.settings.slack, **changed)  # type: ignore[arg-type]
    stage.settings = replace(stage.settings, slack=slack)
    await stage.start_service()


async def with_telegram_token(stage: Stage, token: str) -> None:
    await stage.stop_service()
    assert stage.settings.telegram is not None
    stage.settings = replace(stage.settings, telegram=replace(stage.settings.telegram, bot_token=token))
    await stage.start_service()


async def with_key(stage: Stage, key: str) -> None:
    """Start the service again with another key at the backend."""
    await stage.stop_service()
    account = {**stage.settings.accounts["checkout"], "SECRET_KEY": key}
    stage.settings = replace(stage.settings, accounts={**stage.settings.accounts, "checkout": account})
    await stage.start_service()


async def refused(stage: Stage, standin: str, method: str) -> None:
    """Wait until a call with the wrong key was refused."""

    async def look() -> bool:
        answers = [call["status"] for call in await stage.calls(standin, method)]
        return any(status in {401, 404} for status in answers)

    await stage.until(look)


@pytest.mark.parametrize("newest_first", [True, False])
async def test_while_slacks_signing_secret_is_replaced_either_lets_a_sale_through(
    stage: Stage,
    newest_first: bool,  # noqa: FBT001
) -> None:
    assert stage.settings.slack is not None
    [signs], other = stage.settings.slack.signing_secrets, "obviously-fake-other"
    await with_slack(stage, signing_secrets=(other, signs) if newest_first else (signs, other))
    await stage.pay(await offered(stage, "49.90"), "paid")
    await stage.slack_replies("Paid 49.90 EUR")
    await with_slack(stage, signing_secrets=(other,))
    assert (await stage.slack("5 EUR"))["status"] == 401


async def test_what_could_not_be_posted_with_slacks_old_token_is_posted_once_with_the_new_one(
    stage: Stage,
) -> None:
    assert stage.settings.slack is not None
    good, reference = stage.settings.slack.bot_token, await offered(stage, "49.90")
    await with_slack(stage, bot_token="xoxb-obviously-fake-revoked")
    await stage.pay(reference, "paid")
    await stage.delivered()

    async def owing() -> bool:
        return await stage.owed() > 0 and bool(await stage.calls("slack", "chat.postMessage"))

    await stage.until(owing)
    assert not any("Paid" in reply["text"] for reply in (await stage.slack_messages())[-1]["replies"])
    await with_slack(stage, bot_token=good)
    assert sum("Paid" in line for line in await stage.slack_replies("Paid 49.90 EUR")) == 1


async def test_with_slacks_app_token_revoked_money_is_told_and_with_the_new_one_commands_come_in(
    tmp_path: Path,
) -> None:
    async with socket_stage(tmp_path) as stage:
        assert stage.settings.slack is not None
        good, reference = stage.settings.slack.app_token, await offered(stage, "49.90")
        await with_slack(stage, app_token="xapp-obviously-fake-revoked")
        await stage.pay(reference, "paid")
        await stage.slack_replies("Paid 49.90 EUR")
        assert (await stage.reading("slack/sockets"))["connections"] == 0

        async def refused_twice() -> bool:
            return len(await stage.calls("slack", "/apps.connections.open")) > 2

        await stage.until(refused_twice)
        assert (await stage.service.get("/readyz")).json() == {"ok": True, "troubled": ["slack_socket"]}
        await with_slack(stage, app_token=good)
        await connected(stage)
        assert (await stage.service.get("/readyz")).json() == {"ok": True}
        await offered(stage, "12.50")


async def test_what_was_typed_and_paid_under_telegrams_old_token_is_answered_with_the_new_one(
    stage: Stage,
) -> None:
    assert stage.settings.telegram is not None
    good = stage.settings.telegram.bot_token
    await stage.telegram("/paylink 12.50 EUR")
    await stage.press_telegram("Create link")
    await stage.telegram_card("Waiting for payment", "12.50")
    [link] = await stage.provider_links()
    await with_telegram_token(stage, good[:-3] + "999")
    await stage.pay(link["reference"], "paid")
    await stage.delivered()
    await stage.telegram("/help")
    await with_telegram_token(stage, good)
    assert sum("Paid" in line for line in await stage.telegram_replies("Paid 12.50 EUR")) == 1
    await stage.telegram_card("before anything is created")


async def test_while_a_backends_key_is_refused_money_is_still_told_and_a_link_says_why_it_is_not_made(
    stage: Stage,
) -> None:
    good, reference = stage.settings.accounts["checkout"]["SECRET_KEY"], await offered(stage, "49.90")
    await with_key(stage, WRONG_KEY)
    await stage.pay(reference, "paid")
    await stage.slack_replies("Paid 49.90 EUR")
    [message] = (await stage.slack("12.50 EUR"))["messages"]
    await stage.press_slack(message, "paylink_create_0_0")
    await refused(stage, "checkout", "/payment-links")

    async def told() -> bool:
        return "refuses our key" in str(await stage.ephemerals())

    await stage.until(told)
    await with_key(stage, good)
    await offered(stage, "7.30")


class Roles:
    """The statements of docs/operations.md, with names of this test's own in the place of the page's."""

    def __init__(self, server_url: str) -> None:
        self._server, self._name = make_url(server_url), f"test_{token_hex(4)}"
        [self.install] = blocks("sql", "Several processes on PostgreSQL")
        self.next, self.last = blocks("sql", "Replacing a secret")

    def say(self, block: str) -> None:
        """As an administrator does."""
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements(block.replace("paylink", self._name)):
                connection.execute(text(statement))
        engine.dispose()

    def url(self, role: str) -> str:
        """The database's, as that role of the page."""
        own = self._server.set(username=role.replace("paylink", self._name), database=self._name)
        return own.render_as_string(hide_password=False)


@pytest.fixture
def roles(postgresql: str) -> Roles:
    """A database as the page has it made, with a current schema."""
    made = Roles(postgresql)
    made.say(made.install)
    assert paylink("db", "upgrade", url=made.url("paylink")).exit_code == 0
    return made


async def test_while_the_databases_password_is_replaced_two_roles_act_as_its_owner(
    roles: Roles, tmp_path: Path
) -> None:
    async with stage_in(tmp_path, DATABASE_URL=roles.url("paylink")) as stage:
        reference = await offered(stage, "49.90")
        await asyncio.to_thread(roles.say, roles.next)
        await stage.stop_service()
        url = roles.url("paylink_next")
        stage.settings = replace(stage.settings, database_url=url, work_database_url=url)
        await stage.start_service()
        await asyncio.to_thread(roles.say, roles.last)
        await stage.pay(reference, "paid")
        await stage.slack_replies("Paid 49.90 EUR")


def test_what_either_role_makes_is_the_owners_and_the_old_one_is_let_in_no_more(roles: Roles) -> None:
    roles.say(roles.next)
    roles.say(roles.last)
    engine = create_engine(roles.url("paylink_next"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE later (id integer)"))
        owners = connection.execute(
            text("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
        )
        assert [str(owner)[-6:] for owner in owners.scalars()] == ["_owner"]
    engine.dispose()
    with pytest.raises(OperationalError, match="not permitted to log in"):
        create_engine(roles.url("paylink"), poolclass=NullPool).connect()
