"""Which fields a payment link and the actions on a payment have, and what each may hold.

Fields and limits: https://api-reference.checkout.com/#tag/Payment-Links.
"""

from dataclasses import dataclass

from sandbox.checkout import checks as is_
from sandbox.checkout.amounts import CURRENCIES, is_amount
from sandbox.checkout.checks import Check
from sandbox.checkout.countries import COUNTRIES

_ADDRESS = ("address_line1", "address_line2", "city", "state", "zip", "country")
_CHALLENGES = (
    "no_preference",
    "no_challenge_requested",
    "challenge_requested",
    "challenge_requested_mandate",
)
_LOCALES = """ar da-DK de-DE el en-GB es-ES fi-FI fil-PH fr-FR hi-IN id-ID it-IT ja-JP ko-KR ms-MY nb-NO
    nl-NL pt-PT sv-SE th-TH vi-VN zh-CN zh-HK zh-TW""".split()
_3DS = ("enabled", "attempt_n3d", "allow_upgrade", "challenge_indicator", "exemption")
_EXEMPTIONS = (
    "low_value",
    "secure_corporate_payment",
    "trusted_listing",
    "transaction_risk_assessment",
    "3ds_outage",
    "sca_delegation",
    "out_of_sca_scope",
    "other",
    "low_risk_program",
    "recurring_operation",
    "data_share",
    "none",
)
# Of 2023 and of the official SDKs since: the present list for links was not readable in full.
_METHODS = """ach alipay_cn alipay_hk alipay_plus alma applepay bancontact benefit bizum blik card dana eps
    gcash giropay googlepay ideal kakaopay klarna knet mbway mobilepay multibanco octopus p24 paynow paypal
    plaid sepa sequra sofort stcpay swish tabby tamara tng truemoney twint vipps wechatpay""".split()
_PRODUCT = """name quantity price reference unit_price url image_url total_amount tax_rate tax_amount
    discount_amount sku type""".split()
_PRODUCT_AMOUNTS = ("price", "unit_price", "total_amount", "tax_rate", "tax_amount", "discount_amount")
_VARIABILITY = ("Fixed", "Variable")
_PLAN = """amount_variability amount days_between_payments total_number_of_payments current_payment_number
    expiry start_date name""".split()
_LONGEST_S = 5_184_000  # 60 days


@dataclass(frozen=True, slots=True)
class Rule:
    """`path` names keys by dots, `[]` each item of a list; the codes begin with `name`."""

    path: str
    name: str
    fits: Check
    required: bool = False


def _phone(where: str) -> tuple[Rule, ...]:
    return (
        Rule(where, "phone", is_.object_of("country_code", "number")),
        Rule(f"{where}.country_code", "country_phone_code", is_.text(7, 1)),
        Rule(f"{where}.number", "phone_number", is_.text(25, 6)),
    )


def _address(where: str, *, required: bool) -> tuple[Rule, ...]:
    return (
        Rule(where, "address", is_.object_of(*_ADDRESS), required),
        Rule(f"{where}.country", "country", is_.one_of(COUNTRIES), required=True),
        Rule(f"{where}.address_line1", "address", is_.text(200)),
        Rule(f"{where}.address_line2", "address", is_.text(200)),
        Rule(f"{where}.city", "city", is_.text(50)),
        Rule(f"{where}.state", "state", is_.text(2)),
        Rule(f"{where}.zip", "zip", is_.text(50)),
    )


