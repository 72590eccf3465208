"""Checkout.com's words as tables: units, events, states, error codes, payment methods.

Each beside the page that lists it; what is not listed there and was never seen is not offered.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.ports.model import EventKind

# https://www.checkout.com/docs/resources/calculating-the-amount: units per major unit; all others 100.
WHOLE = frozenset("BIF DJF GNF ISK JPY KMF KRW PYG RWF UGX VUV VND XAF XOF XPF".split())
THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # the last digit must be 0
UNCONFIRMED = frozenset({"CLP", "VED"})  # CLP's rule, and whether VED is taken, are not confirmed

# https://www.checkout.com/docs/developer-resources/webhooks/webhook-event-types, and each event's own page.
# A payout (payment_paid) and everything else concerns no link.
EVENTS: Mapping[str, EventKind] = {
    "payment_pending": EventKind.PENDING,
    "payment_capture_pending": EventKind.PENDING,
    "payment_approved": EventKind.AUTHORISED,
    "payment_captured": EventKind.CAPTURED,
    "payment_capture_declined": EventKind.CAPTURE_FAILED,
    "payment_declined": EventKind.DECLINED,
    "payment_canceled": EventKind.DECLINED,
    "payment_expired": EventKind.DECLINED,
    "payment_authentication_failed": EventKind.DECLINED,
    "authentication_failed": EventKind.DECLINED,
    "authentication_expired": EventKind.DECLINED,
    "payment_voided": EventKind.VOIDED,
    "payment_void_declined": EventKind.VOID_FAILED,
    "payment_refund_pending": EventKind.REFUND_PENDING,
    "payment_refunded": EventKind.REFUNDED,
    "payment_refund_declined": EventKind.REFUND_FAILED,
    "payment_returned": EventKind.RETURNED,
    "dispute_received": EventKind.DISPUTED,
    "dispute_evidence_required": EventKind.DISPUTED,
    "dispute_evidence_submitted": EventKind.DISPUTED,
    "dispute_evidence_acknowledged_by_scheme": EventKind.DISPUTED,
    "dispute_arbitration_evidence_submitted": EventKind.DISPUTED,
    "dispute_arbitration_sent_to_scheme": EventKind.DISPUTED,
    "dispute_won": EventKind.DISPUTE_WON,
    "dispute_arbitration_won": EventKind.DISPUTE_WON,
    "dispute_canceled": EventKind.DISPUTE_WON,  # by the issuer: credited back
    "dispute_resolved": EventKind.DISPUTE_WON,  # had been refunded before: nothing more is taken
    "dispute_lost": EventKind.DISPUTE_LOST,
    "dispute_arbitration_lost": EventKind.DISPUTE_LOST,
    "dispute_accepted": EventKind.DISPUTE_LOST,
    "dispute_expired": EventKind.DISPUTE_LOST,  # nobody answered in time
}
# https://api-reference.checkout.com/#operation/getPaymentDetails. What is "Paid" is a payout.
# "Returned" is listed by https://github.com/checkout/checkout-sdk-net (Payments/PaymentStatus.cs) alone.
PAYMENT_STATES: Mapping[str, EventKind] = {
    "Pending": EventKind.PENDING,
    "Requested": EventKind.PENDING,
    "Authentication Requested": EventKind.PENDING,
    "Retry Scheduled": EventKind.PENDING,
    "Authorized": EventKind.AUTHORISED,
    "Voided": EventKind.VOIDED,
    "Partially Captured": EventKind.CAPTURED,
    "Captured": EventKind.CAPTURED,
    "Partially Refunded": EventKind.REFUNDED,
    "Refunded": EventKind.REFUNDED,
    "Returned": EventKind.RETURNED,
    "Declined": EventKind.DECLINED,
    "Canceled": EventKind.DECLINED,
    "Expired": EventKind.DECLINED,
}
BALANCES: Mapping[EventKind, str] = {
    EventKind.AUTHORISED: "total_authorized",
    EventKind.CAPTURED: "total_captured",
    EventKind.REFUNDED: "total_refunded",
}
LEFT = "available_to_capture"
# Whose amount is all there is to it where no balances are told: of the others several may add up.
WHOLE_AMOUNTS = frozenset(
    {EventKind.AUTHORISED, EventKind.VOIDED, EventKind.RETURNED, EventKind.DISPUTED}
    | {EventKind.DISPUTE_WON, EventKind.DISPUTE_LOST, EventKind.REFUND_PENDING, EventKind.REFUND_FAILED}
)

# https://api-reference.checkout.com/#operation/getPaymentLink
USABLE: Mapping[str, bool] = {"Active": True, "Payment Received": False, "Expired": False}
RECEIVED = "Payment Received"

TOO_MANY = "api_calls_quota_exceeded"  # in the same list as the codes of fields, below
# Which question of the form an error code is about: https://www.checkout.com/docs/resources/codes/error-codes
FIELDS: Mapping[str, str] = {
    "amount": "amount",
    "currency": "currency",
    "customer_email": "email",
    "email": "email",
    "customer_name": "name",
    "phone_number": "phone",
    "phone_number_length": "phone",
    "country_phone_code": "phone",
    "country_phone_code_length": "phone",
    "country": "country",
    "address": "country",
    "country_address": "country",
    "description": "description",
    "expires_in": "expires",
}

# https://api-reference.checkout.com/#operation/createAPaymentLinkSession: `locale`
LOCALES = frozenset(
    "ar da-DK de-DE el en-GB es-ES fi-FI fil-PH fr-FR hi-IN id-ID it-IT ja-JP ko-KR ms-MY nb-NO nl-NL "
    "pt-PT sv-SE th-TH vi-VN zh-CN zh-HK zh-TW".split()
)


@dataclass(frozen=True, slots=True)
class Method:
    """What a payment method needs of a link before it can be offered; empty: no rule that is known."""

    label: str
    needs: tuple[str, ...] = ()  # of the customer: email, name
    currencies: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    products: bool = False
    plain_reference: bool = False  # letters and digits only


# https://www.checkout.com/docs/payments/accept-payments/create-a-payment-link/manage-payment-links
METHODS: Mapping[str, Method] = {
    "card": Method("Cards"),
    "applepay": Method("Apple Pay"),
    "googlepay": Method("Google Pay"),
    "alipay_cn": Method(
        "Alipay",
        needs=("email",),
        currencies=frozenset({"CNY", "HKD", "SGD"}),
        countries=frozenset({"CN"}),
        products=True,
    ),
    "klarna": Method("Klarna", needs=("name",), products=True),
    "ideal": Method("iDEAL", plain_reference=True),
    "benefit": Method("Benefit", plain_reference=True),
    "paypal": Method("PayPal"),
    "bancontact": Method("Bancontact"),
    "eps": Method("EPS"),
    "giropay": Method("giropay"),
    "knet": Method("KNET"),
    "multibanco": Method("Multibanco"),
    "p24": Method("Przelewy24"),
    "sofort": Method("Sofort"),
}
