"""The settings of Checkout.com."""

import re

from bot.settings_rows import BackendSettings, Setting, is_url, one_of

_LONGEST_RETURN_URL = 255

SETTINGS = BackendSettings(
    label="Checkout.com",
    rows=(
        Setting("API_URL", "Your account's own host", "", "https://abcdefgh.api.sandbox.checkout.com"),
        Setting("SECRET_KEY", "Secret key; without it Checkout.com is not offered", "", "sk_sbox_..."),
        Setting(
            "WEBHOOK_SECRET",
            "Signature key of the webhook: a long random word of yours; several while one replaces another",
        ),
        Setting(
            "PROCESSING_CHANNEL_ID", "Processing channel, needed if the key covers several", "", "pc_..."
        ),
        Setting(
            "PAYMENT_METHODS",
            "Methods to offer where their rules allow, separated by commas; empty: all of your account's",
            "",
            "card,applepay,googlepay,alipay_cn,klarna,ideal",
        ),
        Setting("3DS", "3D Secure: on or off; empty: as agreed with Checkout.com", "", "on"),
        Setting("LOCALE", "Language of the payment page; empty: en-GB", "", "de-DE"),
        Setting("RETURN_URL", "Where the page's button leads after paying", "", "https://shop.example.com"),
        Setting("BILLING_DESCRIPTOR", "Name and city on the payer's statement", "", "Northwind Tea, Berlin"),
    ),
    needed=("API_URL", "WEBHOOK_SECRET"),
    forms={
        "PROCESSING_CHANNEL_ID": (
            re.compile(r"pc_\w{26}", re.ASCII).fullmatch,
            "must be pc_ and 26 characters",
        ),
        "3DS": one_of("on", "off"),
        "RETURN_URL": (
            lambda text: is_url(text) and len(text) <= _LONGEST_RETURN_URL,
            "must be an address like https://example.com, at most 255 characters",
        ),
        "BILLING_DESCRIPTOR": (
            re.compile("[^,]{1,25},[^,]{1,13}").fullmatch,
            "must be a name (25 characters at most), a comma and a city (13 at most)",
        ),
    },
)
