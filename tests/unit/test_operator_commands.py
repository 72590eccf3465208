"""The operator's view: what is there, what is stuck, and what can be done about it, on a real database."""

import asyncio
import hashlib
import hmac
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, TypeVar

import pytest
from click.testing import CliRunner, Result

from bot.__main__ import main
from bot.money import Money
from bot.ports.clock import SystemClock
from bot.ports.model import Account, Customer, Event, EventKind, Link, LinkState, Mode, Payment
from bot.ports.provider_links import ProviderLink, ProviderLinkState
from bot.ports.storage import Transaction
from bot.ports.traffic import InboundFact, InboxState, Notice, OwedState
from storage.engine import SqlStorage
from tests.architecture.source import ROOT
from tests.databases import new_file
from tests.unit.records import SALES, link

pytestmark = pytest.mark.slow

T = TypeVar("T")
SECRET = "not-a-real-webhook-secret"
SETTINGS = {
    "PAYLINK_TELEGRAM_BOT_TOKEN": "123456:NOT-A-REAL-TOKEN",
    "PAYLINK_CHECKOUT_SECRET_KEY": "sk_sbox_notarealkeynotarealkeynotar",
    "PAYLINK_CHECKOUT_API_URL": "http://127.0.0.1:9",
    "PAYLINK_CHECKOUT_WEBHOOK_SECRET": SECRET,
}


