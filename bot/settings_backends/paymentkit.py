"""The settings of PaymentKit."""

import re

from bot.settings_rows import URL, BackendSettings, Setting, one_of

SETTINGS = BackendSettings(
    label="PaymentKit",
    rows=(
        Setting("API_URL", "API", "https://api.paymentkit.com"),
        Setting("ACCOUNT_ID", "Your account's id", "", "acc_..."),
        Setting("SECRET_KEY", "Secret key; without it PaymentKit is not offered", "", "st_..."),
        Setting(
            "WEBHOOK_SECRET", "Webhook's signing secret; several while one replaces another", "", "whsec_..."
        ),
        Setting("PRODUCT_ID", "Product of the prices we make; empty: we make one", "", "prod_..."),
        Setting("SELL_BY", "price: one made for each link; quantity: so many of a unit price", "price"),
        Setting(
            "UNIT_PRICES",
            "For quantity: prices of one cent (the smallest unit), by currency",
            "",
            "EUR:price_...,USD:...",
        ),
        Setting(
            "PAYMENT_METHODS", "Methods to offer; empty: all of your account's", "", "credit_card,apple_pay"
        ),
        Setting("RETURN_URL", "Where customers go after paying", "", "https://shop.example.com"),
        Setting("CHECKOUT_HOURS", "How many hours a checkout lasts, of a link for several uses", "24"),
        Setting("EVENTS", "What further events mean", "", "payment.captured=captured"),
        Setting("EXTRA", "Added to every link: a JSON object", "", '{"customer_id": "cus_..."}'),
    ),
    needed=("ACCOUNT_ID", "WEBHOOK_SECRET"),
    forms={
        "CHECKOUT_HOURS": (
            re.compile("[1-9][0-9]?|[1-6][0-9]{2}|7[01][0-9]|720").fullmatch,
            "must be a number from 1 to 720",
        ),
        "RETURN_URL": URL,
        "SELL_BY": one_of("price", "quantity"),
        "UNIT_PRICES": (
            re.compile(r"\s*[A-Z]{3}:[^\s,]+(\s*,\s*[A-Z]{3}:[^\s,]+)*\s*").fullmatch,
            "must be like EUR:price_a,USD:price_b",
        ),
    },
)
