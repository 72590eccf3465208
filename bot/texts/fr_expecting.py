"""French, about what a link expects: a range, several uses, a subscription, a means of payment."""

EXPECTING = {
    # The form.
    "field.kind.label": "Type de lien",
    "field.kind.prompt": "Un paiement, un abonnement, ou seulement l'enregistrement d'un moyen de paiement ?",
    "field.kind.hint": (
        "Un abonnement demande son prix ; l'enregistrement garde un moyen de paiement et n'encaisse rien"
    ),
    "choice.payment": "Paiement",
    "choice.subscription": "Abonnement",
    "choice.setup": "Enregistrement",
    "field.uses.label": "Utilisations",
    "field.uses.prompt": "Combien de fois peut-on payer ? Un nombre, ou unlimited (sans limite)",
    "field.uses.hint": "Un nombre ou unlimited (sans limite) ; vide : une fois",
    "field.price.label": "Prix",
    "field.price.prompt": "Quel prix est vendu ? Son identifiant, par exemple price-9",
    "field.price.hint": "L'identifiant d'un prix chez le prestataire, par exemple price-9",
    "field.quantity.label": "Quantité",
    "field.quantity.prompt": "Combien de fois ce prix est-il vendu ?",
    "field.quantity.hint": "Combien de fois ce prix ; le montant est pour l'ensemble",
    "field.suggested.label": "Montants suggérés",
    "field.suggested.prompt": "Quels montants sont suggérés ? Par exemple 10; 20; 50",
    "field.suggested.hint": "Dans la fourchette, par exemple 10; 20; 50",
    "field.trial_days.label": "Jours d'essai",
    "field.trial_days.prompt": "Pendant combien de jours l'abonnement est-il d'abord gratuit ?",
    "field.trial_days.hint": "D'un abonnement : gratuit d'abord, pendant tant de jours",
    "field.coupon.label": "Code promo",
    "field.coupon.prompt": "Quel code promo est déduit ?",
    "field.coupon.hint": "",
    "problem.amount_meant": "S'agit-il de {reading} ? Tapez alors {spelling}.",
    "readings.more": "{readings} ou une autre",
    "problem.range_ambiguous": (
        "Cela peut vouloir dire {readings}. Tapez les deux bornes comme 10,00-50,00."
    ),
    "problem.range_order": "Le premier montant d'une fourchette doit être le plus petit. Tapez 10-50.",
    "problem.amount_in_tens": "{backend} n'accepte {currency} que si la dernière décimale est 0.",
    "problem.range_not_offered": (
        "{backend} prend un montant exact, pas une fourchette. Tapez un seul montant."
    ),
    "problem.range_of_price": "Un prix a un montant exact, pas une fourchette. Tapez un seul montant.",
    "problem.setup_amount": "Enregistrer un moyen de paiement n'encaisse rien. Laissez le montant vide.",
    "problem.kind_not_offered": "{backend} ne peut pas créer ce type de lien : {text}.",
    "problem.uses_too_many": "{backend} ne peut pas créer un lien pour tant d'utilisations : {text}.",
    "problem.wish_not_offered": (
        "{backend} ne peut pas créer de lien {extras}. "
        "Choisissez un autre compte, ou retapez la demande sans cela."
    ),
    "problem.wish_unheard": "{backend} ne peut pas créer de lien {extras}. Retapez la demande sans cela.",
    "wish.kind": "de ce type",
    "wish.uses": "pour tant d'utilisations",
    "wish.price": "avec un prix",
    "wish.quantity": "avec une quantité",
    "wish.suggested": "avec des montants suggérés",
    "wish.trial_days": "avec un essai gratuit",
    "wish.coupon": "avec un code promo",
    "problem.count_unreadable": "Ce n'est pas un nombre entier. Tapez-le comme 20.",
    "problem.count_too_large": "{most} au plus, s'il vous plaît.",
    "problem.value_several": "Je vois ceci plus d'une fois : {text}. N'en tapez qu'un.",
    "problem.price_needed": "Un abonnement demande l'identifiant de son prix récurrent, par exemple price-9.",
    "problem.suggested_unclear": ("Je ne peux pas lire ces montants. Tapez-les comme 10,00; 20,00; 50,00."),
    "problem.suggested_without_range": (
        "On ne suggère des montants que pour une fourchette. Tapez le montant comme 10-50."
    ),
    "problem.suggested_outside": "Tous les montants suggérés doivent être dans la fourchette.",
    "backend.able": "Possible avec : {accounts}.",
    "backend.nobody_able": "Aucun autre compte ne le peut non plus.",
    "backend.not_offered": "Pas proposé pour cela : {accounts}.",
    "backend.why_not": "{backend} ({reason})",
    "cannot.subscription": "pas d'abonnements",
    "cannot.setup": "n'enregistre pas de moyen de paiement",
    "cannot.payment": "pas de paiements uniques",
    "cannot.uses": "pas autant d'utilisations",
    "cannot.range": "pas de fourchettes",
    "cannot.currency": "pas dans cette devise",
    "cannot.details": "pas avec ces détails",
    # What is expected, in figures.
    "expected.range": "{least} à {most}",
    "expected.range_chosen": "{range}, au choix du payeur",
    "expected.subscription": "{amount} à chaque fois",
    "expected.setup": "un moyen de paiement",
    "expected.setup_whole": "enregistre un moyen de paiement, sans argent",
    "expected.uses": "{count} sur {uses}",
    "expected.times": "{count}, sans limite",
    "expected.any_number": "sans limite",
    "row.uses": "Utilisations",
    "reply.declined_closed": "Une tentative de paiement a échoué.",
    "reply.declined_closed_because": "Une tentative de paiement a échoué : {reason}.",
    "link.disputed_part": "Payé : {paid}, dont {part} contesté par le client",
    "link.dispute_lost_part": "Payé : {paid}, dont {part} perdu dans un litige",
    "link.returned_part": "Payé : {paid}, dont {part} repris par la banque du client",
    "row.captured": "Reçu",
    "row.refunded": "Remboursé",
    "forward.for_setup": (
        "{merchant} vous demande d'enregistrer un moyen de paiement ({description}) :\n{url}"
    ),
    "forward.plain_setup": "{merchant} vous demande d'enregistrer un moyen de paiement :\n{url}",
    # The card of a link.
    "link.open_setup": "En attente de l'enregistrement d'un moyen de paiement",
    "link.pending_setup": "Un moyen de paiement est en cours d'enregistrement",
    "link.expired_setup": "Expiré : aucun moyen de paiement n'a été enregistré",
    "link.saved": "Un moyen de paiement a été enregistré",
    "link.uses": "Utilisations : {count} sur {uses}",
    "link.times": "Paiements jusqu'ici : {count}",
    "link.times_setup": "Moyens de paiement enregistrés jusqu'ici : {count}",
    "link.subscribed": "Abonnement, paiements jusqu'ici : {count}",
    "link.some_different": "Paiements jusqu'ici : {count}, pas tous comme demandé ({amount})",
    "link.some_unconfirmed": "Paiements jusqu'ici : {count}, pas tous les montants confirmés",
    "link.too_often": "Payé {count} fois pour {uses} utilisations. Rembourser ce qui est de trop ?",
    "link.expired_used": "Expiré. Paiements : {count}",
    "link.expired_used_setup": "Expiré. Moyens de paiement enregistrés : {count}",
    "link.cancelled_used": "Annulé. Paiements : {count}",
    "link.cancelled_used_setup": "Annulé. Moyens de paiement enregistrés : {count}",
    # Replies in the thread.
    "reply.saved": "Un moyen de paiement a été enregistré. Rien n'a été encaissé.",
    "reply.saved_by": "Un moyen de paiement a été enregistré ({method}). Rien n'a été encaissé.",
    "reply.paid_too_often": (
        "Payé : {paid}, alors que toutes les utilisations avaient déjà été payées. Le rembourser ?"
    ),
    "reply.paid_different_setup": (
        "Payé : {paid}, mais seul un moyen de paiement était demandé, sans argent. À vérifier avec le client."
    ),
    "reply.paid_unconfirmed_setup": (
        "Payé, mais seul un moyen de paiement était demandé, sans argent. Le montant n'est pas confirmé."
    ),
    "reply.pending_setup": "Le client a commencé à enregistrer un moyen de paiement.",
    "reply.expired_setup": "Le lien a expiré : aucun moyen de paiement n'a été enregistré.",
    "reply.expired_used_setup": "Le lien a expiré. Ce qui a été enregistré avant le reste.",
    "reply.expired_used": "Le lien a expiré. Rien ne change pour ce qui a été payé avant.",
    "reply.untold": (
        "Paiements selon le prestataire : {times} ; annoncés à nous : {told}. "
        "Ce qui manque n'est pas confirmé : à vérifier chez lui."
    ),
    "why.received_setup": "{reference} : {at}, {backend} montrait qu'il a servi ; il ne prend plus rien.",
    "reply.of_uses": "{text} Utilisations : {count} sur {uses}.",
    "reply.of_times": "{text} Paiements jusqu'ici : {count}.",
}