@dataclass
class Office:
    """A database with a link in it, and the operator's terminal."""

    url: str

    def run(self, *arguments: str, typed: str | IO[bytes] = "", **settings: str) -> Result:
        """Whatever becomes of the command, it ends without a traceback."""
        env = SETTINGS | {"PAYLINK_DATABASE_URL": self.url} | settings
        result = CliRunner().invoke(main, list(arguments), env=env, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exc_info
        return result

    def lines(self, *arguments: str) -> Sequence[str]:
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.output.splitlines()

    def in_rows(self, fn: Callable[[Transaction], T]) -> T:
        async def run() -> T:
            storage = SqlStorage(self.url, SystemClock(), lambda _: None)
            try:
                return await storage.write(fn)
            finally:
                await storage.close()

        return asyncio.run(run())

    def link(self) -> Link:
        found = self.in_rows(lambda tx: tx.links.get(link().id))
        assert found is not None
        return found


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.chdir(tmp_path)
    made = Office(new_file(tmp_path / "office.db"))
    made.in_rows(_furnish)
    return made


def _furnish(tx: Transaction) -> None:
    tx.accounts.put(Account("checkout", "checkout", Mode.TEST))
    to = tx.destinations.add(SALES, "en")
    now = datetime.now(UTC)
    times = {"created_at": now, "expires_at": now + timedelta(days=7)}
    tx.links.add(link(account_id="checkout", destination_id=to.id, **times))


def test_links_are_listed_with_how_they_stand(office: Office) -> None:
    [line] = office.lines("links", "list")
    assert link().id in line
    assert "  checkout  " in line
    assert "49.90 EUR" in line
    assert line.endswith("open")


def test_links_are_found_by_customer_reference_and_description_whoever_made_them(office: Office) -> None:
    def more(tx: Transaction) -> None:
        helene = replace(office_link, id="PL00000000000H", public_token="h", own_reference="INV-2041")
        tx.links.add(replace(helene, customer=Customer("Hélène", phone="+33612345678"), description="100%"))

    office_link = office.link()
    office.in_rows(more)
    for text in ("HELENE", "inv-2041", "#2041", "06 12 34 56 78", "100%", "client: helene"):
        [line] = office.lines("links", "list", "--search", text)
        assert line.startswith("PL00000000000H  "), text
    assert len(office.lines("links", "list", "--search", "e")) == 2
    assert len(office.lines("links", "list", "--search", "e", "--limit", "1")) == 1
    [line] = office.lines("links", "list", "--search", "jane@")
    assert line.startswith(office_link.id)


def test_a_search_that_finds_nothing_says_so_and_prints_no_line(office: Office) -> None:
    for text in ("%", "of"):  # which alone is looked for as it stands
        none = office.run("links", "list", "--search", text)
        assert (none.exit_code, none.stdout) == (0, "")
        assert none.stderr == "no link has that in its customer, own reference or description\n"
    assert len(office.lines("links", "list", "--search", "")) == 1


def test_where_there_is_no_link_yet_none_is_listed(office: Office, tmp_path: Path) -> None:
    assert office.run("links", "list", PAYLINK_DATABASE_URL=new_file(tmp_path / "new.db")).output == ""


def test_a_link_is_shown_with_all_that_is_known(office: Office) -> None:
    shown = "\n".join(office.lines("links", "show", link().id))
    assert "jane@example.com" in shown
    assert "Invoice 12" in shown
    assert "\n  state: open\n" in shown
    assert "\n  uses: " not in shown, "it is for one"


@pytest.mark.parametrize(("uses", "told"), [(3, "3"), (None, "any number")])
def test_a_link_for_several_is_shown_with_how_many(office: Office, uses: int | None, told: str) -> None:
    for_several = replace(office.link(), uses=uses)
    office.in_rows(lambda tx: tx.links.put(for_several))
    assert f"  uses: {told}" in office.lines("links", "show", link().id)


def test_what_happened_to_a_link_is_told_in_its_order_and_what_became_of_it(office: Office) -> None:
    office.lines("links", "cancel", link().id, "--yes")
    at = datetime.now(UTC)
    told = Event("evt_1", EventKind.CAPTURED, "payment_captured", "pay_1", link().id, at)
    office.in_rows(lambda tx: tx.events.add("checkout", told, None, link().id))
    shown = office.lines("links", "show", link().id)
    assert "  state: closed (cancelled)" in shown
    assert [line.split("  ")[2].split()[0] for line in shown[-2:]] == ["cancel", "captured:"]


def test_a_payment_is_shown_with_what_was_taken_and_given_back_in_its_currency(office: Office) -> None:
    at, taken, back = datetime.now(UTC), Money(5000, "USD"), Money(1000, "USD")
    amounts = {EventKind.CAPTURED: taken, EventKind.REFUNDED: back}
    paid = Payment("checkout", "pay_1", link().id, dict.fromkeys(amounts, at), amounts)
    told = Event("evt_1", EventKind.REFUNDED, "payment_refunded", "pay_1", link().id, at, amounts)
    office.in_rows(lambda tx: (tx.payments.put(paid), tx.events.add("checkout", told, None, link().id)))
    shown = office.lines("links", "show", link().id)
    assert "  payment: pay_1 part_refunded, captured 50.00 USD, refunded 10.00 USD" in shown
    assert any(line.endswith("  refunded 10.00 USD: payment_refunded") for line in shown)


def test_a_payment_is_shown_with_what_a_bank_and_support_ask_for(office: Office) -> None:
    at = datetime.now(UTC)
    paid = Payment("checkout", "pay_1", link().id, {EventKind.DECLINED: at})
    asked_for = replace(paid, method="card •1111", bank_reference="74512", reason="insufficient_funds")
    office.in_rows(lambda tx: tx.payments.put(asked_for))
    shown = office.lines("links", "show", link().id)
    assert (
        "  payment: pay_1 declined, method card •1111, bank reference 74512, reason insufficient_funds"
        in shown
    )


@pytest.mark.parametrize("after", [EventKind.CAPTURED, EventKind.REFUNDED])
def test_money_that_came_after_a_failed_attempt_is_not_shown_with_a_reason(
    office: Office, after: EventKind
) -> None:
    at = datetime.now(UTC)
    heard = dict.fromkeys([EventKind.DECLINED, EventKind.CAPTURED, after], at)
    paid = Payment("checkout", "PR1", link().id, heard, reason="Payment failed")
    office.in_rows(lambda tx: tx.payments.put(paid))
    (shown,) = [line for line in office.lines("links", "show", link().id) if "PR1" in line]
    assert shown.endswith(", what failed: Payment failed")


def test_a_link_that_is_cancelled_is_closed_and_its_thread_is_told_by_whom(office: Office) -> None:
    office.lines("links", "cancel", link().id, "--yes")
    assert office.link().state is LinkState.CLOSED
    assert "cancelled" in office.in_rows(lambda tx: [owed.key for owed in tx.outbox.unsaid()])
    [deed] = office.in_rows(lambda tx: tx.deeds.of(link().id))
    assert (deed.act, deed.person.chat) == ("cancel", "operator")
    [told] = office.in_rows(lambda tx: [owed for owed in tx.outbox.unsaid() if owed.key == "cancelled"])
    assert told.params["by"] == deed.person.user
    assert any("cancel by operator" in line for line in office.lines("links", "show", link().id))


def test_cancelling_twice_says_that_it_is_closed(office: Office) -> None:
    office.lines("links", "cancel", link().id, "--yes")
    again = office.run("links", "cancel", link().id)
    assert again.exit_code == 1
    assert "closed already" in again.output


def test_what_is_being_paid_is_not_said_to_be_closed(office: Office) -> None:
    held = Payment("checkout", "pay_1", link().id, heard={EventKind.AUTHORISED: datetime.now(UTC)})
    office.in_rows(lambda tx: tx.payments.put(held))
    refused = office.run("links", "cancel", link().id, typed="y\n")
    told = f"{link().id} is being paid; see: paylink links show {link().id}\n"
    assert (refused.exit_code, refused.output) == (1, told), "nor is anybody asked"


def test_a_link_to_refresh_is_asked_about_now(office: Office) -> None:
    assert office.link().poll_at is None
    office.lines("links", "refresh", link().id)
    assert office.in_rows(lambda tx: tx.links.watched(datetime.now(UTC))) == [link().id]


@pytest.mark.parametrize("spelled", [f"{link().id}-2", link().id.lower()])
def test_a_link_is_found_by_what_the_backend_calls_it_too(office: Office, spelled: str) -> None:
    assert office.lines("links", "show", spelled) == office.lines("links", "show", link().id)
    assert office.lines("links", "refresh", spelled) == [f"{link().id} is asked about next."]
    assert office.lines("links", "cancel", spelled, "--yes")[0].startswith(f"{link().id} is cancelled.")


@pytest.mark.parametrize("command", ["show", "cancel", "refresh"])
def test_an_unknown_link_is_named_with_the_way_out(office: Office, command: str) -> None:
    answer = office.run("links", command, "PLNOSUCHLINK00")
    assert answer.exit_code == 1
    assert "PLNOSUCHLINK00" in answer.output
    assert "paylink links list" in answer.output


def test_what_is_owed_is_counted_and_listed(office: Office) -> None:
    office.in_rows(lambda tx: tx.outbox.owe_card(link().id, 1, datetime.now(UTC)))
    assert office.lines("outbox", "--count") == ["1"]
    [line] = office.lines("outbox", "list")
    assert f"{link().id}  card" in line


def test_what_was_given_up_can_be_owed_again(office: Office) -> None:
    office.in_rows(_give_up)
    assert office.lines("outbox", "--count") == ["0"]
    assert office.lines("outbox", "retry", "1", "--yes") == ["1 is owed again"]
    assert office.lines("outbox", "--count") == ["1"]
    again = office.run("outbox", "retry", "1", "--yes")
    assert (again.exit_code, "paylink outbox list" in again.output) == (1, True)


def test_what_is_owed_or_was_given_up_can_be_dropped_and_is_never_said(office: Office) -> None:
    office.in_rows(_give_up)
    office.in_rows(lambda tx: tx.outbox.owe_card(link().id, 1, datetime.now(UTC)))
    for number in ("1", "2"):
        assert office.lines("outbox", "drop", number, "--yes") == [f"{number} is dropped"]
    assert office.lines("outbox", "list") == []
    assert office.lines("outbox", "--count") == ["0"]
    again = office.run("outbox", "drop", "1", "--yes")
    assert (again.exit_code, "paylink outbox list" in again.output) == (1, True)


def test_a_dropped_card_is_owed_anew_when_its_link_changes(office: Office) -> None:
    for _ in range(2):
        office.in_rows(lambda tx: tx.outbox.owe_card(link().id, 1, datetime.now(UTC)))
        assert office.lines("outbox", "--count") == ["1"]
        office.lines("outbox", "drop", "1", "--yes")


def test_what_is_being_said_cannot_be_dropped(office: Office) -> None:
    office.in_rows(lambda tx: tx.outbox.owe_card(link().id, 1, datetime.now(UTC)))
    office.in_rows(lambda tx: tx.outbox.take(1))
    refused = office.run("outbox", "drop", "1", typed="y\n")
    assert (refused.exit_code, refused.output) == (1, "1 is being sent; see: paylink outbox list\n")
    assert office.lines("outbox", "--count") == ["1"]


@pytest.mark.parametrize(
    "command",
    [("links", "cancel", link().id), ("outbox", "retry", "1"), ("outbox", "drop", "1"), ("inbox", "replay")],
)
def test_what_cannot_be_taken_back_is_asked_for_first(office: Office, command: tuple[str, ...]) -> None:
    office.in_rows(_give_up)
    office.in_rows(_fail)
    untouched = _all_rows(office)
    for typed, said in (("n\n", "nothing was changed"), ("", "--yes")):
        answer = office.run(*command, typed=typed)
        assert (answer.exit_code, said in answer.output) == (1, True)
        assert _all_rows(office) == untouched
    assert office.run(*command, typed="y\n").exit_code == 0
    assert _all_rows(office) != untouched


@pytest.mark.parametrize(
    ("command", "about"),
    [
        (("links", "cancel", link().id), f"{link().id}  "),
        (("outbox", "retry", "1"), f"1  {link().id}  reply paid  dead  from "),
        (("outbox", "drop", "1"), f"1  {link().id}  reply paid  dead  from "),
        (("inbox", "replay"), "1  webhook checkout  failed: ValueError"),
        (("inbox", "drop", "1", "--failed"), "1  webhook checkout  failed: ValueError"),
        (("inbox", "drop", "2"), "quarantine 2  checkout  "),
    ],
)
def test_the_question_stands_below_what_it_is_about(
    office: Office, command: tuple[str, ...], about: str
) -> None:
    for made in (_give_up, _fail, _hold):
        office.in_rows(made)
    asked = office.run(*command, typed="n\n")
    shown, question, *_ = asked.stderr.splitlines()
    assert (shown[: len(about)], "[y/N]: " in question, asked.stdout) == (about, True, "")
    assert about not in office.run(*command, "--yes").output


@pytest.mark.parametrize(
    "command",
    [
        ("outbox", "retry", "7"),
        ("outbox", "drop", "7"),
        ("inbox", "drop", "7"),
        ("inbox", "drop", "--failed", "7"),
    ],
)
def test_nobody_is_asked_about_what_is_not_there(office: Office, command: tuple[str, ...]) -> None:
    answer = office.run(*command, typed="y\n")
    assert (answer.exit_code, answer.stdout, len(answer.stderr.splitlines())) == (1, "", 1)
    assert "7 " in answer.stderr
    assert answer.stderr.endswith(f"; see: paylink {command[0]} list\n")


def test_nobody_is_asked_to_say_again_what_is_still_owed(office: Office) -> None:
    office.in_rows(lambda tx: tx.outbox.owe_card(link().id, 1, datetime.now(UTC)))
    answer = office.run("outbox", "retry", "1", typed="y\n")
    assert (answer.exit_code, answer.output) == (1, "1 is owed already; see: paylink outbox list\n")


def test_whoever_breaks_off_at_a_terminal_is_not_told_that_nobody_is_there(office: Office) -> None:
    office.in_rows(_give_up)
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "outbox", "drop", "1"],
        stdin=terminal,
        stderr=subprocess.PIPE,
        env=os.environ | SETTINGS | {"PAYLINK_DATABASE_URL": office.url, "PYTHONPATH": str(ROOT)},
    ) as asked:
        assert asked.stderr is not None
        told = b""
        while b"[y/N]" not in told and (more := os.read(asked.stderr.fileno(), 1000)):
            told += more
        os.write(keyboard, b"\x04")  # Ctrl-D: as Ctrl-C, which is lost if it comes just before the reading
        *_, last = asked.stderr.read().splitlines()
    assert (asked.returncode, last) == (1, b"nothing was changed")
    for each in (keyboard, terminal):
        os.close(each)


