"""The fields that backends name when they refuse them, by what each is: the same in every language."""

from collections.abc import Mapping

# EximPe, Cost+ and YabetooPay name the field; why is said in sentences only, or by a rule.
_NAMED = {
    "amount": "amount",
    "currency": "currency",
    "country": "country",
    "description": "description",
    "email": "email",
    "email_address": "email",
    "expiration_period": "expires",
    "expiry_date": "expires",
    "first_name": "first_name",
    "last_name": "last_name",
    "phone": "phone",
    "phone_numbers": "phone",
    "buyer.name": "name",
    "buyer.email": "email",
    "buyer.phone": "phone",
    "buyer.address": "address",
    "buyer.address.line_1": "street",
    "buyer.address.city": "city",
    "buyer.address.state": "state",
    "buyer.address.postal_code": "postal_code",
    "product.name": "description",
    "product.type_of_goods": "goods",
    "product.hs_code": "goods_code",
    "invoice.number": "invoice",
    "minAmount": "amount",
    "maxAmount": "amount",
    "suggestedAmounts": "suggested",
    "maxRedemptions": "uses",
    "items.0.priceId": "price",
    "items.0.quantity": "quantity",
    "expiresAt": "expires",
}
# Checkout.com and PaymentKit put a word behind it: `country_required`, `country_invalid`.
_WITH_A_WORD = {
    "amount": "amount",
    "unit_amount_atom": "amount",
    "currency": "currency",
    "expires_in": "expires",
    "customer_name": "name",
    "customer_email": "email",
    "email": "email",
    "phone_number": "phone",
    "phone_number_length": "phone",
    "country_phone_code": "phone",
    "country_phone_code_length": "phone",
    "country": "country",
    "address": "country",
    "country_address": "country",
    "description": "description",
    "name": "description",
}
_WORDS = ("required", "invalid")
_KNOWN_AS = _NAMED | {f"{name}_{word}": of for name, of in _WITH_A_WORD.items() for word in _WORDS}


def refused(sentence: str, known_as: Mapping[str, str]) -> dict[str, str]:
    """A text for each such code: a language's sentence about what the field is called there."""
    return {f"code.{code}": sentence.format(known_as[field]) for code, field in _KNOWN_AS.items()}
