"""How accounts are named, and how a setting lists several things.

`checkout` is the first account at its backend, `checkout-eu` another one there.
"""


def account_id(backend: str, word: str | None) -> str:
    """The id of a backend's account with this suffix; without one, of the account named like its backend."""
    return f"{backend}-{word}" if word else backend


def backend_of(account: str) -> str:
    """The backend of the account with this id."""
    return account.partition("-")[0]


def label_of(account: str, backend_label: str) -> str:
    """What people read: `Checkout.com`, or `Checkout.com (eu)`."""
    word = account.partition("-")[2]
    return f"{backend_label} ({word})" if word else backend_label


def prefix_of(account: str) -> str:
    """The prefix of its settings, after PAYLINK_: `CHECKOUT_`, or `CHECKOUT_EU_`."""
    return f"{account.upper().replace('-', '_')}_"


def webhooks_of(account: str) -> str:
    """The path of its signed webhooks: `/webhooks/checkout`, or `/webhooks/checkout/eu`."""
    return f"/webhooks/{account.replace('-', '/')}"


def listed(setting: str) -> tuple[str, ...]:
    """The comma-separated parts of a setting, stripped; () if it is empty."""
    return tuple(part for part in (text.strip() for text in setting.split(",")) if part)