class BrokenOff(BytesIO):
    """A terminal at which somebody presses Ctrl-C."""

    def isatty(self) -> bool:
        return True

    def read1(self, _: int | None = -1, /) -> bytes:
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "command", [("links", "cancel", link().id), ("outbox", "drop", "1"), ("inbox", "replay")]
)
def test_whoever_interrupts_the_question_has_changed_nothing(
    office: Office, command: tuple[str, ...]
) -> None:
    office.in_rows(_give_up)
    office.in_rows(_fail)
    untouched = _all_rows(office)
    answer = office.run(*command, typed=BrokenOff())
    assert (answer.exit_code, answer.stderr.splitlines()[-1]) == (1, "nothing was changed")
    assert _all_rows(office) == untouched


class Meanwhile(BytesIO):
    """An operator who says yes, but not at once."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(b"y\n")
        self._happens = happens

    def read1(self, size: int | None = -1, /) -> bytes:
        self._happens()
        return super().read1(size)


def test_what_was_replayed_while_the_question_was_open_is_not_dropped(office: Office) -> None:
    office.in_rows(_fail)
    replayed = Meanwhile(lambda: office.in_rows(lambda tx: tx.inbox.replay(1)))
    answer = office.run("inbox", "drop", "1", "--failed", typed=replayed)
    assert (answer.exit_code, answer.stdout) == (0, "0 dropped\n")
    assert office.in_rows(lambda tx: tx.counts.inbox()) == {"waiting": 1}


def test_what_was_dropped_while_the_question_was_open_is_not_replayed(office: Office) -> None:
    office.in_rows(_fail)
    dropped = Meanwhile(lambda: office.in_rows(lambda tx: tx.inbox.done([1])))
    answer = office.run("inbox", "replay", typed=dropped)
    assert (answer.exit_code, answer.stdout) == (0, "0 to be applied again\n")


def test_what_was_said_while_the_question_was_open_is_not_said_to_be_dropped(office: Office) -> None:
    office.in_rows(_give_up)
    dropped = Meanwhile(lambda: office.in_rows(lambda tx: tx.outbox.drop(1)))
    answer = office.run("outbox", "retry", "1", typed=dropped)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert answer.stderr.endswith("1 has been sent or changed meanwhile; see: paylink outbox list\n")


def _all_rows(office: Office) -> object:
    return office.link(), *office.in_rows(lambda tx: (tx.outbox.unsaid(), tx.inbox.failed()))


def test_a_database_that_does_not_answer_is_said_in_a_line(office: Office, tmp_path: Path) -> None:
    (tmp_path / "office.db").unlink()
    (tmp_path / "office.db").mkdir()
    answer = office.run("outbox", "list")
    assert answer.exit_code == 1
    assert len(answer.output.splitlines()) == 1
    assert "Error: the database" in answer.output


def _give_up(tx: Transaction) -> None:
    tx.outbox.owe_reply(link().id, 1, Notice("paid", "pay_1:captured"), datetime.now(UTC))
    [owed] = tx.outbox.heads(SALES.lane)
    tx.outbox.settle(owed, OwedState.DEAD)


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["revoke"], "there is no unused invitation with this token: it is unknown\n"),
        (["db", "backup"], "nothing was copied: "),
    ],
)
def test_what_is_no_text_at_all_is_told_in_a_line(
    office: Office, tmp_path: Path, command: list[str], told: str
) -> None:
    """As a file's name of another encoding, whose bytes Python hands over as half characters."""
    result = office.run(*command, str(tmp_path / "f\udcfcr"))
    assert result.exit_code == 1
    assert result.output.startswith(told)
    assert result.output.count("\n") == 1


