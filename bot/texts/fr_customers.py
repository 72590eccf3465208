"""French, for customers: the page of a link that cannot be paid there."""

CUSTOMERS = {
    "page.prepared": "Ce paiement est en préparation",
    "page.prepared_next": "Laissez la page ouverte : elle continue d'elle-même, en général dans un instant.",
    "page.confirming": "Le paiement est en cours de confirmation",
    "page.confirming_next": "Ne payez pas une seconde fois. Rouvrez cette adresse plus tard.",
    "page.paid": "Payé, merci",
    "page.paid_next": "Il ne reste rien à payer.",
    "page.saved": "Enregistré, merci",
    "page.saved_next": "Un moyen de paiement a été enregistré pour {merchant}. Il ne reste rien à faire.",
    "page.received": "Un paiement est arrivé",
    "page.received_next": "Ne payez pas une seconde fois. {merchant} peut vous en dire plus.",
    "page.refunded": "Ce paiement a été remboursé",
    "page.refunded_next": "L'argent a été rendu. Votre banque peut mettre quelques jours à l'afficher.",
    "page.used": "Ce lien n'accepte plus de paiements",
    "page.used_next": (
        "Si vous avez payé avec ce lien, ne payez pas une seconde fois. "
        "Sinon, demandez un nouveau lien à {merchant}."
    ),
    "page.paused": "Ce paiement est en pause",
    "page.paused_next": "Rien ne peut être payé. Réessayez plus tard, ou demandez à {merchant}.",
    "page.halted": "Rien ne peut être payé ici maintenant",
    "page.halted_next": "Demandez à {merchant} comment continuer avant de payer autrement.",
    "page.cancelled": "Cette demande de paiement a été annulée",
    "page.cancelled_next": "Il n'y a plus rien à payer ici. Si vous avez déjà payé, dites-le à {merchant}.",
    "page.expired": "Le délai de paiement est écoulé",
    "page.expired_next": (
        "Si vous voulez encore payer, demandez un nouveau lien à {merchant}. "
        "Si vous avez déjà payé, dites-le à {merchant}."
    ),
    "page.begun_next": (
        "Un paiement a été commencé et n'est pas encore confirmé. Si c'est le vôtre, ne payez pas une "
        "seconde fois : {merchant} peut vous dire ce qu'il en est."
    ),
    "page.failed": "Ce lien ne peut pas être utilisé",
    "page.failed_next": "Demandez-en un nouveau à {merchant}.",
    "page.unknown": "Il n'y a pas de lien de paiement à cette adresse",
    "page.unknown_next": "Vérifiez que l'adresse est complète, ou demandez à qui vous l'a envoyée.",
    "page.busy": "Cette page ne peut pas être affichée pour l'instant",
    "page.busy_next": "Laissez-la ouverte : un nouvel essai se fera de lui-même dans un instant.",
    "page.ask": "Si quelque chose n'est pas clair, adressez-vous à {merchant} en donnant la référence.",
}
