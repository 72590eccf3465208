"""Every backend's settings as rows: what each is for, its default, its form, and what is needed together."""

import re
from collections.abc import Callable, Mapping

from bot.settings_rows import URL, Setting, is_url

_LONGEST_RETURN_URL = 255

SECTIONS: Mapping[str, tuple[Setting, ...]] = {
    "Checkout.com": (
        Setting(
            "CHECKOUT_API_URL", "Your account's own host", "", "https://abcdefgh.api.sandbox.checkout.com"
        ),
        Setting(
            "CHECKOUT_SECRET_KEY", "Secret key; without it Checkout.com is not offered", "", "sk_sbox_..."
        ),
        Setting(
            "CHECKOUT_WEBHOOK_SECRET", "Signature key of the webhook; several while one replaces another"
        ),
        Setting("CHECKOUT_PROCESSING_CHANNEL_ID", "Needed if the key covers several channels", "", "pc_..."),
        Setting(
            "CHECKOUT_PAYMENT_METHODS",
            "Offered where their rules allow, separated by commas; empty: all that your account has",
            "",
            "card,applepay,googlepay,alipay_cn,klarna,ideal",
        ),
        Setting("CHECKOUT_3DS", "on or off; empty: as agreed with Checkout.com", "", "on"),
        Setting("CHECKOUT_LOCALE", "Language of the payment page; empty: en-GB", "", "de-DE"),
        Setting(
            "CHECKOUT_RETURN_URL",
            "Where the page's button leads after paying",
            "",
            "https://shop.example.com",
        ),
        Setting(
            "CHECKOUT_BILLING_DESCRIPTOR",
            "Name and city on the payer's statement",
            "",
            "Northwind Tea, Berlin",
        ),
    ),
    "Cost+": (
        Setting("COSTPLUS_API_URL", "API", "https://api.costplus.online/v1"),
        Setting("COSTPLUS_SECRET_KEY", "API key of a website; without it Cost+ is not offered"),
        Setting("COSTPLUS_MODE", "test for a Sandbox website's key, else live", "live"),
        Setting("COSTPLUS_MAIL", "on: Cost+ is told customers' e-mail addresses and may write there", "off"),
        Setting("COSTPLUS_EXTRA", "Added to every link: a JSON object", "", '{"return_url": "https://..."}'),
    ),
    "PaymentKit": (
        Setting("PAYMENTKIT_API_URL", "API", "https://api.paymentkit.com"),
        Setting("PAYMENTKIT_ACCOUNT_ID", "Your account's id", "", "acc_..."),
        Setting("PAYMENTKIT_SECRET_KEY", "Secret key; without it PaymentKit is not offered", "", "st_..."),
        Setting("PAYMENTKIT_WEBHOOK_SECRET", "Webhook's signing secrets, by commas", "", "whsec_..."),
        Setting("PAYMENTKIT_PRODUCT_ID", "Product of the prices we make; empty: we make one", "", "prod_..."),
        Setting(
            "PAYMENTKIT_SELL_BY", "price: one made for each link; quantity: so many of a unit price", "price"
        ),
        Setting("PAYMENTKIT_UNIT_PRICES", "Prices of one cent, by currency", "", "EUR:price_...,USD:..."),
        Setting("PAYMENTKIT_PAYMENT_METHODS", "Empty: all of your account's", "", "credit_card,apple_pay"),
        Setting("PAYMENTKIT_RETURN_URL", "Where customers go after paying", "", "https://shop.example.com"),
        Setting("PAYMENTKIT_EVENTS", "Further events' meaning", "", "payment.captured=captured"),
        Setting("PAYMENTKIT_EXTRA", "Added to every link: a JSON object", "", '{"customer_id": "cus_..."}'),
    ),
    "EximPe": (
        Setting("EXIMPE_API_URL", "Sandbox or live", "", "https://api-pacb-uat.eximpe.com"),
        Setting("EXIMPE_CLIENT_ID", "Client id"),
        Setting("EXIMPE_SECRET_KEY", "Client secret; without it EximPe is not offered"),
        Setting("EXIMPE_WEBHOOK_SECRET", "Encryption Key; several while one replaces another"),
        Setting("EXIMPE_GOODS", "Sold unless said: service, digital_goods or physical_goods", "service"),
        Setting("EXIMPE_EXTRA", "Added to every link: a JSON object", "", '{"product.hs_code": "99831100"}'),
    ),
    "YabetooPay": (
        Setting("YABETOO_API_URL", "API", "https://buy.api.yabetoopay.com"),
        Setting("YABETOO_SECRET_KEY", "Secret key; without it YabetooPay is not offered", "", "sk_test_..."),
        Setting("YABETOO_WEBHOOK_SECRET", "Webhook's signing secrets, by commas", "", "whsec_..."),
        Setting("YABETOO_CURRENCIES", "Those that your account takes, by commas", "XAF,EUR"),
        Setting("YABETOO_EXTRA", "Added to every link: a JSON object", "", '{"successUrl": "https://..."}'),
    ),
}
PREFIXES: Mapping[str, str] = {
    "checkout": "CHECKOUT_",
    "costplus": "COSTPLUS_",
    "eximpe": "EXIMPE_",
    "paymentkit": "PAYMENTKIT_",
    "yabetoo": "YABETOO_",
}
NEEDED: Mapping[str, tuple[str, ...]] = {  # the first of each is what offers a backend
    "CHECKOUT_SECRET_KEY": ("CHECKOUT_API_URL", "CHECKOUT_WEBHOOK_SECRET"),
    "EXIMPE_SECRET_KEY": ("EXIMPE_API_URL", "EXIMPE_CLIENT_ID", "EXIMPE_WEBHOOK_SECRET"),
    "PAYMENTKIT_SECRET_KEY": ("PAYMENTKIT_ACCOUNT_ID", "PAYMENTKIT_WEBHOOK_SECRET"),
    "YABETOO_SECRET_KEY": ("YABETOO_WEBHOOK_SECRET",),
}
FORMS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "CHECKOUT_API_URL": URL,
    "COSTPLUS_API_URL": URL,
    "COSTPLUS_MODE": (lambda text: text in {"test", "live"}, "must be test or live"),
    "COSTPLUS_MAIL": (lambda text: text in {"on", "off"}, "must be on or off"),
    "EXIMPE_API_URL": URL,
    "EXIMPE_GOODS": (
        lambda text: text in {"service", "digital_goods", "physical_goods"},
        "must be service, digital_goods or physical_goods",
    ),
    "PAYMENTKIT_API_URL": URL,
    "PAYMENTKIT_RETURN_URL": URL,
    "PAYMENTKIT_SELL_BY": (lambda text: text in {"price", "quantity"}, "must be price or quantity"),
    "PAYMENTKIT_UNIT_PRICES": (
        re.compile(r"\s*[A-Z]{3}:[^\s,]+(\s*,\s*[A-Z]{3}:[^\s,]+)*\s*").fullmatch,
        "must be like EUR:price_a,USD:price_b",
    ),
    "YABETOO_API_URL": URL,
    "YABETOO_CURRENCIES": (
        re.compile(r"\s*[A-Z]{3}(\s*,\s*[A-Z]{3})*\s*").fullmatch,
        "must be currencies separated by commas, like XAF,EUR",
    ),
    "CHECKOUT_PROCESSING_CHANNEL_ID": (
        re.compile("pc_[a-z0-9]{26}").fullmatch,
        "must be pc_ and 26 characters",
    ),
    "CHECKOUT_3DS": (lambda text: text in {"on", "off"}, "must be on or off"),
    "CHECKOUT_RETURN_URL": (
        lambda text: is_url(text) and len(text) <= _LONGEST_RETURN_URL,
        "must be an address like https://example.com, at most 255 characters",
    ),
    "CHECKOUT_BILLING_DESCRIPTOR": (
        re.compile("[^,]{1,25},[^,]{1,13}").fullmatch,
        "must be a name (25 characters at most), a comma and a city (13 at most)",
    ),
}
