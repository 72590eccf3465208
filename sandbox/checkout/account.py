"""The one account of the stand-in: a key that covers several channels, as newer accounts have it."""

SECRET_KEY = "sk_sbox_sandboxsandboxsandboxsando7"  # noqa: S105 - of the real shape, opens nothing real
PREFIX = "sandboxk"  # of the account's own host: the first eight characters of its client's id
CLIENT = "cli_sandboxksandboxksandboxksa"
ENTITY = "ent_sandboxsandboxsandboxsando"
CHANNEL = "pc_sandboxsandboxsandboxsando"
