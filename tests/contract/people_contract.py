"""What every storage must know of people: their standing, how they write numbers, invitations, deeds."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.ports.model import Person, Standing
from bot.ports.storage import Transaction
from bot.ports.traffic import Deed, Lease
from tests.contract.records import ALICE, EARLIER, LATER, LINK_ID, NOW, OTHER_LINK_ID
from tests.contract.storage_rig import StorageRig, handed_in, outcomes, trying

ADMITTED, REFUSED = Standing.ADMITTED, Standing.REFUSED
MERCHANT = Person("telegram", "1001", name="Alice")
STRANGERS = [
    replace(MERCHANT, user="1002"),
    replace(MERCHANT, chat="slack"),
    replace(MERCHANT, team="T0OTHER"),
]


class PeopleContract:
    """Who is known, for what, and by whose invitation."""

    async def test_the_last_word_on_somebody_stands_and_is_on_nobody_else(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            for standing in (ADMITTED, REFUSED, ADMITTED):
                tx.people.put(MERCHANT, standing)
                assert tx.people.standing(replace(MERCHANT, name="")) is standing
            assert [tx.people.standing(person) for person in STRANGERS] == [None] * 3

        await trying(db, work)

    async def test_a_word_from_before_does_not_count(self, db: StorageRig) -> None:
        """The storage's own clock dates it: it is the machine's here."""
        await db.storage.write(lambda tx: tx.people.put(MERCHANT, ADMITTED))
        year = timedelta(days=365)

        def work(tx: Transaction) -> list[Standing | None]:
            return [tx.people.standing(MERCHANT, moment) for moment in (NOW - 99 * year, NOW + 99 * year)]

        assert await db.storage.read(work) == [ADMITTED, None]

    async def test_everybody_who_is_known_is_listed_with_their_names(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.people.put(MERCHANT, REFUSED)
            tx.people.put(ALICE, ADMITTED)
            tx.people.put_number_format(replace(MERCHANT, user="1003"), "de")
            listed = tx.people.all()
            assert listed == [(ALICE, ADMITTED), (MERCHANT, REFUSED)]
            assert [person.name for person, _ in listed] == ["Alice", "Alice"]

        await trying(db, work)

    async def test_how_somebody_writes_numbers_and_what_they_may_do_not_with_each_other(
        self, db: StorageRig
    ) -> None:
        def work(tx: Transaction) -> None:
            assert tx.people.number_format(MERCHANT) is None
            tx.people.put_number_format(MERCHANT, "de")
            assert (tx.people.standing(MERCHANT), tx.people.number_format(MERCHANT)) == (None, "de")
            tx.people.put(MERCHANT, ADMITTED)
            tx.people.put_number_format(MERCHANT, "en")
            assert (tx.people.standing(MERCHANT), tx.people.number_format(MERCHANT)) == (ADMITTED, "en")
            tx.people.put(MERCHANT, REFUSED)
            assert tx.people.number_format(MERCHANT) == "en"
            assert [tx.people.number_format(person) for person in STRANGERS] == [None] * 3

        await trying(db, work)

    async def test_an_invitation_binds_to_the_first_who_uses_it(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.invites.add("hash", "telegram", LATER)
            assert tx.invites.used_by("hash") is tx.invites.used_by("no hash") is None
            assert [tx.invites.redeem("hash", person, NOW) for person in (MERCHANT, MERCHANT)] == [True, True]
            assert not tx.invites.redeem("hash", STRANGERS[0], NOW)
            assert tx.invites.redeem("hash", MERCHANT, LATER + timedelta(days=1))
            assert tx.invites.used_by("hash") == MERCHANT.user

        await trying(db, work)

    async def test_of_many_at_once_one_gets_the_invitation(self, db: StorageRig) -> None:
        people = [replace(MERCHANT, user=str(number)) for number in range(10)]
        await db.storage.write(lambda tx: tx.invites.add("hash", "telegram", LATER))
        redeeming = [lambda tx, person=person: tx.invites.redeem("hash", person, NOW) for person in people]
        assert sorted(await outcomes(await handed_in(db.storage, redeeming))) == [False] * 9 + [True]

    @pytest.mark.parametrize("expires_at", [EARLIER, NOW])
    async def test_an_invitation_that_is_over_admits_nobody(self, db: StorageRig, expires_at: object) -> None:
        def work(tx: Transaction) -> None:
            tx.invites.add("hash", "telegram", EARLIER if expires_at == EARLIER else NOW)
            assert not tx.invites.redeem("hash", MERCHANT, NOW)
            assert tx.invites.redeem("hash", MERCHANT, EARLIER - timedelta(seconds=1))

        await trying(db, work)

    async def test_an_invitation_is_good_for_its_own_chat(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            tx.invites.add("hash", "telegram", LATER)
            assert not tx.invites.redeem("hash", replace(MERCHANT, chat="slack"), NOW)
            assert not tx.invites.redeem("another", MERCHANT, NOW)
            assert tx.invites.redeem("hash", MERCHANT, NOW)

        await trying(db, work)

    async def test_only_an_unused_invitation_can_be_revoked_and_once(self, db: StorageRig) -> None:
        def work(tx: Transaction) -> None:
            for token in ("used", "unused"):
                tx.invites.add(token, "telegram", LATER)
            tx.invites.redeem("used", MERCHANT, NOW)
            revoked = [tx.invites.revoke(token) for token in ("used", "unused", "unused", "another")]
            assert revoked == [False, True, False, False]
            assert not tx.invites.redeem("unused", MERCHANT, NOW)
            assert tx.invites.redeem("used", MERCHANT, NOW)

        await trying(db, work)

    async def test_deeds_are_kept_with_who_and_when_oldest_first(self, db: StorageRig) -> None:
        cancelled, refreshed = Deed(LINK_ID, "cancel", ALICE, LATER), Deed(LINK_ID, "refresh", MERCHANT, NOW)

        def work(tx: Transaction) -> None:
            for deed in (cancelled, Deed(OTHER_LINK_ID, "cancel", ALICE, NOW), refreshed, refreshed):
                tx.deeds.add(deed)
            assert tx.deeds.of(LINK_ID) == [cancelled, refreshed, refreshed]
            assert [deed.person.name for deed in tx.deeds.of(LINK_ID)] == ["Alice"] * 3
            assert tx.deeds.of("PLNOSUCHLINK00") == []

        await trying(db, work)


class LeasesContract:
    """What one process holds at a time."""

    async def test_one_holds_it_until_it_lets_go(self, db: StorageRig) -> None:
        one, two, renewed = Lease("one", NOW), Lease("two", LATER), Lease("one", LATER)

        def work(tx: Transaction) -> list[Lease]:
            take = partial(tx.leases.take, "telegram")
            held = [take(one), take(two), take(renewed), take(two), tx.leases.take("other", two)]
            tx.leases.release("telegram", "two")
            held.append(take(two))
            tx.leases.release("telegram", "one")
            return [*held, take(two)]

        assert await trying(db, work) == [one, one, renewed, renewed, two, renewed, two]

    async def test_who_is_gone_has_not_renewed_it(self, db: StorageRig) -> None:
        one, two, renewed = Lease("one", NOW), Lease("two", NOW), Lease("one", LATER)

        def work(tx: Transaction) -> list[Lease]:
            take = partial(tx.leases.take, "telegram")
            return [take(one), take(renewed), take(two, one), take(two, two), take(two, renewed)]

        assert await trying(db, work) == [one, renewed, renewed, renewed, two]