def test_a_row_that_failed_is_shown_and_replayed(office: Office) -> None:
    office.in_rows(_fail)
    [line] = office.lines("inbox", "list")
    assert "failed: ValueError" in line
    assert office.lines("inbox", "show", "1") == ['{"type": "odd"}']
    assert office.lines("inbox", "replay", "1", "1") == ["1 to be applied again"]
    assert [row.id for row in office.in_rows(lambda tx: tx.inbox.waiting("webhook", 3, 9))] == [1]
    assert office.lines("inbox", "replay") == ["0 to be applied again"]
    unknown = office.run("inbox", "replay", "1", "7")
    assert (unknown.exit_code, unknown.output) == (1, "1, 7 did not fail; see: paylink inbox list\n")


def test_who_replays_what_failed_hears_how_what_is_in_quarantine_is_replayed(office: Office) -> None:
    office.in_rows(_hold)
    told = "2 in quarantine; for these: paylink inbox replay --quarantine\n"
    answer = office.run("inbox", "replay")
    assert (answer.exit_code, answer.stdout, answer.stderr) == (0, "0 to be applied again\n", told)
    answer = office.run("inbox", "replay", "1")
    assert (answer.exit_code, answer.stderr) == (1, f"{told}1 did not fail; see: paylink inbox list\n")


