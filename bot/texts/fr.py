"""French. Grouped as English is; who is spoken to is « vous ».

Words of commands (`list`, `unlimited`) stay as they are typed; days and months are read in French, too.
"""

import re

from bot.texts.fr_codes import CODES
from bot.texts.fr_customers import CUSTOMERS
from bot.texts.fr_expecting import EXPECTING
from bot.texts.fr_managing import MANAGING
from bot.texts.fr_telling import TELLING

_SHOWING = {
    # The form: a label for forms, a prompt for dialogues, a hint below the input.
    "field.amount.label": "Montant",
    "field.amount.prompt": "Combien ?",
    "field.amount.hint": "Par exemple 49,90 ou 1234,50",
    "field.currency.label": "Devise",
    "field.currency.prompt": "Dans quelle devise ? Tapez ses trois lettres.",
    "field.currency.hint": "",
    "field.email.label": "E-mail du client",
    "field.email.prompt": "Quelle est l'adresse e-mail du client ?",
    "field.email.hint": "Gardé avec le lien ; Paylink n'envoie aucun e-mail de lui-même",
    "field.phone.label": "Téléphone du client",
    "field.phone.prompt": (
        "Quel est le numéro de téléphone du client ? Avec l'indicatif du pays, comme +242 06 612 3456"
    ),
    "field.phone.hint": "Avec l'indicatif du pays, comme +242 06 612 3456",
    "field.name.label": "Nom du client",
    "field.name.prompt": "Quel est le nom du client ?",
    "field.name.hint": "",
    "field.country.label": "Pays du client",
    "field.country.prompt": "Dans quel pays le client est-il facturé ? Deux lettres, par exemple FR",
    "field.country.hint": "Deux lettres, par exemple FR",
    "field.description.label": "Objet",
    "field.description.prompt": "C'est pour quoi ? Le client le voit sur la page de paiement",
    "field.description.hint": "Le client le voit sur la page de paiement",
    "field.address.label": "Rue et numéro",
    "field.address.prompt": "Quels sont la rue et le numéro du client ?",
    "field.address.hint": "Du client",
    "field.city.label": "Ville",
    "field.city.prompt": "Dans quelle ville habite le client ?",
    "field.city.hint": "",
    "field.state.label": "État ou région",
    "field.state.prompt": "Dans quel État habite le client ? Par exemple Maharashtra",
    "field.state.hint": "Par exemple Maharashtra",
    "field.postal_code.label": "Code postal",
    "field.postal_code.prompt": "Quel est le code postal du client ?",
    "field.postal_code.hint": "",
    "field.goods.label": "Nature de la vente",
    "field.goods.prompt": "Que vendez-vous : un service, un bien numérique ou un bien matériel ?",
    "field.goods.hint": "",
    "field.goods_code.label": "Code SH",
    "field.goods_code.prompt": "Quel est le code SH de la marchandise ? Huit chiffres",
    "field.goods_code.hint": "Huit chiffres ; pour les biens matériels seulement",
    "field.invoice.label": "Numéro de facture",
    "field.invoice.prompt": "Quel est le numéro de la facture ?",
    "field.invoice.hint": "Lettres, chiffres, - et / ; vide : la référence du lien lui-même",
    "choice.service": "Service",
    "choice.digital_goods": "Bien numérique",
    "choice.physical_goods": "Bien matériel",
    "field.reference.label": "Votre référence",
    "field.reference.prompt": "Quelle est votre propre référence ? Par exemple FAC-12",
    "field.reference.hint": "Par exemple FAC-12 ; le client ne la voit pas",
    "field.expires.label": "Payable jusqu'au",
    "field.expires.prompt": "Jusqu'à quand peut-on payer ? Par exemple 3 jours, vendredi ou 2026-12-31",
    "field.expires.hint": "Par exemple 3 jours, 48h, vendredi ou 2026-12-31 ; vide : le délai habituel",
    "field.backend.label": "Payé via",
    "field.backend.prompt": "Via quel prestataire est-ce payé ?",
    "field.backend.hint": "",
    "form.title": "Lien de paiement",
    "form.submit": "Créer le lien",
    "form.go_on": "Continuer",
    "form.close": "Annuler",
    "form.close_done": "Fermer",
    "form.which_amount": "Quel montant faut-il lire dans {text} ?",
    "form.another_amount": "Un autre montant",
    "prompt.example": "Par exemple {example}",
    # The card of a draft.
    "draft.headline": "Nouveau lien de paiement",
    "draft.headline_amount": "Nouveau lien de paiement : {amount}",
    "draft.cancelled": "Annulé, rien n'a été créé",
    "draft.expired": "Pas terminé à temps, rien n'a été créé. Tapez /paylink pour recommencer",
    "draft.edit_which": "Que voulez-vous modifier ?",
    "draft.reply_here": "Répondez à ce message.",
    "draft.ready": "Vérifiez le montant, puis créez le lien.",
    "draft.ready_setup": "Vérifiez ceci, puis créez le lien. Il n'encaisse rien.",
    "draft.recalled": "Repris d'un de vos liens précédents : {fields}. À modifier si cela a changé.",
    "recalled.name": "nom",
    "recalled.email": "adresse e-mail",
    "recalled.phone": "numéro de téléphone",
    "recalled.address": "adresse",
    "draft.twin": "{id} est ouvert pour le même client et le même montant, jusqu'au {expires}. L'utiliser ?",
    "draft.order_all": (
        "Ceci est un nouveau lien de paiement. Pour ceux qui existent, tapez /paylink {verb} seul, "
        "ou suivi uniquement de ce que vous cherchez, par exemple votre propre numéro."
    ),
    "draft.order_one": (
        "Ceci est un nouveau lien de paiement. "
        "Pour un lien qui existe, tapez /paylink {verb} suivi uniquement de sa référence ou de votre numéro."
    ),
    "draft.using": "Ce sera {id} : rien de nouveau n'a été créé",
    "draft.using_where": "La suite est annoncée là où il a été créé.",
    "withheld.needs_email": "{method} n'est pas proposé : il faut l'adresse e-mail du client.",
    "withheld.needs_name": "{method} n'est pas proposé : il faut le nom du client.",
    "withheld.currency": "{method} n'est pas proposé : {currency} n'y est pas accepté.",
    "withheld.country": "{method} n'est pas proposé aux clients facturés dans ce pays : {country}.",
    "withheld.reference": "{method} n'est pas proposé cette fois : notre référence n'y est pas acceptée.",
    # The card of a link.
    "link.creating": "Création d'un lien de paiement : {amount}…",
    "link.open": "En attente du paiement : {amount}",
    "link.pending": "Paiement en cours : {amount}",
    "link.authorised": "Autorisé, pas encore encaissé : {authorised}",
    "link.paid": "Payé : {kept}",
    "link.paid_different": "Payé : {kept}, au lieu de {amount}",
    "link.paid_unconfirmed": "Payé, montant non confirmé (demandé : {amount})",
    "link.paid_part": "Payé jusqu'ici : {kept} sur {amount}",
    "link.paid_twice": "Payé plus d'une fois : {kept} pour {amount}. Rembourser ce qui est en trop ?",
    "link.paid_after_cancel": "Annulé, puis payé : {kept}. Rembourser ou garder ?",
    "link.paid_after_close": "Fermé, puis payé : {kept}. Rembourser ou garder ?",
    "link.capture_failed": "Autorisé, mais l'encaissement a échoué : {authorised}",
    "link.voided": "Autorisé, puis libéré, rien n'a été encaissé : {authorised}",
    "link.part_refunded": "Remboursé : {refunded} sur {paid}",
    "link.refunded": "Remboursé : {refunded}",
    "link.returned": "Payé : {paid}, puis repris par la banque du client",
    "link.disputed": "Payé : {paid}, contesté par le client",
    "link.dispute_won": "Payé : {kept}, litige clos en votre faveur",
    "link.dispute_lost": "Payé : {paid}, perdu dans un litige",
    "link.expired": "Expiré sans paiement : {amount}",
    "link.cancelled": "Annulé : {amount}",
    "link.paused": "En pause : {amount}",
    "link.failed": "Aucun lien n'a été créé : {amount}",
    "colon": " :",
    "amount.unknown": "un montant non confirmé",
    "row.amount": "Montant",
    "row.customer": "Client",
    "row.description": "Objet",
    "row.backend": "Payé via",
    "row.own_reference": "Votre référence",
    "row.link": "Lien",
    "row.expires": "Expire",
    "row.reference": "Référence",
    "row.method": "Moyen de paiement",
    "card.requested_by": "Demandé par",
    "card.test": "TEST : aucun argent réel",
    "card.waiting": "Nouvel essai en cours : {trouble}",
    "button.create": "Créer le lien",
    "button.edit": "Modifier",
    "button.cancel": "Annuler",
    "button.skip": "Passer",
    "button.back": "Retour",
    "button.keep_answer": "Laisser tel quel",
    "button.change": "Modifier et réessayer",
    "button.again": "Recréer ce lien",
    "button.use": "Utiliser {id}",
    "button.withdraw": "Annuler le lien",
    "button.keep": "Le garder",
    "button.reveal": "Voir le client",
    "button.here": "Publier ici maintenant",
    "button.direct": "Me l'envoyer",
    "sure.withdraw": "Annuler ce lien de paiement ?",
    "button.open": "Ouvrir le lien",
    "button.copy": "Copier le lien",
}
_BEFORE = re.compile(" (?=[?!:;])")


def _spaced(text: str) -> str:
    """A mark stays with the word before it, as French is set: no line breaks between them."""
    return _BEFORE.sub("\N{NO-BREAK SPACE}", text)


WORDS = {
    key: _spaced(text)
    for key, text in (_SHOWING | TELLING | MANAGING | EXPECTING | CUSTOMERS | CODES).items()
}
