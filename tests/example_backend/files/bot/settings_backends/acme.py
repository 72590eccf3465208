"""The settings of Acme Pay."""

from bot.settings_rows import BackendSettings, Setting

SETTINGS = BackendSettings(
    label="Acme Pay",
    rows=(
        Setting("API_URL", "API", "https://api.acme-pay.example/v2"),
        Setting("SECRET_KEY", "Secret key; without it Acme Pay is not offered", "", "ak_test_..."),
        Setting("WEBHOOK_SECRET", "The hook's secret; several while one replaces another", "", "hook_..."),
    ),
    needed=("WEBHOOK_SECRET",),
)
