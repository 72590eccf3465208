"""The settings of YabetooPay."""

import re

from bot.settings_rows import BackendSettings, Setting

SETTINGS = BackendSettings(
    label="YabetooPay",
    rows=(
        Setting("API_URL", "API", "https://buy.api.yabetoopay.com"),
        Setting("SECRET_KEY", "Secret key; without it YabetooPay is not offered", "", "sk_test_..."),
        Setting(
            "WEBHOOK_SECRET", "Webhook's signing secret; several while one replaces another", "", "whsec_..."
        ),
        Setting("CURRENCIES", "Currencies that your account takes, separated by commas", "XAF,EUR"),
        Setting("EXTRA", "Added to every link: a JSON object", "", '{"successUrl": "https://..."}'),
    ),
    needed=("WEBHOOK_SECRET",),
    forms={
        "CURRENCIES": (
            re.compile(r"\s*[A-Z]{3}(\s*,\s*[A-Z]{3})*\s*").fullmatch,
            "must be currencies separated by commas, like XAF,EUR",
        ),
    },
)
