"""French: replies, desks, troubles, problems, and answers to commands."""

TELLING = {
    # Replies in the thread.
    "reply.authorised": "Autorisé : {amount}. L'argent n'est pas encore encaissé.",
    "reply.paid": "Payé : {paid}.",
    "reply.paid_by": "Payé : {paid} ({method}).",
    "reply.paid_different": "Payé : {paid}, mais {amount} était demandé. À vérifier avec le client.",
    "reply.paid_unconfirmed": "Payé, mais le montant n'est pas confirmé. Demandé : {amount}.",
    "reply.paid_rest": "Le reste est payé : {paid}, soit {total} en tout, comme demandé.",
    "reply.paid_more": "Payé en plus : {paid}, soit {total} en tout, mais {amount} était demandé.",
    "reply.paid_twice": (
        "Payé encore une fois : {paid}. Le lien était pour un seul paiement : rembourser ce qui est en trop ?"
    ),
    "reply.paid_part": "Payé jusqu'ici : {paid} sur {amount}.",
    "reply.paid_before": "Pour mémoire : {paid} avait été payé avant cela.",
    "reply.paid_after_cancel": "Payé : {paid}, alors que le lien était annulé. Rembourser ou garder ?",
    "reply.paid_after_close": "Payé : {paid}, alors que le lien était fermé. Rembourser ou garder ?",
    "reply.pending": "Le client a commencé à payer ; {amount} n'est pas encore confirmé.",
    "reply.declined": "Une tentative de paiement a échoué. Le client peut réessayer avec le même lien.",
    "reply.declined_because": (
        "Une tentative de paiement a échoué : {reason}. Le client peut réessayer avec le même lien."
    ),
    "reply.capture_failed_because": "Autorisé : {amount}, mais l'encaissement a échoué : {reason}.",
    "reply.capture_failed": "Autorisé : {amount}, mais l'encaissement a échoué.",
    "reply.voided": (
        "L'autorisation a été libérée : {amount}. Rien n'a été encaissé ; redemandez avec un nouveau lien."
    ),
    "reply.void_failed": "L'autorisation n'a pas pu être libérée.",
    "reply.void_failed_amount": "L'autorisation n'a pas pu être libérée : {amount}.",
    "reply.refund_pending": "Un remboursement est en route.",
    "reply.refund_pending_amount": "Un remboursement est en route : {amount}.",
    "reply.refunded": "Remboursé : {refunded}, la totalité.",
    "reply.refunded_one": "Remboursé : {refunded}, la totalité de ce paiement. Les autres paiements restent.",
    "reply.part_refunded": "Remboursé jusqu'ici : {refunded}.",
    "reply.refunded_unconfirmed": "Un remboursement a été fait ; son montant n'est pas confirmé.",
    "reply.refund_failed": "Un remboursement n'a pas abouti.",
    "reply.refund_failed_amount": "Un remboursement n'a pas abouti : {amount}.",
    "reply.returned": "Repris par la banque du client : {amount}.",
    "reply.disputed": "Le client conteste {amount}. Répondez à temps, sinon l'argent est perdu.",
    "reply.dispute_won": "Litige clos en votre faveur ({amount}) : plus rien n'est repris.",
    "reply.dispute_lost": "Litige perdu ({amount}) : l'argent est parti.",
    "reply.expired": "Le lien a expiré sans paiement.",
    "reply.ended_there": "Le lien a été retiré chez le prestataire avant son terme.",
    "reply.cancelled": "Annulé par {by}.",
    "reply.moved": "Je ne peux pas écrire dans la conversation d'origine. La suite est annoncée ici.",
    # What the creator forwards to the customer.
    "forward.plain": "{merchant} vous invite à payer {amount} :\n{url}",
    "forward.for": "{merchant} vous invite à payer {amount} ({description}) :\n{url}",
    "reply.test": "(TEST) {text}",
    "reply.repeat": "{text} (Le même paiement que ci-dessus, répété : le premier message a pu se perdre.)",
    # What the person who asked sees apart from the card.
    "desk.creating": "Création du lien de paiement…",
    "desk.open": "Le lien de paiement est prêt et publié dans le canal.",
    "desk.thread": "Le lien de paiement est prêt et publié dans le fil.",
    "desk.thread_soon": "Le lien de paiement est prêt. Il n'est pas encore publié dans le fil.",
    "desk.direct": "Le lien de paiement est prêt et vous a été envoyé.",
    "desk.open_soon": "Le lien de paiement est prêt. Il n'est pas encore publié dans le canal.",
    "desk.direct_soon": "Le lien de paiement est prêt. Il ne vous a pas encore été envoyé.",
    "desk.uninvited": "Le lien de paiement est prêt, mais je ne suis pas dans ce canal",
    "desk.how_to_invite": "Tapez /invite @paylink et choisissez où il va ; sinon il vous est envoyé.",
    # Why creating waits or has failed.
    "trouble.unavailable": "{backend} ne répond pas.",
    "trouble.busy": "{backend} nous demande de ralentir.",
    "trouble.auth": "{backend} refuse notre clé. L'opérateur doit y remédier.",
    "trouble.protocol": ("{backend} a répondu quelque chose d'incompréhensible. L'opérateur a les détails."),
    "trouble.rejected": "{backend} refuse la demande : {codes}.",
    "trouble.gave_up": "{backend} est resté injoignable trop longtemps. Rien n'a été confirmé.",
    "trouble.chat": "Je n'ai pas encore pu savoir qui a fait la demande.",
    "trouble.refused": (
        "Les liens de paiement sont réservés aux membres de cet espace. Adressez-vous à un administrateur."
    ),
    # Problems with one field, each with the way out.
    "problem.required": "À remplir, s'il vous plaît.",
    "problem.too_long": "{limit} caractères au plus : il y en a {length}.",
    "problem.amount_unreadable": (
        "Je ne peux pas lire ce montant. Tapez-le comme {example} ou {larger}, sans espaces."
    ),
    "problem.amount_ambiguous": (
        "Cela peut vouloir dire {reading} ou {other}. "
        "Tapez {spelling} pour le premier, {other_spelling} pour le second."
    ),
    "problem.amount_several": "Je vois plus d'un montant : {readings}. N'en tapez qu'un.",
    "problem.amount_position": "Le montant est-il {reading} ? Tapez-le avec sa devise, comme {reading}.",
    "problem.amount_decimals": "{currency} : {decimals} décimales au plus. Tapez-le comme {example}.",
    "problem.amount_whole": "{currency} n'a pas de décimales. Tapez-le comme {example}.",
    "problem.amount_zero": "Le montant doit être supérieur à zéro.",
    "problem.amount_negative": "Le montant ne peut pas être négatif. Tapez-le sans le signe moins.",
    "problem.amount_too_large": "Ce montant est trop grand pour être voulu. Vérifiez les chiffres.",
    "problem.currency_unknown": "Devise inconnue. Tapez ses trois lettres, par exemple {taken}.",
    "problem.currency_ambiguous": "{text} peut vouloir dire {readings}. Tapez les trois lettres.",
    "problem.currency_conflict": "Je vois deux devises : {first} et {second}. N'en tapez qu'une.",
    "problem.currency_not_offered": "{backend} n'accepte pas {currency}. Choisissez-en une autre : {taken}.",
    "problem.email_invalid": "Ce n'est pas une adresse e-mail. Tapez-la comme jane@example.com.",
    "problem.email_several": "Je vois plus d'une adresse e-mail. N'en tapez qu'une.",
    "problem.phone_invalid": (
        "Ce n'est pas un numéro de téléphone. Tapez-le avec l'indicatif du pays, comme +242 06 612 3456."
    ),
    "problem.phone_several": "Je vois plus d'un numéro de téléphone. N'en tapez qu'un.",
    "problem.name_several": "Je vois plus d'un nom. N'en tapez qu'un.",
    "problem.reference_several": "Je vois plus d'une référence : {text}. N'en tapez qu'une.",
    "problem.reference_too_long": "{limit} caractères au plus : {text}",
    "problem.expires_past": ("C'est déjà passé. Tapez par exemple 3 jours, vendredi ou 2026-12-31."),
    "problem.expires_unreadable": (
        "Je ne peux pas lire cette date. Tapez-la comme 3 jours, vendredi ou 2026-12-31."
    ),
    "problem.expires_ambiguous": "Cette date peut désigner deux jours. Tapez-la comme 2026-12-31.",
    "problem.expires_several": "Je vois plus d'une date : {text}. N'en tapez qu'une.",
    "problem.expires_too_far": "{backend} garde un lien {days} jours au plus. Tapez une date plus proche.",
    "problem.choice_unknown": "Ce n'est pas l'un des choix. Choisissez parmi : {options}.",
    "problem.backend_unknown": "Je ne peux pas y créer de liens. Choisissez parmi : {offered}.",
    "problem.backend_several": "J'en vois plus d'un : {text}. N'en tapez qu'un.",
    "problem.country_unknown": "Ce n'est pas un code de pays. Tapez deux lettres, par exemple FR.",
    "problem.rejected": "{backend} n'accepte pas cela ({codes}). À modifier, s'il vous plaît.",
    # Answers to commands and presses.
    "answer.help": (
        "Tapez /paylink 49,90 EUR jane@example.com Facture 12, ou juste /paylink et je vous guide. "
        "Vous revoyez le montant avant que quoi que ce soit ne soit créé."
    ),
    "answer.help_manage": (
        "Tapez /paylink list pour voir vos liens (ou list open : ouverts, list paid : payés). Pour en "
        "retrouver un, tapez ce que vous en savez : /paylink list jane@example.com, /paylink list 2041, "
        "/paylink status Jane. "
        "Tapez /paylink cancel (annuler), pause, resume (reprendre), extend (prolonger), edit (modifier), "
        "resend (renvoyer le texte), share (envoyer au client), refresh (redemander), history (historique) "
        "ou why (pourquoi ; aussi : status) et la référence d'un lien (PL..., ou la vôtre) pour l'un d'eux. "
        "Les remboursements se font chez le prestataire ; le fil l'annonce dès qu'il le signale."
    ),
    "answer.stale": "Ce formulaire a changé. Utilisez le plus récent.",
    "answer.form_over": (
        "Ce formulaire est terminé, rien n'a été créé. Fermez-le et tapez /paylink pour recommencer."
    ),
    "answer.expiry_passed": (
        "Le moment choisi est passé entre-temps. Appuyez sur Modifier et choisissez-en un plus tard."
    ),
    "answer.not_yours": "Seule la personne qui a commencé peut utiliser ces boutons.",
    "answer.not_admitted": (
        "Je ne travaille que pour les personnes admises. Adressez-vous à l'opérateur. "
        "Votre numéro dans Telegram est {person}."
    ),
    "answer.nothing_open": "Il n'y a rien en attente de réponse. Tapez /paylink pour commencer.",
    "list.begin": "Tapez /paylink 49,90 EUR Facture 12 pour en créer un.",
    "list.found": "{list} : {sought}",
    "list.looked_at": (
        "J'ai cherché dans le nom, l'adresse e-mail et le téléphone du client, votre référence et l'objet."
    ),
    "list.see_all": (
        "Tapez /paylink list, list open ou list paid pour les voir tous. "
        "Pour un nouveau lien, commencez par le montant."
    ),
    "list.more_found": "Il y en a {count} de plus. Précisez pour en voir moins.",
    "list.looked_through": "Seuls les {count} liens les plus récents ont été parcourus.",
    "answer.one_at_a_time": "Un lien à la fois : tapez-le avec {id}, puis avec le suivant.",
    "answer.use_buttons": "Choisissez l'un des boutons sous le formulaire le plus récent.",
    "answer.cancelled": "Annulé.",
    "answer.no_such_link": (
        "Je ne connais pas de tel lien à vous. Tapez /paylink list pour voir vos liens et leurs références."
    ),
    "answer.members_only": (
        "Les liens de paiement sont réservés aux membres de cet espace. Adressez-vous à un administrateur."
    ),
    "answer.invite_used": "Bienvenue ! Tapez /paylink 49,90 EUR Facture 12 pour créer un lien de paiement.",
    "answer.invite_bad": "Cette invitation n'est plus valable. Demandez-en une nouvelle.",
    "answer.group_not_admitted": (
        "Je ne suis pas admis dans ce groupe. Adressez-vous à l'opérateur. "
        "Le numéro du groupe dans Telegram est {place}."
    ),
    "answer.nobody": (
        "Je ne peux pas savoir qui a écrit ceci. Écrivez en votre nom, pas au nom d'un canal ou d'un groupe."
    ),
    "answer.text_only": "Ici, je ne lis que du texte. Tapez votre réponse.",
    "answer.text_alone": (
        "Ici, je ne lis que du texte, rien de ce qui accompagne une photo ou un fichier. "
        "Tapez-le dans un message à part, comme /paylink 49,90 EUR Facture 12."
    ),
    "answer.edited": (
        "Je ne lis pas ce qui est modifié après coup : rien n'a changé. Utilisez les boutons, ou retapez-le."
    ),
    "answer.another_link": (
        "Vous avez répondu à un autre lien de paiement. "
        "Répondez à la question en cours sans citer de message, ou en citant son formulaire."
    ),
    "answer.broken": "Un problème est survenu de notre côté. Rien n'est perdu ; réessayez dans un instant.",
    "command.links_description": "Vos liens de paiement",
    "command.description": "Créer un lien de paiement",
    "command.cancel_description": "Annuler ce qui est en cours",
    "command.help_description": "Comment créer un lien de paiement",
}
