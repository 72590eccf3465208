"""Links that are described instead of named: who finds which, and what comes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.managing import Managing
from bot.conversation.reading import LOOKED_THROUGH
from bot.links.acts import Acts
from bot.ports.chat import Act, Question, Sheet, Sure
from bot.ports.model import Closed, Customer, Link, LinkState, Person
from bot.ports.storage import Transaction
from bot.texts import Texts
from tests.fakes import START
from tests.unit.link_rig import ID
from tests.unit.managing_rig import BERLIN, CAROL, ManagingRig, text_of
from tests.unit.records import ALICE, BOB, link

HELENE = Customer("Hélène Dupont", "helene@example.fr", "+33612345678")
OPEN, CLOSED, CAROLS = "PL000000000001", "PL000000000002", "PL00000000000C"


async def shop_with(rig: ManagingRig, *more: Link) -> ManagingRig:
    """Beside the rig's own link, which is Alice's for Jane: two of Alice's for Hélène, and one of Carol's."""
    paid = {"state": LinkState.CLOSED, "closed": Closed.PAID}
    made = [
        link(id=OPEN, public_token="1", customer=HELENE, own_reference="INV-20", description="A robe"),
        link(id=CLOSED, public_token="2", customer=HELENE, own_reference="INV-201", **paid),
        link(id=CAROLS, public_token="c", creator=CAROL, customer=HELENE, own_reference="INV-3"),
        *more,
    ]
    await rig.world.write(lambda tx: [tx.links.add(one) for one in made])
    return rig


def listed(answer: object) -> list[str]:
    """The ids of a list's lines."""
    assert isinstance(answer, Sheet)
    return [line[:14] for line in answer.parts[0] if line.startswith("PL")]


@pytest.mark.parametrize(
    ("text", "person", "found"),
    [
        ("links jane@example.com", ALICE, [ID]),
        ("list Jane", ALICE, [ID]),
        ("links Invoice 12", ALICE, [ID, CLOSED]),
        ("links helene", ALICE, [OPEN, CLOSED]),
        ("links open helene", ALICE, [OPEN]),
        ("liens payés de Hélène", ALICE, [CLOSED]),
        ("links 06 12 34 56 78", ALICE, [OPEN, CLOSED]),
        ("links INV-20", ALICE, [OPEN, CLOSED]),
        ("links INV-201", ALICE, [CLOSED]),
        ("links INV-3", ALICE, []),
        ("links Jane helene", ALICE, []),
        ("links helene", CAROL, [CAROLS]),
        ("links Jane", CAROL, []),
        ("links helene", BOB, [OPEN, CLOSED, CAROLS]),
        ("links mine helene", BOB, []),
        ("links helene", replace(ALICE, team="T0OTHER"), []),
        ("links helene", replace(ALICE, chat="telegram"), []),
        ("links %", ALICE, []),
        ("links _", ALICE, []),
    ],
)
async def test_who_looks_finds_among_what_their_list_shows(
    plain: ManagingRig, text: str, person: Person, found: list[str]
) -> None:
    answer = await (await shop_with(plain)).asks(text, person)
    assert sorted(listed(answer)) == sorted(found)
    assert ("There are none." in text_of(answer)) is (not found)


async def test_a_link_that_was_looked_for_is_shown_with_what_it_is_known_by(plain: ManagingRig) -> None:
    told = text_of(await (await shop_with(plain)).asks("links robe"))
    assert told.startswith("Your payment links: robe\n")
    known = "for INV-20, Hélène Dupont helene@example.fr +33612345678, A robe, made"
    assert f"{OPEN}: Waiting for payment of 49.90 EUR (TEST), {known}" in told


async def test_none_says_where_was_looked_and_how_to_see_all(plain: ManagingRig) -> None:
    told = text_of(await plain.asks("status Bob"))
    assert told.splitlines() == [
        "Your payment links: Bob",
        "There are none.",
        "I looked at the customer's name, e-mail address and telephone, your reference and what it is for.",
        "Type /paylink list, list open or list paid for all. For a new link, begin with the amount.",
    ]


@pytest.mark.parametrize("text", ["status Jane", "why jane@example.com", "history Jane@example.com"])
async def test_what_is_read_of_the_one_link_is_what_its_name_would_show(
    plain: ManagingRig, text: str
) -> None:
    found = await (await shop_with(plain)).asks(text)
    assert found == await plain.asks(f"{text.split(maxsplit=1)[0]} {ID}")