def test_of_the_rows_that_failed_those_are_replayed_that_are_named_or_all(office: Office) -> None:
    for number in (1, 2, 3):
        office.in_rows(lambda tx, number=number: _fail(tx, number))
    assert office.lines("inbox", "replay", "2") == ["1 to be applied again"]
    assert [row.id for row, _ in office.in_rows(lambda tx: tx.inbox.failed())] == [1, 3]
    assert office.lines("inbox", "replay", "--yes") == ["2 to be applied again"]
    assert office.in_rows(lambda tx: tx.counts.inbox()) == {"waiting": 3}


def test_what_can_never_be_applied_is_given_up_and_kept(office: Office) -> None:
    office.in_rows(_fail)
    office.in_rows(_hold)
    assert office.run("inbox", "drop", "1", "--failed", typed="n\n").exit_code == 1
    unknown = office.run("inbox", "drop", "7", "--failed")
    assert (unknown.exit_code, unknown.output) == (1, "7 did not fail; see: paylink inbox list\n")
    assert office.lines("inbox", "drop", "1", "--failed", "--yes") == ["1 dropped"]
    assert [line[:10] for line in office.lines("inbox", "list")] == ["quarantine"] * 2
    assert office.in_rows(lambda tx: tx.counts.inbox()) == {}
    assert office.lines("inbox", "show", "1") == ['{"type": "odd"}']


