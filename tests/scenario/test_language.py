"""One installation speaks one language everywhere: French from the first question to the customer's page."""

from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from tests.scenario.slack_people import card, command, desk, press, thread, window
from tests.scenario.stage import Stage, stage_in

AMOUNT = "1\N{NARROW NO-BREAK SPACE}234,50 EUR"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """One that the world reaches."""
    async with stage_in(tmp_path, LANGUAGE="fr", TIME_ZONE="Africa/Brazzaville") as ready:
        await ready.stop_service()
        ready.settings = replace(ready.settings, public_url=ready.world.service_url)
        await ready.start_service()
        yield ready


async def test_a_sale_in_telegram(stage: Stage) -> None:
    await stage.telegram("/paylink")
    await stage.telegram_card("Combien", "Par exemple 49,90 EUR")
    await stage.telegram("beaucoup")
    await stage.telegram_card("Je ne peux pas lire ce montant")
    await stage.telegram("1 234,50 EUR")
    await stage.telegram_card("Cela peut vouloir dire")
    await stage.press_telegram(AMOUNT)
    await stage.telegram_card("adresse e-mail du client")
    await stage.telegram("jane@example.com")
    await stage.telegram_card("C'est pour quoi")
    await stage.telegram("Facture 12")
    whole = await stage.telegram_card("Vérifiez le montant", "234,50 EUR")
    assert "Client\N{NO-BREAK SPACE}: jane@example.com" in whole["text"]

    await stage.press_telegram("Créer le lien")
    await stage.telegram_card("En attente du paiement", "234,50 EUR", "WAT")
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await stage.telegram_replies(f"Payé\N{NO-BREAK SPACE}: {AMOUNT}")


async def test_a_sale_in_slack_until_a_day_that_is_named_in_french(stage: Stage) -> None:
    (shown,) = (await command(stage, "49,90 EUR Facture 12 jusqu'à vendredi"))["messages"]
    assert "Vérifiez le montant" in str(shown)
    assert "ven." in str(shown)
    await press(stage, shown, "create")
    await desk(stage, "Le lien de paiement est prêt et publié dans le canal.")
    root = await card(stage, "En attente du paiement", "49,90 EUR")
    [link] = await stage.provider_links()
    await stage.pay(link["reference"], "paid")
    await thread(stage, "49,90 EUR", below=root["ts"])


async def test_the_form_says_what_is_wrong_at_its_field(stage: Stage) -> None:
    view = (await command(stage, ""))["view"]
    assert (view["title"]["text"], view["submit"]["text"]) == ("Lien de paiement", "Créer le lien")
    refused = await stage.submit(view["id"], amount="beaucoup", currency="EUR")
    assert refused["errors"]["amount"].startswith("Je ne peux pas lire ce montant.")
    await window(stage, "Montant", "E-mail du client")


async def test_a_customer_reads_it_too(stage: Stage) -> None:
    page = await stage.service.get(f"/p/{'f' * 32}")
    assert '<html lang="fr">' in page.text
    assert "Il n'y a pas de lien de paiement à cette adresse" in unescape(page.text)