async def test_a_whole_reference_is_meant_where_it_is_a_part_of_others_too(plain: ManagingRig) -> None:
    shop = await shop_with(plain)
    assert text_of(await shop.asks("status inv-20")) == text_of(await shop.asks(f"status {OPEN}"))
    part = await shop.asks("status inv-2")
    assert sorted(listed(part)) == [OPEN, CLOSED]
    assert text_of(part).endswith("Which link? Type /paylink why and its reference (PL...).")


async def test_a_link_that_is_named_is_shown_however_it_is_asked_for(plain: ManagingRig) -> None:
    assert await plain.asks(f"links {ID}") == await plain.asks(f"status {ID}")


async def test_what_is_to_be_done_to_a_described_link_is_asked_first(able: ManagingRig) -> None:
    shop = await shop_with(able)
    answer = await shop.asks("cancel jane@example.com")
    assert isinstance(answer, Sheet)
    assert (answer.subject, listed(answer)) == (ID, [ID])
    assert answer.more == tuple(
        button for row in (await shop.menu()).buttons for button in row if button.argument == "cancel"
    )
    assert (answer.more[0].act, answer.more[0].sure is not None) == (Act.MANAGE, True)
    assert (await shop.world.link(ID)).state is LinkState.OPEN


async def test_how_much_longer_was_typed_is_kept_until_the_link_was_seen(able: ManagingRig) -> None:
    before = (await able.shop.link()).expires_at
    answer = await able.asks("extend jane@example.com 3d")
    assert isinstance(answer, Sheet)
    (button,) = answer.more
    assert (button.label, button.sure) == ("Extend until Tue 1 Dec 2026, 10:00 CET", None)
    assert (await able.shop.objects())[0].owed == {}, "nothing is done to a link that nobody has seen"
    for _ in range(2):  # a second press means the same end
        told = await able.presses(button.argument)
        assert text_of(told).startswith("FakePay is asked to extend it until Tue 1 Dec 2026, 10:00 CET.")
    assert (await able.shop.objects())[0].owed == {"extend": "2026-12-01T09:00:00+00:00"}
    assert (await able.shop.link()).expires_at == before


async def test_a_new_link_instead_of_a_longer_one_is_asked_about_beside_what_was_found(
    plain: ManagingRig,
) -> None:
    answer = await plain.asks("extend jane@example.com until 2026-12-31")
    assert isinstance(answer, Sheet)
    (button,) = answer.more
    assert button.label == "Extend until Thu 31 Dec 2026, 23:59 CET"
    question = await plain.presses(button.argument)
    assert isinstance(question, Question)
    assert button.sure == Sure(question.text, "Make a new link", "Not now")


async def test_the_new_text_that_was_typed_is_kept_until_the_link_was_seen(able: ManagingRig) -> None:
    answer = await able.asks("edit jane@example.com  Two chairs, \n at 9=5!")
    assert isinstance(answer, Sheet)
    assert (listed(answer), answer.parts[-1]) == ([ID], ("What it is to be for:", "Two chairs, at 9=5!"))
    (button,) = answer.more
    assert button.label == "Change it to this"
    assert (await able.shop.objects())[0].owed == {}, "nothing is done to a link that nobody has seen"
    assert text_of(await able.presses(button.argument)).startswith("FakePay is told the new text.")
    assert (await able.shop.objects())[0].owed == {"edit": "Two chairs, at 9=5!"}


@pytest.mark.parametrize(
    ("text", "said"), [("", ()), ("x" * 101, (("At most 100 characters, please: this has 101.",),))]
)
async def test_without_a_text_that_will_do_it_is_asked_for(
    able: ManagingRig, text: str, said: tuple[tuple[str, ...], ...]
) -> None:
    answer = await able.asks(f"edit jane@example.com {text}")
    assert isinstance(answer, Sheet)
    assert [button.label for button in answer.more] == ["What it is for"]
    assert answer.parts[1:] == said


@pytest.mark.parametrize(
    ("typed", "problem"), [("90d", "60 days at most"), ("2026-11-23", "already. Type a later date.")]
)
async def test_an_end_that_cannot_be_is_said_beside_what_was_found(
    able: ManagingRig, typed: str, problem: str
) -> None:
    answer = await able.asks(f"extend jane@example.com {typed}")
    assert isinstance(answer, Sheet)
    assert problem in answer.parts[-1][0]
    assert [button.label for button in answer.more] == ["Extend"]