def _fail(tx: Transaction, number: int = 1) -> None:
    fact = InboundFact("webhook", "checkout", f"evt_{number}", 3, b'{"type": "odd"}')
    tx.inbox.add(fact, datetime.now(UTC))
    tx.inbox.close(number, InboxState.FAILED, "ValueError")


def test_what_is_in_quarantine_comes_out_once_the_secret_is_right(office: Office) -> None:
    body = json.dumps({"id": "evt_1", "type": "payment_captured"}).encode()
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    proof = {"cko-signature": signature}
    office.in_rows(lambda tx: tx.quarantine.add("checkout", proof, body, datetime.now(UTC)))
    wrong = office.run("inbox", "replay", "--quarantine", PAYLINK_CHECKOUT_WEBHOOK_SECRET="still-wrong")
    assert wrong.output == "0 taken out of quarantine, 1 still refused\n"
    assert len(office.lines("inbox", "list")) == 1
    assert office.lines("inbox", "replay", "--quarantine") == ["1 taken out of quarantine, 0 still refused"]
    assert office.lines("inbox", "list") == []
    assert office.in_rows(lambda tx: tx.counts.inbox()) == {"waiting": 1}


def test_who_cannot_invite_is_told_which_settings_to_look_at(office: Office) -> None:
    refused = office.run("invite", PAYLINK_TELEGRAM_API_URL="http://127.0.0.1:9")
    assert refused.exit_code == 1
    assert refused.output == (
        "Telegram does not say who we are: signing in fails (ConnectError). "
        "Are all settings PAYLINK_TELEGRAM_... right, and is PAYLINK_TELEGRAM_API_URL reached from here?\n"
    )


