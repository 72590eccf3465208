"""The settings of EximPe."""

from bot.settings_rows import BackendSettings, Setting, one_of

SETTINGS = BackendSettings(
    label="EximPe",
    rows=(
        Setting("API_URL", "API of the sandbox, or the live one", "", "https://api-pacb-uat.eximpe.com"),
        Setting("CLIENT_ID", "Client id"),
        Setting("SECRET_KEY", "Client secret; without it EximPe is not offered"),
        Setting("WEBHOOK_SECRET", "Encryption Key of the dashboard; several while one replaces another"),
        Setting("GOODS", "What is sold, unless said: service, digital_goods or physical_goods", "service"),
        Setting("EXTRA", "Added to every link: a JSON object", "", '{"product.hs_code": "99831100"}'),
    ),
    needed=("API_URL", "CLIENT_ID", "WEBHOOK_SECRET"),
    forms={"GOODS": one_of("service", "digital_goods", "physical_goods")},
)
