"""What became of an amount, as one short text to compare."""

from bot.conversation.parse import Understood


def outcome(understood: Understood) -> str:
    """`4990 EUR`, `1000 to 5000 EUR`, `ask amount 1234 KWD, 1234000 KWD`, or the key of what is wrong."""
    if understood.amount and understood.least:
        return f"{understood.least.minor} to {understood.amount.minor} {understood.amount.currency}"
    if understood.amount:
        return f"{understood.amount.minor} {understood.amount.currency}"
    if understood.question:
        readings = sorted(f"{money.minor} {money.currency}" for money in understood.question.readings)
        return f"ask {understood.question.field} {', '.join(readings)}".strip()
    return understood.errors["amount"]