def _hold(tx: Transaction) -> None:
    for body in (b'{"id": "evt_1"}', b"evil \x1b[2J\xff\n\tand more"):
        tx.quarantine.add("checkout", {"cko-signature": "no proof"}, body, datetime.now(UTC))


def test_what_is_in_quarantine_is_shown_and_cannot_play_with_the_terminal(office: Office) -> None:
    office.in_rows(_hold)
    assert office.lines("inbox", "show", "1", "--quarantine") == ['{"id": "evt_1"}']
    assert office.lines("inbox", "show", "2", "--quarantine") == ["evil \ufffd[2J\ufffd", "\tand more"]
    unknown = office.run("inbox", "show", "7", "--quarantine")
    assert (unknown.exit_code, unknown.output) == (1, "there is no row 7; see: paylink inbox list\n")


def test_what_nobody_can_prove_is_dropped_and_asked_about_first(office: Office) -> None:
    office.in_rows(_hold)
    assert office.run("inbox", "drop", "1", typed="n\n").exit_code == 1
    assert len(office.lines("inbox", "list")) == 2
    assert office.lines("inbox", "drop", "1", "--yes") == ["1 dropped"]
    unknown = office.run("inbox", "drop", "1", "2", "--yes")
    told = "1 is not in quarantine; see: paylink inbox list\n"
    assert (unknown.exit_code, unknown.output) == (1, told)
    assert office.lines("inbox", "drop", "--yes") == ["1 dropped"]
    assert office.lines("inbox", "list") == []
    assert office.lines("inbox", "drop") == ["0 dropped"]


def test_a_description_is_one_line_and_cannot_play_with_the_terminal(office: Office) -> None:
    told = replace(link(account_id="checkout"), description="Tea\x1b[2J\n  state: paid")
    office.in_rows(lambda tx: tx.links.put(told))
    assert "  description: Tea\ufffd[2J\ufffd  state: paid" in office.lines("links", "show", link().id)


def test_nor_can_what_the_backend_calls_things(office: Office) -> None:
    paid = Payment("checkout", "pay_\x1b[2J1", link().id)
    known = ProviderLink(
        link().id, 1, "checkout", link().id, ProviderLinkState.OPEN, link().amount, url="https://x/\x1b[8m"
    )
    office.in_rows(lambda tx: (tx.payments.put(paid), tx.provider_links.put(known)))
    shown = office.lines("links", "show", link().id)
    assert f"  at the backend: {link().id} open https://x/\ufffd[8m" in shown
    assert any("pay_\ufffd[2J1" in line for line in shown)


def test_the_creator_and_the_operator_may_not_be_confused(office: Office) -> None:
    """An operator's act is allowed for any link, and written down as the operator's."""
    office.in_rows(lambda tx: tx.links.put(replace(link(account_id="checkout"), poll_at=None)))
    office.lines("links", "cancel", link().id, "--yes")
    [deed] = office.in_rows(lambda tx: tx.deeds.of(link().id))
    assert deed.person != office.link().creator
