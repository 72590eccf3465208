"""Who the workspace and the app are: constants of Slack's shapes, plainly not real."""

TEAM_ID = "T0PAYLINK"
TEAM_NAME = "Paylink Demo"
TEAM_DOMAIN = "paylink-demo"
APP_ID = "A0PAYLINK"
BOT_ID = "B0PAYLINK"
BOT_USER = "U0PAYLINK"
SLACKBOT = "USLACKBOT"
COMMAND = "/paylink"
SHORTCUT = "paylink_message"
GLOBAL_SHORTCUT = "paylink_new"
OTHER_TEAM_ID = "T0OTHER"

BOT_TOKEN = "xoxb-0000-0000-obviously-fake-paylink"  # noqa: S105 - a stand-in's key, opens nothing else
APP_TOKEN = "xapp-1-A0PAYLINK-0000-obviously-fake-paylink"  # noqa: S105 - as above
CLIENT_ID = "0000000000.1111111111"
CLIENT_SECRET = "obviously-fake-client-secret"  # noqa: S105 - as above
SIGNING_SECRET = "0badc0de0badc0de0badc0de0badc0de"  # noqa: S105 - as above
VERIFICATION_TOKEN = "obviously-fake-verification"  # noqa: S105 - as above
