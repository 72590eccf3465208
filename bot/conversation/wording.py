"""Explains what is wrong with an answer, and what to type instead."""

from collections.abc import Mapping, Sequence

from bot.conversation.amounts import read_numeral, spell
from bot.conversation.expecting import BARRING, EXTRAS, is_needed, not_offered
from bot.conversation.form import ADDRESS, Field, Form, Kind
from bot.conversation.orders import begins_with_refund, verb_before
from bot.delivery.replies import where_refunds
from bot.money import Money, exponent_of
from bot.ports.chat import Verb
from bot.ports.model import Draft, Problem
from bot.texts import Texts

_SHOWN = 4
_CHOICES = 6
_NO_CHOICE = frozenset({"range_ambiguous", "currency_conflict"})  # its readings are parts of one answer


def explain(texts: Texts, form: Form, asked: Field, problem: Problem) -> str:
    """One sentence or two: what was understood, and what to type instead."""
    readings, currency = problem.readings[:_SHOWN], problem.currency or _taken(form)
    if problem.key == "amount_several" and not 1 < len(problem.readings) <= _SHOWN:
        readings = ()  # not all of them: as typed
    values: Mapping[str, str] = {
        "text": problem.typed,
        "readings": _listed(texts, problem, readings) or problem.typed,
        "spelling": spell(readings[0]) if readings else "",
        "other_spelling": spell(readings[-1]) if readings else "",
        "reading": texts.money(readings[0]) if readings else "",
        "other": texts.money(readings[-1]) if readings else "",
        "first": readings[0].currency if readings else "",
        "second": readings[-1].currency if readings else "",
        "currency": problem.currency,
        "taken": _taken(form),
        "decimals": str(exponent_of(problem.currency)) if problem.currency else "",
        "example": _numeral(texts, _example(currency)),
        "larger": _numeral(texts, _larger(currency)),
        "backend": form.info.label,
        "limit": str(asked.limit),
        "days": str(form.info.longest_expiry_s // 86_400),
        "offered": ", ".join(form.backends.values()),
        "options": ", ".join(texts(f"choice.{option}") for option in asked.options),
        "length": str(len(problem.typed)),
        "most": str(asked.most),
        "codes": texts.codes(problem.typed),
        "extras": _extras(texts, problem),
    }
    able = _able(texts, form, problem)
    return " ".join((texts(f"problem.{_variant(problem)}", **values), *able))


def answer_in(texts: Texts, asked: Field, answers: Mapping[str, str], text: str) -> str:
    """A typed text as an answer: empty if it is the label of the button that passes the question over."""
    is_skip = text.strip().casefold() == texts("button.skip").casefold()
    return "" if is_skip and not is_needed(asked, answers) else text


def is_in_vain(problem: Problem) -> bool:
    """Is it an extra that no account offers, so that choosing another helps nobody?"""
    return problem.key == "wish_not_offered" and not problem.able


def readings_to_choose(problem: Problem | None) -> tuple[Money, ...]:
    """The readings that can be chosen instead of typing an answer again."""
    return () if problem is None or problem.key in _NO_CHOICE else problem.readings[:_CHOICES]


def prompt(texts: Texts, form: Form, asked: Field) -> str:
    """The question of a dialogue, with an example that the account takes."""
    question, taken = texts(f"field.{asked.key}.prompt"), _taken(form)
    examples = {Kind.AMOUNT: texts.money(_example(taken)), Kind.CURRENCY: taken}
    if asked.kind not in examples:
        return question
    return " ".join((question, texts("prompt.example", example=examples[asked.kind])))


def not_offered_note(texts: Texts, form: Form, draft: Draft) -> tuple[str, ...]:
    """Which accounts are not offered for what is asked for, and why; nothing where a problem says who can."""
    problem = draft.problems.get("backend")
    if problem is not None and problem.key in BARRING:
        return ()
    why = [
        texts("backend.why_not", backend=label, reason=texts(f"cannot.{key}"))
        for label, key in not_offered(form, draft.answers).items()
    ]
    return (texts("backend.not_offered", accounts=", ".join(why)),) if why else ()


def order_note(texts: Texts, form: Form, draft: Draft) -> tuple[str, ...]:
    """A description that begins like an order: how the order would be typed."""
    description = draft.answers.get("description", "")
    if begins_with_refund(description):
        return (where_refunds(texts, form.info.label, told=form.info.tells_refunds),)
    verb = verb_before(description)
    key = "draft.order_all" if verb is Verb.LIST else "draft.order_one"
    return (texts(key, verb=verb),) if verb else ()


def recalled_note(texts: Texts, draft: Draft) -> tuple[str, ...]:
    """What an earlier link has told of the customer: it may have changed since."""
    filled_in = [key for key in draft.recalled if draft.answers.get(key)]
    said = dict.fromkeys(texts(f"recalled.{'address' if key in ADDRESS else key}") for key in filled_in)
    return (texts("draft.recalled", fields=", ".join(said)),) if said else ()


def _listed(texts: Texts, problem: Problem, readings: Sequence[Money]) -> str:
    """The readings, by currency where that is open; if there are more, it says so."""
    by_currency = problem.key.startswith("currency_")
    listed = ", ".join(money.currency if by_currency else texts.money(money) for money in readings)
    is_all = len(readings) == len(problem.readings)
    return listed if is_all or not listed else texts("readings.more", readings=listed)


def _extras(texts: Texts, problem: Problem) -> str:
    """The extras that are asked for, in words that follow "a link"."""
    return ", ".join(texts(f"wish.{key}") for key in problem.typed.split(", ") if key in EXTRAS)


def _variant(problem: Problem) -> str:
    """The key of the text for this particular case of a problem."""
    if problem.key == "amount_decimals" and exponent_of(problem.currency) == 0:
        return "amount_whole"
    if is_in_vain(problem):
        return "wish_unheard"
    return "amount_meant" if problem.key == "amount_ambiguous" and len(problem.readings) == 1 else problem.key


def _able(texts: Texts, form: Form, problem: Problem) -> tuple[str, ...]:
    """A sentence about who could do it; none if nobody else can be asked."""
    labels = [form.infos[name].label for name in problem.able if name in form.infos]
    if labels:
        return (texts("backend.able", accounts=", ".join(labels)),)
    nobody = problem.key in BARRING and len(form.infos) > 1
    return (texts("backend.nobody_able"),) if nobody else ()


def _taken(form: Form) -> str:
    """The currency of examples: the account's, else one that most people know, else any that is taken."""
    known = (form.locality.currency, "EUR", "USD", *sorted(form.info.currencies))
    return next((code for code in known if code and code in form.info.currencies), "EUR")


def _numeral(texts: Texts, amount: Money) -> str:
    """As it can be typed again: without spaces, and `49.900` dinar, which could be thousands, as `49.90`."""
    written = "".join(texts.number(amount).split())
    certain = read_numeral(written, amount.currency).taken == amount
    return written if certain else written.removesuffix("0")


def _larger(currency: str) -> Money:
    """1,234.50, 1,234.500 or 1,234, by the currency's decimals."""
    return Money(12345 * 10 ** exponent_of(currency) // 10, currency)


def _example(currency: str) -> Money:
    """49.90, 49.900 or 499, by the currency's decimals."""
    return Money(499 * 10 ** max(0, exponent_of(currency) - 1), currency)
