"""The settings of Cost+."""

from bot.settings_rows import BackendSettings, Setting, one_of

SETTINGS = BackendSettings(
    label="Cost+",
    rows=(
        Setting("API_URL", "API", "https://api.costplus.online/v1"),
        Setting("SECRET_KEY", "API key of a website; without it Cost+ is not offered"),
        Setting("MODE", "test for a Sandbox website's key, else live", "live"),
        Setting("MAIL", "on: Cost+ is told customers' e-mail addresses and may write there", "off"),
        Setting("EXTRA", "Added to every link: a JSON object", "", '{"return_url": "https://..."}'),
    ),
    forms={"MODE": one_of("test", "live"), "MAIL": one_of("on", "off")},
)
