"""How accounts are called, and how a setting names several things.

`checkout` is the first account at its backend, `checkout-eu` another one there.
"""


def account_id(backend: str, word: str | None) -> str:
    """The id of a backend's account of that word; without a word, of the one named like its backend."""
    return f"{backend}-{word}" if word else backend


def backend_of(account: str) -> str:
    """Where the account of this id is."""
    return account.partition("-")[0]


def label_of(account: str, backend_label: str) -> str:
    """What people read: `Checkout.com`, or `Checkout.com (eu)`."""
    word = account.partition("-")[2]
    return f"{backend_label} ({word})" if word else backend_label


def prefix_of(account: str) -> str:
    """What its settings begin with, after PAYLINK_: `CHECKOUT_`, or `CHECKOUT_EU_`."""
    return f"{account.upper().replace('-', '_')}_"


def webhooks_of(account: str) -> str:
    """Where its webhooks come in, if they are signed: `/webhooks/checkout`, or `/webhooks/checkout/eu`."""
    return f"/webhooks/{account.replace('-', '/')}"


def listed(setting: str) -> tuple[str, ...]:
    """What a setting names, separated by commas: without the spaces around each; () of an empty one."""
    return tuple(part for part in (text.strip() for text in setting.split(",")) if part)
