"""What every part of the service is built from."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from adapters.backends._accounts import make_accounts
from bot.conversation.form import Locality, form_for
from bot.conversation.inquiries import Inquiries
from bot.conversation.managing import Managing
from bot.conversation.offer import Offer
from bot.conversation.talk import Talk
from bot.delivery.audience import Installation
from bot.delivery.customer_page import CustomerPages
from bot.delivery.renderer import Renderer
from bot.links.acts import Acts
from bot.ports.accounts import backend_of
from bot.ports.backend import Backend
from bot.ports.clock import Clock
from bot.ports.model import Account, Person, Standing
from bot.ports.storage import Storage, Transaction
from bot.ports.traffic import Deed
from bot.settings import Settings
from bot.texts import Texts

_SETTINGS = "settings"  # as the subject of a deed: `person` is whom they have named


@dataclass(frozen=True, slots=True)
class Core:
    """What every part of the service is built from."""

    settings: Settings
    clock: Clock
    storage: Storage
    backends: Mapping[str, Backend]
    talk: Talk
    acts: Acts
    renderer: Renderer
    texts: Texts
    managing: Managing
    inquiries: Inquiries
    pages: CustomerPages


def make_backends(settings: Settings, given: Mapping[str, Backend] | None = None) -> dict[str, Backend]:
    """The backend of every account that has a key, by account id; raises ConfigurationError."""
    return make_accounts(settings.accounts, settings.merchant_name, given or {})


def make_core(settings: Settings, clock: Clock, storage: Storage, backends: Mapping[str, Backend]) -> Core:
    talk = Talk(_offers(settings, backends), clock)
    installation = Installation(settings.merchant_name, settings.time_zone, settings.public_url)
    renderer = Renderer(backends, talk, installation, clock)
    acts = Acts(settings.admins, clock, lambda account_id: backends[account_id].info)
    texts = Texts(settings.language)
    managing = Managing(acts, texts, settings.time_zone, ours=settings.public_url is not None)
    inquiries = Inquiries(storage, backends, acts, managing.reading)
    pages = CustomerPages(storage, installation, settings.language)
    return Core(
        settings=settings,
        clock=clock,
        storage=storage,
        backends=backends,
        talk=talk,
        acts=acts,
        renderer=renderer,
        texts=texts,
        managing=managing,
        inquiries=inquiries,
        pages=pages,
    )


def _offers(settings: Settings, backends: Mapping[str, Backend]) -> list[Offer]:
    """What each account offers, the default account first."""
    locality = Locality(settings.default_currency, settings.region, settings.time_zone)
    infos = {name: backends[name].info for name in settings.accounts}
    default_first = sorted(settings.accounts, key=lambda name: name != settings.default_backend)
    return [
        Offer(
            name,
            form_for(infos[name], locality, infos, backends[name].mode),
            settings.link_expiry,
            settings.language,
        )
        for name in default_first
    ]


def introduce(tx: Transaction, core: Core) -> None:
    """Store what the settings say about accounts and people."""
    for name in core.settings.accounts:
        mode = core.backends[name].mode
        tx.accounts.put(Account(name, backend_of(name), mode))
    if core.settings.telegram:
        _admit(tx, {Person("telegram", user) for user in core.settings.telegram.admitted}, core.clock.now())
    if core.settings.slack:
        for person, standing in tx.people.all():  # refused before the settings let them in
            let_in = person.chat == "slack" and person.user in core.settings.slack.admitted
            if let_in and standing is Standing.REFUSED:
                tx.people.put(person, Standing.ADMITTED)


def _admit(tx: Transaction, named: AbstractSet[Person], now: datetime) -> None:
    """Admit the people named in the settings; refuse those no longer named, until they are invited."""
    last = {deed.person: deed.act for deed in tx.deeds.of(_SETTINGS)}
    for person in named:
        tx.people.put(person, Standing.ADMITTED)
        if last.get(person) != "admit":
            tx.deeds.add(Deed(_SETTINGS, "admit", person, now))
    for person in [person for person, act in last.items() if act == "admit" and person not in named]:
        tx.people.put(person, Standing.REFUSED)
        tx.deeds.add(Deed(_SETTINGS, "refuse", person, now))
