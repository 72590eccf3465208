"""French, about managing links: orders, their answers, and what threads are told of them."""

MANAGING = {
    # On the card of a link.
    "card.not_paused_yet": (
        "La demande part chez {backend}. Tant que le lien n'y est pas retiré, il peut encore être payé."
    ),
    "card.not_open_yet": "La demande de remettre le lien part chez {backend}.",
    "card.earlier": "Le lien envoyé avant peut aussi être payé, jusqu'au {expires}.",
    "card.earlier_ours": (
        "L'adresse envoyée mène au lien le plus récent. Qui avait déjà ouvert la page de paiement peut "
        "aussi y payer, jusqu'au {expires}."
    ),
    "card.begun": "Quelqu'un a commencé à le payer. Attendez la suite avant de le recréer.",
    "card.extending": "La demande de prolonger jusqu'au {until} part chez {backend}.",
    "card.editing": "Le nouveau texte part chez {backend}.",
    "card.sharing": "La demande d'envoi au client part chez {backend}.",
    "card.goes_on": "La suite est racontée par la carte qui a été publiée.",
    "method.card": "carte",
    "method.bank_transfer": "virement",
    "method.net_banking": "banque en ligne",
    "method.more": "et {count} de plus",
    "button.manage": "Gérer",
    "button.pause": "Mettre en pause",
    "button.resume": "Reprendre",
    "button.extend": "Prolonger",
    "button.extend_until": "Prolonger jusqu'au {until}",
    "button.edit_link": "Objet",
    "button.edit_to": "Remplacer l'objet",
    "button.resend": "Renvoyer le texte",
    "button.share": "L'envoyer au client",
    "button.send": "Envoyer",
    "button.not_now": "Pas maintenant",
    "button.refresh": "Redemander maintenant",
    "button.history": "Historique",
    "button.at_the_provider": "Historique chez {backend}",
    "button.at_the_provider_again": "Redemander à {backend}",
    "button.why": "Pourquoi cet état ?",
    "button.longer": "+{days} j : {until}",
    "button.other_end": "Autre date",
    "button.extend_anew": "Créer un nouveau lien",
    "sure.extend_anew": (
        "{backend} ne prolonge pas de lien. En créer un nouveau, payable jusqu'au {until} ? "
        "Celui que le client a reste payable jusqu'au {earlier}."
    ),
    "sure.extend_anew_ours": (
        "{backend} ne prolonge pas de lien. Nouveau lien, payable jusqu'au {until} ? "
        "L'adresse du client y mène ; page déjà ouverte : payable jusqu'au {earlier}."
    ),
    "sure.share": "Laisser {backend} écrire à {customer} ? Ce qui est envoyé ne peut pas être repris.",
    # What a cancellation leaves payable: on the card, in the thread, and to whoever cancelled.
    "still.payable": (
        "{backend} ne peut pas retirer un lien : qui l'a peut payer jusqu'au {until}. Vous serez prévenu."
    ),
    "still.payable_ours": (
        "{backend} ne peut pas retirer un lien : qui a déjà ouvert la page de paiement peut payer jusqu'au "
        "{until}. Vous serez prévenu."
    ),
    "still.opened": (
        "{backend} le retire, mais qui a déjà ouvert la page de paiement peut payer jusque vers le {until}. "
        "Vous serez prévenu."
    ),
    # Replies in the thread.
    "reply.authorised_after_cancel": (
        "Autorisé : {amount}, alors que le lien était annulé. "
        "L'argent n'est pas encore encaissé : l'encaisser ou le libérer ?"
    ),
    "reply.authorised_twice": (
        "Autorisé : {amount}, alors que le lien avait déjà servi. "
        "L'argent n'est pas encore encaissé : l'encaisser ou le libérer ?"
    ),
    "reply.authorised_after_expiry": (
        "Autorisé : {amount}, alors que le lien avait expiré. "
        "L'argent n'est pas encore encaissé : l'encaisser ou le libérer ?"
    ),
    "reply.rest_released": (
        "Le reste de l'autorisation a été libéré : encaissé en tout {paid} sur {amount}. "
        "Si le reste est encore dû, redemandez avec un nouveau lien."
    ),
    "reply.pending_after_cancel": (
        "Le client a commencé à payer, alors que le lien était annulé ; {amount} n'est pas encore confirmé."
    ),
    "reply.pending_after_cancel_setup": (
        "Le client a commencé à enregistrer un moyen de paiement, alors que le lien était annulé."
    ),
    "reply.released": "L'autorisation a été libérée : {amount}. Rien n'a été encaissé.",
    "link.authorised_cancelled": "Annulé, puis autorisé, pas encore encaissé : {authorised}",
    "link.voided_cancelled": "Annulé, puis autorisé et libéré, rien n'a été encaissé : {authorised}",
    "reply.paused": "Mis en pause par {by}. Personne ne peut commencer à payer avant la reprise.",
    "reply.resumed": "Repris par {by} : il peut de nouveau être payé.",
    "reply.extended": "Prolongé par {by} : il peut être payé jusqu'au {until}.",
    "reply.extended_anew": (
        "Prolongé par {by}, avec un nouveau lien payable jusqu'au {until}. "
        "Celui qui a été envoyé avant reste payable jusqu'au {earlier}."
    ),
    "reply.extended_anew_ours": (
        "Prolongé par {by} : il peut être payé jusqu'au {until}. "
        "Qui avait déjà ouvert la page de paiement peut y payer jusqu'au {earlier}."
    ),
    "reply.edited": "Modifié par {by}. Objet : {text}",
    "reply.cancel_refused": (
        "Le lien n'a pas pu être retiré : {reason}. Nouvel essai bientôt ; d'ici là, il peut être payé."
    ),
    "reply.resume_refused": "La reprise demandée par {by} a été refusée : {reason}. Il reste en pause.",
    "reply.extend_refused": "La prolongation demandée par {by} a été refusée : {reason}. Rien n'a changé.",
    "reply.extend_failed": (
        "La prolongation demandée par {by} a échoué. Ce qui a été envoyé reste payable jusqu'au {until}."
    ),
    "reply.extend_failed_because": (
        "La prolongation demandée par {by} a échoué : {reason}. "
        "Ce qui a été envoyé reste payable jusqu'au {until}."
    ),
    "reply.extend_failed_paid": (
        "La prolongation demandée par {by} n'a pas eu lieu : quelqu'un a commencé à payer."
    ),
    "reply.edit_refused": "Le nouvel objet demandé par {by} a été refusé : {reason}. Rien n'a changé.",
    "reply.shared": "Envoyé au client ({customer}) à la demande de {by}.",
    "reply.share_refused": "L'envoi au client demandé par {by} a été refusé : {reason}.",
    "reply.share_lost": (
        "L'envoi au client ({customer}) demandé par {by} a peut-être eu lieu : la réponse s'est perdue, il "
        "n'est donc pas répété. Demandez au client avant de renvoyer."
    ),
    # What can be done to a link that is there: what is asked, what is answered, and why it cannot be done.
    "ask.edit": "Pour quoi est {id} ? Répondez avec le nouveau texte.",
    "ask.extend": (
        "Jusqu'à quand {id} peut-il être payé ? Répondez avec une date ou une durée en plus : "
        "3 jours, vendredi."
    ),
    "want.edit": "Objet",
    "want.extend": "Jusqu'à quand",
    "hint.edit": "Le client le voit sur la page de paiement",
    "hint.extend": "Par exemple 3 jours (de plus), vendredi ou 2026-12-31",
    "note.until_now": "Pour l'instant, il peut être payé jusqu'au {until}.",
    "note.extend_anew": (
        "{backend} ne peut pas prolonger un lien, un nouveau est donc créé. "
        "Celui que le client a reste payable jusqu'au {until}."
    ),
    "note.extend_anew_ours": (
        "{backend} ne peut pas prolonger un lien, un nouveau est donc créé. "
        "L'adresse du client reste la même, et mène au nouveau. "
        "Qui a déjà ouvert la page de paiement peut y payer jusqu'au {until}."
    ),
    "wrong.extend_earlier": "Il peut déjà être payé jusqu'au {until}. Tapez une date plus lointaine.",
    "answer.pausing": "La demande de le retirer part chez {backend}. Le fil dira quand c'est fait.",
    "answer.resumed": "La demande de le remettre part chez {backend}. Le fil dira quand c'est fait.",
    "answer.extended": "Prolongé jusqu'au {until}.",
    "answer.extending": (
        "La demande de prolonger jusqu'au {until} part chez {backend}. Le fil dira quand c'est fait."
    ),
    "answer.extending_anew": "Un nouveau lien est en cours de création, payable jusqu'au {until}.",
    "answer.editing": "Le nouveau texte part chez {backend}. Le fil dira quand c'est fait.",
    "answer.refreshed": "{backend} est interrogé maintenant. S'il y a du nouveau, le fil le dira.",
    "answer.resent": "Le texte à transmettre est de nouveau dans le fil.",
    "answer.no_history": "{backend} ne tient pas d'historique que l'on puisse demander.",
    "answer.sharing": "La demande d'envoi au client part chez {backend}. Le fil dira quand c'est fait.",
    "answer.chat_busy": "La messagerie me demande de ralentir. Appuyez de nouveau dans {seconds} s.",
    "answer.chat_lost": "La messagerie n'a pas pris ma réponse. Appuyez de nouveau dans un instant.",
    "answer.which_link": "Quel lien ? Tapez /paylink {verb} et sa référence (PL...).",
    "answer.verbs": (
        "Ceci nomme un lien de paiement ({id}), aucun nouveau n'est donc commencé. Pour agir dessus, tapez "
        "/paylink, l'un de ces mots et la référence : {verbs} ou status."
    ),
    "answer.amount_first": "Pour demander de l'argent, commencez par le montant, puis le reste.",
    "answer.this_amount_first": (
        "Pour demander de l'argent, commencez par le montant : {amount}, puis le reste."
    ),
    "answer.refund_at": "Les remboursements se font chez {backend}, pas ici ; le fil l'annonce ensuite.",
    "answer.refund_untold": (
        "Les remboursements se font chez {backend}, pas ici. {backend} ne les signale pas : le fil ne peut "
        "donc pas les annoncer."
    ),
    "answer.refund_elsewhere": (
        "Les remboursements se font chez le prestataire, pas ici ; le fil l'annonce dès qu'il le signale."
    ),
    "answer.sent_privately": "Envoyé à vous seul, dans notre conversation privée.",
    "answer.write_first": (
        "Je ne peux pas encore vous écrire. Ouvrez une conversation avec moi, appuyez sur Démarrer, et "
        "redemandez."
    ),
    "refused.creating": "Il est encore en cours de création. Réessayez dans un instant.",
    "refused.closed": "Ce lien est déjà fermé.",
    "refused.being_paid": "Quelqu'un l'a payé, ou va le faire : il ne peut plus être modifié.",
    "refused.paused": "Il est en pause. Reprenez-le d'abord.",
    "refused.paused_already": "Il est déjà en pause.",
    "refused.not_paused": "Il n'est pas en pause.",
    "refused.not_open_yet": "{backend} ne l'a pas encore ouvert. Réessayez dans un instant.",
    "refused.never_made": "{backend} ne l'a jamais créé : il n'y a rien à demander. Recréez-le plutôt.",
    "refused.time_is_over": "Son délai est écoulé. Recréez-le plutôt.",
    "refused.cannot_pause": (
        "{backend} ne peut pas retirer un lien puis le remettre, il ne peut donc pas être mis en pause. "
        "Il peut être annulé."
    ),
    "refused.cannot_edit": (
        "{backend} ne peut pas changer l'objet d'un lien. Annulez celui-ci et recréez-le avec un autre texte."
    ),
    "refused.cannot_share": (
        "{backend} n'écrit pas aux clients. Transmettez le texte du fil, ou faites-le renvoyer."
    ),
    "refused.no_address": "On ne connaît ni l'adresse e-mail ni le numéro de téléphone du client.",
    "refused.being_shared": "La demande d'envoi est déjà chez {backend}. Le fil dira quand c'est fait.",
    # What one person reads alone.
    "list.all": "Vos liens de paiement",
    "list.everybody": "Tous les liens de paiement",
    "list.open": "Liens de paiement ouverts",
    "list.paid": "Liens de paiement payés",
    "list.none": "Il n'y en a pas.",
    "list.new_text": "Nouvel objet :",
    "list.line": "{id} : {headline}, créé le {made}",
    "list.line_for": "{id} : {headline}, objet : {description}, créé le {made}",
    "list.via": "{headline} via {backend}",
    "list.more": "Seuls les {count} plus récents sont affichés.",
    "sheet.test": "{headline} (TEST)",
    "sheet.earlier": "({count} de plus avant ceux-ci)",
    "history.headline": "{id} : ce qui s'est passé",
    "history.line": "{at} : {what}",
    "history.undated": "{what}",
    "history.asking": "{backend} est interrogé…",
    "history.provider": "Historique chez {backend} :",
    "history.provider_none": "Rien.",
    "why.headline": "{id} : {headline}",
    "why.creating": "Nous sommes en train de le créer.",
    "why.open": "Nous le tenons ouvert.",
    "why.paused": "Nous le tenons en pause.",
    "why.closed": "Nous l'avons fermé : {reason}.",
    "closed.paid": "il est payé",
    "closed.expired": "son délai est écoulé, et {backend} ne montre aucun paiement",
    "closed.expired_used": "son délai est écoulé",
    "closed.cancelled": "il a été annulé",
    "closed.used_up": "{backend} n'accepte plus de paiements pour lui",
    "closed.failed": "il n'a pas pu être créé",
    "why.nothing_told": "{backend} n'a annoncé aucun paiement.",
    "why.signed": "{at} : {backend} a dit {word}, dans un webhook signé",
    "why.fetched": "{at} : {backend} montrait {word} quand nous avons demandé",
    "why.signed_amount": "{at} : {backend} a dit {word} ({amount}), dans un webhook signé",
    "why.fetched_amount": "{at} : {backend} montrait {word} ({amount}) quand nous avons demandé",
    "why.never_seen": "{reference} : pas encore vérifié. Payable jusqu'au {until}.",
    "why.payable": "{reference} : payable jusqu'au {until}.",
    "why.given_up": "{reference} : plus aucun client n'y est envoyé.",
    "why.was_usable": "{reference} : {at}, {backend} le montrait encore ouvert.",
    "why.usable": "{reference} : {at}, {backend} montrait qu'il peut être payé, jusqu'au {until}.",
    "why.unusable": "{reference} : {at}, {backend} montrait qu'il ne peut pas être payé.",
    "why.received": "{reference} : {at}, {backend} montrait qu'un paiement est arrivé ; il n'en prend plus.",
    "why.lost": (
        "{reference} : il a été demandé, et la réponse s'est perdue. Il existe peut-être, et peut être payé."
    ),
    "why.in_flight": "{reference} : il est demandé en ce moment.",
    "why.owed_cancel": "Il reste à demander à {backend} de le retirer.",
    "why.owed_resume": "Il reste à demander à {backend} de le remettre.",
    "why.owed_extend": "Il reste à demander à {backend} de le prolonger.",
    "why.owed_edit": "Il reste à dire à {backend} quel est l'objet.",
    "why.owed_share": "Il reste à demander à {backend} de l'envoyer au client.",
    "why.next": "Prochaine demande à {backend} : {at}.",
    "why.never": "{backend} n'est plus interrogé.",
    "deed.create": "demandé par {by}",
    "deed.cancel": "annulé par {by}",
    "deed.pause": "mis en pause par {by}",
    "deed.resume": "reprise demandée par {by}",
    "deed.extend": "prolongation demandée par {by}",
    "deed.edit": "autre texte demandé par {by}",
    "deed.refresh": "{by} a fait redemander à {backend}",
    "deed.share": "{by} a fait demander à {backend} de l'envoyer au client",
    "deed.resend": "{by} a fait renvoyer le texte pour le client",
    "event.saved": "un moyen de paiement a été enregistré",
    "event.pending": "un client a commencé à payer",
    "event.authorised": "autorisé",
    "event.captured": "l'argent a été encaissé",
    "event.declined": "une tentative de paiement a échoué",
    "event.capture_failed": "l'argent n'a pas pu être encaissé",
    "event.voided": "l'autorisation a été libérée",
    "event.void_failed": "l'autorisation n'a pas pu être libérée",
    "event.refund_pending": "un remboursement est en route",
    "event.refunded": "remboursé",
    "event.refund_failed": "un remboursement n'a pas abouti",
    "event.returned": "repris par la banque du client",
    "event.disputed": "contesté",
    "event.dispute_won": "le litige a été clos en votre faveur",
    "event.dispute_lost": "le litige a été perdu",
    "event.amount": "{what} : {amount}",
}