async def test_nothing_is_done_to_one_of_several_or_to_none(able: ManagingRig) -> None:
    shop = await shop_with(able)
    several = await shop.asks("cancel helene@example.fr")
    assert isinstance(several, Sheet)
    assert (sorted(listed(several)), several.more) == ([OPEN, CLOSED], ())
    assert several.parts[-1] == ("Which link? Type /paylink cancel and its reference (PL...).",)
    none = await shop.asks("cancel INV-3")
    assert isinstance(none, Sheet)
    assert (listed(none), none.more) == ([], ())
    assert {(await shop.world.link(each)).state for each in (ID, OPEN, CAROLS)} == {LinkState.OPEN}


async def test_what_cannot_be_done_is_said_and_has_no_button(plain: ManagingRig) -> None:
    answer = await (await shop_with(plain)).asks("cancel INV-201")
    assert isinstance(answer, Sheet)
    assert (answer.more, answer.parts[-1]) == ((), ("This link is closed already.",))


async def test_of_many_the_newest_are_shown_and_how_many_more_there_are(plain: ManagingRig) -> None:
    many = [
        link(id=f"PL{number:012}", public_token=f"m{number}", created_at=START + timedelta(seconds=number))
        for number in range(10, 40)
    ]
    shop = await shop_with(plain, *many)
    answer = await shop.asks("links Jane")
    assert isinstance(answer, Sheet)
    assert listed(answer) == [f"PL{number:012}" for number in range(39, 24, -1)]
    assert answer.parts[1] == ("There are 16 more like this. Say more to see fewer.",)


async def test_whole_words_come_first_however_old_they_are(plain: ManagingRig) -> None:
    many = [
        link(
            id=f"PL{number:012}",
            public_token=f"m{number}",
            created_at=START + timedelta(seconds=number),
            own_reference=f"NO-{number}",
        )
        for number in range(3, 40)
    ]
    shop = await shop_with(plain, *many)
    whole, *in_part = listed(await shop.asks("links NO-3"))
    assert (whole, in_part[0]) == ("PL000000000003", "PL000000000039")


async def test_a_search_that_does_not_reach_all_says_so(plain: ManagingRig) -> None:
    def fill(tx: Transaction) -> None:
        for number in range(LOOKED_THROUGH):
            made = START + timedelta(seconds=number)
            tx.links.add(
                link(id=f"PL{number:012}", public_token=f"m{number}", created_at=made, customer=HELENE)
            )

    await plain.world.write(fill)
    said = "Only the newest 1000 links were looked through."
    for text in ("links Jane", "status INV-7", "links helene"):
        assert text_of(await plain.asks(text)).endswith(said), text
    assert said not in text_of(await plain.asks("links Jane", CAROL))
    last = await plain.world.link(f"PL{LOOKED_THROUGH - 1:012}")
    await plain.world.write(lambda tx: tx.links.put(replace(last, own_reference="INV-7")))
    told = text_of(await plain.asks("status INV-7"))
    assert told.startswith(f"{last.id}: Waiting for payment")
    assert told.endswith(said)


@pytest.mark.parametrize("words", ["x" * 4000, "\N{CUPCAKE}" * 2000])
async def test_no_answer_is_longer_than_a_message(plain: ManagingRig, words: str) -> None:
    long = Customer("\N{CUPCAKE}" * 100, f"{'a' * 60}@example.com", "+442079460958")
    many = [
        link(id=f"PL{number:012}", public_token=f"m{number}", customer=long, description="x" * 100)
        for number in range(10, 40)
    ]
    shop = await shop_with(plain, *many)
    for text in (f"links {words}", "links xx", "cancel 0958@", "history a@example.com"):
        assert len(text_of(await shop.asks(text)).encode("utf-16-le")) // 2 <= 4096


async def test_a_search_is_answered_in_french(plain: ManagingRig) -> None:
    acts = Acts({("slack", BOB.user)}, plain.world.clock, lambda _: plain.shop.backend.info)
    plain.managing = Managing(acts, Texts("fr"), BERLIN)
    told = text_of(await (await shop_with(plain)).asks("liens Bob"))
    assert told.splitlines()[:2] == ["Vos liens de paiement\N{NO-BREAK SPACE}: Bob", "Il n'y en a pas."]
    assert "Tapez /paylink list, list open ou list paid pour les voir tous." in told
    assert OPEN in text_of(await plain.asks("liens de helene"))
    assert "Quel lien\N{NO-BREAK SPACE}?" in text_of(await plain.asks("statut helene"))
