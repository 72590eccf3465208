"""What a link can be paid with: the methods that fit it.

Which methods suit which currency and country is only partly documented for links (Alipay, iDEAL, Benefit,
PayPal, Klarna: https://www.checkout.com/docs/payments/accept-payments/create-a-payment-link/manage-payment-links);
the rest is where each method is at home, and unverified. All but cards and wallets are asynchronous: the
payer approves elsewhere, the money comes later.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

JSON = dict[str, Any]
Need = Callable[[JSON], bool]

CARD = "card"
WALLETS = {"applepay": "Apple Pay", "googlepay": "Google Pay"}  # run as card transactions

_EURO = frozenset({"EUR"})


def _nothing(_: JSON) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Method:
    """An asynchronous method; no currencies or countries: any."""

    label: str
    currencies: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    needs: Need = _nothing

    def fits(self, request: JSON) -> bool:
        country = request["billing"]["address"]["country"]
        return (
            (not self.currencies or request["currency"] in self.currencies)
            and (not self.countries or country in self.countries)
            and self.needs(request)
        )


def _has_reference(request: JSON) -> bool:
    return bool(request.get("reference"))


def _has_plain_reference(most: int) -> Need:
    return lambda request: bool(re.fullmatch(rf"[A-Za-z0-9]{{1,{most}}}", request.get("reference") or ""))


def _has_products_and_name(request: JSON) -> bool:
    return bool(request.get("products") and (request.get("customer") or {}).get("name"))


def _suits_alipay(request: JSON) -> bool:
    customer = request.get("customer") or {}
    products = request.get("products") or []
    complete = all({"name", "quantity", "reference", "unit_price"} <= set(product) for product in products)
    return bool(customer.get("email") or customer.get("id")) and bool(products) and complete


def _at(*countries: str) -> frozenset[str]:
    return frozenset(countries)


METHODS: Mapping[str, Method] = {
    "ideal": Method("iDEAL", _EURO, _at("NL"), _has_plain_reference(35)),
    "bancontact": Method("Bancontact", _EURO, _at("BE")),
    "eps": Method("EPS", _EURO, _at("AT")),
    "giropay": Method("giropay", _EURO, _at("DE")),
    "sofort": Method("Sofort", _EURO, _at("AT", "BE", "DE", "ES", "IT", "NL")),
    "multibanco": Method("Multibanco", _EURO, _at("PT")),
    "mbway": Method("MB WAY", _EURO, _at("PT")),
    "bizum": Method("Bizum", _EURO, _at("ES")),
    "p24": Method("Przelewy24", frozenset({"EUR", "PLN"}), _at("PL")),
    "blik": Method("BLIK", frozenset({"PLN"}), _at("PL")),
    "twint": Method("TWINT", frozenset({"CHF"}), _at("CH")),
    "swish": Method("Swish", frozenset({"SEK"}), _at("SE")),
    "vipps": Method("Vipps", frozenset({"NOK"}), _at("NO")),
    "mobilepay": Method("MobilePay", frozenset({"DKK", "EUR"}), _at("DK", "FI")),
    "knet": Method("KNET", frozenset({"KWD"}), _at("KW")),
    "benefit": Method("Benefit", frozenset({"BHD"}), _at("BH"), _has_plain_reference(50)),
    "alipay_cn": Method("Alipay", frozenset({"CNY", "HKD", "SGD"}), _at("CN"), _suits_alipay),
    "klarna": Method("Klarna", needs=_has_products_and_name),
    "paypal": Method("PayPal", needs=_has_reference),
}


def offered(request: JSON, *, card_schemes: bool = True) -> dict[str, str]:
    """The methods that a link shows, by name with their labels: cards first, wallets if asked for."""
    asked = request.get("allow_payment_methods")
    cards = {CARD: "Card", **(WALLETS if asked else {})} if card_schemes else {}
    fitting = cards | {name: method.label for name, method in METHODS.items() if method.fits(request)}
    wanted = set(asked or fitting) - set(request.get("disabled_payment_methods") or ())
    return {name: label for name, label in fitting.items() if name in wanted}
