"""Ids of accounts: `checkout` is the first account at its backend, `checkout-eu` a further one there."""


def account_id(backend: str, word: str | None) -> str:
    """The id of the account with this suffix, or of the backend's first account if there is no suffix."""
    return f"{backend}-{word}" if word else backend


def backend_of(account: str) -> str:
    """The backend of the account with this id."""
    return account.partition("-")[0]


def label_of(account: str, backend_label: str) -> str:
    """The name shown to people: `Checkout.com`, or `Checkout.com (eu)`."""
    word = account.partition("-")[2]
    return f"{backend_label} ({word})" if word else backend_label


def prefix_of(account: str) -> str:
    """The prefix of an account's settings, after `PAYLINK_`: `CHECKOUT_`, or `CHECKOUT_EU_`."""
    return f"{account.upper().replace('-', '_')}_"


def webhooks_of(account: str) -> str:
    """The path of an account's signed webhooks: `/webhooks/checkout`, or `/webhooks/checkout/eu`."""
    return f"/webhooks/{account.replace('-', '/')}"


def listed(setting: str) -> tuple[str, ...]:
    """The parts of a comma-separated setting, stripped; () if it is empty."""
    return tuple(part for part in (text.strip() for text in setting.split(",")) if part)