LINK_RULES = (
    Rule("amount", "amount", is_amount, required=True),
    Rule("currency", "currency", is_.one_of(CURRENCIES), required=True),
    Rule("billing", "billing", is_.object_of("address", "phone"), required=True),
    *_address("billing.address", required=True),
    *_phone("billing.phone"),
    Rule("reference", "reference", is_.text(50)),
    Rule("description", "description", is_.text(100)),
    Rule("display_name", "display_name", is_.text(255)),
    Rule("processing_channel_id", "processing_channel_id", is_.matches(r"pc_\w{26}"), required=True),
    Rule("expires_in", "expires_in", is_.whole(1, _LONGEST_S)),
    Rule("return_url", "return_url", is_.is_web_address),
    Rule("customer", "customer", is_.object_of("id", "email", "name", "phone", "summary", "tax_number")),
    Rule("customer.email", "customer_email", is_.is_email),
    Rule("customer.name", "customer_name", is_.text(255)),
    Rule("customer.summary", "customer_summary", is_.is_object),
    Rule("customer.tax_number", "customer_tax_number", is_.text(255)),
    *_phone("customer.phone"),
    Rule("metadata", "metadata", is_.is_flat),
    Rule("products", "products", is_.list_of(1, 1000)),
    Rule("products[]", "product", is_.object_of(*_PRODUCT)),
    Rule("products[].name", "product_name", is_.text(255), required=True),
    Rule("products[].quantity", "product_quantity", is_.whole(1), required=True),
    *(Rule(f"products[].{name}", f"product_{name}", is_.whole(0)) for name in _PRODUCT_AMOUNTS),
    *(Rule(f"products[].{name}", f"product_{name}", is_.text(255)) for name in ("reference", "sku", "type")),
    *(Rule(f"products[].{name}", f"product_{name}", is_.is_web_address) for name in ("url", "image_url")),
    Rule("allow_payment_methods", "allow_payment_methods", is_.list_of(1, len(_METHODS), str)),
    Rule("allow_payment_methods[]", "allow_payment_methods", is_.one_of(_METHODS)),
    Rule("disabled_payment_methods", "disabled_payment_methods", is_.list_of(1, len(_METHODS), str)),
    Rule("disabled_payment_methods[]", "disabled_payment_methods", is_.one_of(_METHODS)),
    Rule("payment_type", "payment_type", is_.one_of(("Regular", "Recurring"))),
    Rule("payment_plan", "payment_plan", is_.object_of(*_PLAN)),
    Rule("payment_plan.amount_variability", "payment_plan_amount_variability", is_.one_of(_VARIABILITY)),
    Rule("payment_plan.expiry", "payment_plan_expiry", is_.matches(r"\d{8}")),
    Rule("payment_plan.start_date", "payment_plan_start_date", is_.matches(r"\d{8}")),
    Rule("authorization_type", "authorization_type", is_.one_of(("Final", "Estimated"))),
    Rule("billing_descriptor", "billing_descriptor", is_.object_of("name", "city", "reference")),
    Rule("billing_descriptor.name", "billing_descriptor_name", is_.text(25, 1), required=True),
    Rule("billing_descriptor.city", "billing_descriptor_city", is_.text(13, 1), required=True),
    Rule("billing_descriptor.reference", "billing_descriptor_reference", is_.text(50)),
    Rule("shipping", "shipping", is_.is_object),
    *_address("shipping.address", required=False),
    *_phone("shipping.phone"),
    Rule("recipient", "recipient", is_.is_object),
    Rule("recipient.dob", "recipient_dob", is_.is_day),
    Rule("recipient.account_number", "recipient_account_number", is_.text(10, 10)),
    Rule("recipient.first_name", "recipient_first_name", is_.text(50)),
    Rule("recipient.last_name", "recipient_last_name", is_.text(50)),
    Rule("recipient.zip", "recipient_zip", is_.text(10)),
    *_address("recipient.address", required=False),
    Rule("sender", "sender", is_.is_object),
    Rule("instruction", "instruction", is_.is_object),
    Rule("payment_method_configuration", "payment_method_configuration", is_.is_object),
    Rule("processing", "processing", is_.is_object),
    Rule("processing.aft", "processing_aft", is_.is_flag),
    Rule("3ds", "3ds", is_.object_of(*_3DS)),
    Rule("3ds.exemption", "3ds_exemption", is_.one_of(_EXEMPTIONS)),
    Rule("3ds.enabled", "3ds_enabled", is_.is_flag),
    Rule("3ds.attempt_n3d", "3ds_attempt_n3d", is_.is_flag),
    Rule("3ds.allow_upgrade", "3ds_allow_upgrade", is_.is_flag),
    Rule("3ds.challenge_indicator", "3ds_challenge_indicator", is_.one_of(_CHALLENGES)),
    Rule("risk", "risk", is_.object_of("enabled", "device_session_id", "device")),
    Rule("risk.enabled", "risk_enabled", is_.is_flag, required=True),
    Rule("payment_ip", "ip_address", is_.is_ipv4),
    Rule("locale", "locale", is_.one_of(_LOCALES)),
    Rule("capture", "capture", is_.is_flag),
    Rule("capture_on", "capture_on", is_.is_moment),
    Rule("customer_retry", "customer_retry", is_.object_of("max_attempts")),
    Rule("customer_retry.max_attempts", "customer_retry_max_attempts", is_.whole(1)),
    Rule("amount_allocations", "amount_allocations", is_.list_of(1, 50)),
    Rule("amount_allocations[].id", "amount_allocations_id", is_.matches(r"ent_\w{26}"), required=True),
    Rule("amount_allocations[].amount", "amount_allocations_amount", is_amount, required=True),
    Rule("amount_allocations[].commission", "commission", is_.object_of("amount", "percentage")),
    Rule("amount_allocations[].commission.percentage", "commission_percentage", is_.is_percentage),
    Rule("amount_allocations[].reference", "amount_allocations_reference", is_.text(50)),
    Rule("marketplace", "marketplace", is_.is_object),
)

_ACTION_RULES = (
    Rule("reference", "reference", is_.text(80)),
    Rule("metadata", "metadata", is_.is_flat),
)
_AMOUNT_RULES = (*_ACTION_RULES, Rule("amount", "amount", is_amount))
_REFUND_RULES = (*_AMOUNT_RULES, Rule("amount_allocations", "amount_allocations", is_.list_of(1, 50)))
_CAPTURE_RULES = (
    *_REFUND_RULES,
    Rule("capture_type", "capture_type", is_.one_of(("NonFinal", "Final"))),
    Rule("description", "description", is_.text(100)),
)
RULES_OF = {"voids": _ACTION_RULES, "refunds": _REFUND_RULES, "captures": _CAPTURE_RULES}
