"""Payment methods in words: backends write `credit-card`, `credit_card` or `CARD`, some with digits."""

import re
from collections.abc import Iterable, Mapping

from bot.texts import Texts

# Each without its marks and in small letters. Names of their own are the same in every language:
# https://www.checkout.com/docs/payments/accept-payments/create-a-payment-link/manage-payment-links,
# https://docs.costplus.io/docs/guides/payment-links
_BRANDS: Mapping[str, str] = {
    "ach": "ACH",
    "alipaycn": "Alipay",
    "alipayhk": "AlipayHK",
    "alipayplus": "Alipay+",
    "alma": "Alma",
    "applepay": "Apple Pay",
    "bancontact": "Bancontact",
    "benefit": "Benefit",
    "bizum": "Bizum",
    "blik": "BLIK",
    "dana": "DANA",
    "eps": "EPS",
    "gcash": "GCash",
    "giropay": "giropay",
    "googlepay": "Google Pay",
    "ideal": "iDEAL",
    "kakaopay": "KakaoPay",
    "klarna": "Klarna",
    "knet": "KNET",
    "mastercard": "Mastercard",
    "mbway": "MB WAY",
    "mobilepay": "MobilePay",
    "multibanco": "Multibanco",
    "octopus": "Octopus",
    "p24": "Przelewy24",
    "paynow": "PayNow",
    "paypal": "PayPal",
    "plaid": "Plaid",
    "sepa": "SEPA",
    "sequra": "seQura",
    "sofort": "Sofort",
    "stcpay": "stc pay",
    "swish": "Swish",
    "tabby": "Tabby",
    "tamara": "Tamara",
    "tng": "Touch 'n Go",
    "truemoney": "TrueMoney",
    "twint": "TWINT",
    "upi": "UPI",
    "vipps": "Vipps",
    "vippsmobilepay": "Vipps MobilePay",
    "visa": "Visa",
    "wechatpay": "WeChat Pay",
}
_COMMON: Mapping[str, str] = {  # a text of each
    "card": "card",
    "creditcard": "card",
    "debitcard": "card",
    "banktransfer": "bank_transfer",
    "netbanking": "net_banking",
}
_MARKS = re.compile("[-_ ]")
_AN_IDENTIFIER = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)+")
_DIGITS = " •"
_SHOWN = 3  # a link can be paid by thousands of cards, and no message holds them all


def method_of(texts: Texts, told: str) -> str:
    """`card •1111` for `credit-card •1111`; an unknown one as it came, with its separators as spaces."""
    name, _, digits = told.partition(_DIGITS)
    said = _name(texts, name)
    return f"{said}{_DIGITS}{digits}" if digits else said


def methods_of(texts: Texts, told: Iterable[str]) -> tuple[str, ...]:
    """Each method once; of many, the first few and how many more there are."""
    methods = tuple(dict.fromkeys(method_of(texts, method) for method in told))
    more = len(methods) - _SHOWN
    return methods if more <= 0 else (*methods[:_SHOWN], texts("method.more", count=str(more)))


def _name(texts: Texts, name: str) -> str:
    key = _MARKS.sub("", name).casefold()
    if key in _COMMON:
        return texts(f"method.{_COMMON[key]}")
    return _BRANDS.get(key) or (_MARKS.sub(" ", name) if _AN_IDENTIFIER.fullmatch(name) else name)
