"""English: replies, desks, troubles, problems, and answers to commands."""

TELLING = {
    # Replies in the thread.
    "reply.authorised": "{amount} authorised. The money is not taken yet.",
    "reply.paid": "Paid {paid}.",
    "reply.paid_by": "Paid {paid} ({method}).",
    "reply.paid_different": "Paid {paid}, but {amount} was asked for. Please check with the customer.",
    "reply.paid_unconfirmed": "Paid, but the amount is not confirmed. {amount} was asked for.",
    "reply.paid_rest": "Paid the rest: {paid}. Together that is {total}, as asked.",
    "reply.paid_more": "Paid {paid} more: together that is {total}, but {amount} was asked for.",
    "reply.paid_twice": "Paid once more: {paid}. The link was for one payment: refund what is too much?",
    "reply.paid_part": "Paid {paid} of {amount} so far.",
    "reply.paid_before": "For the record: {paid} had been paid before that.",
    "reply.paid_after_cancel": "Paid {paid} although the link was cancelled. Refund or keep?",
    "reply.paid_after_close": "Paid {paid} although the link was closed. Refund or keep?",
    "reply.pending": "The customer has begun to pay; {amount} is not confirmed yet.",
    "reply.declined": "A payment attempt failed. The customer can try again with the same link.",
    "reply.declined_because": (
        "A payment attempt failed: {reason}. The customer can try again with the same link."
    ),
    "reply.capture_failed_because": "{amount} was authorised, but could not be taken: {reason}.",
    "reply.capture_failed": "{amount} was authorised, but could not be taken.",
    "reply.voided": "The authorisation of {amount} was released. Nothing was taken; ask with a new link.",
    "reply.void_failed": "The authorisation could not be released.",
    "reply.void_failed_amount": "The authorisation of {amount} could not be released.",
    "reply.refund_pending": "A refund is on its way.",
    "reply.refund_pending_amount": "A refund of {amount} is on its way.",
    "reply.refunded": "Refunded {refunded}: all of it.",
    "reply.refunded_one": "Refunded {refunded}: all of that payment. What else was paid stays.",
    "reply.part_refunded": "Refunded {refunded} so far.",
    "reply.refunded_unconfirmed": "A refund was made; its amount is not confirmed.",
    "reply.refund_failed": "A refund did not go through.",
    "reply.refund_failed_amount": "A refund of {amount} did not go through.",
    "reply.returned": "{amount} was taken back by the customer's bank.",
    "reply.disputed": "The customer disputes {amount}. Answer it in time, or the money is gone.",
    "reply.dispute_won": "The dispute over {amount} is closed in your favour: nothing more is taken.",
    "reply.dispute_lost": "The dispute over {amount} is lost: the money is gone.",
    "reply.expired": "The link has expired unpaid.",
    "reply.ended_there": "The link was taken back at the payment backend before its time.",
    "reply.cancelled": "Cancelled by {by}.",
    "reply.moved": "The chat where this was asked for takes no messages of mine. What happens is said here.",
    # What the creator forwards to the customer.
    "forward.plain": "{merchant} asks you to pay {amount}:\n{url}",
    "forward.for": "{merchant} asks you to pay {amount} for {description}:\n{url}",
    "reply.repeat": "{text} (The same payment as above, said again: the first message may have been lost.)",
    # What the person who asked sees apart from the card.
    "desk.creating": "Creating the payment link…",
    "desk.open": "The payment link is ready and posted in the channel.",
    "desk.thread": "The payment link is ready and posted in the thread.",
    "desk.thread_soon": "The payment link is ready. It is not posted in the thread yet.",
    "desk.direct": "The payment link is ready and sent to you.",
    "desk.open_soon": "The payment link is ready. It is not posted in the channel yet.",
    "desk.direct_soon": "The payment link is ready. It is not sent to you yet.",
    "desk.uninvited": "The payment link is ready, but I am not in this channel",
    "desk.how_to_invite": "Type /invite @paylink and choose where it goes; else it is sent to you.",
    # Why creating waits or has failed.
    "trouble.unavailable": "{backend} does not answer.",
    "trouble.busy": "{backend} asks us to slow down.",
    "trouble.auth": "{backend} refuses our key. The operator has to mend it.",
    "trouble.protocol": "{backend} answered something we do not understand. The operator has the details.",
    "trouble.rejected": "{backend} refuses the request: {codes}.",
    "trouble.gave_up": "{backend} could not be reached for too long. Nothing was confirmed.",
    "trouble.chat": "I could not find out yet who asked.",
    "trouble.refused": "Payment links are for members of this workspace. Please ask an administrator.",
    # Problems with one field, each with the way out.
    "problem.required": "Please fill this in.",
    "problem.too_long": "At most {limit} characters, please: this has {length}.",
    "problem.amount_unreadable": (
        "I cannot read this amount. Type it like {example} or {larger}, without spaces."
    ),
    "problem.amount_ambiguous": (
        "This can mean {reading} or {other}. Type {spelling} for the first, {other_spelling} for the second."
    ),
    "problem.amount_several": "I see more than one amount: {readings}. Type just one.",
    "problem.amount_position": "Is {reading} the amount? Type it with its currency, like {reading}.",
    "problem.amount_decimals": "{currency} has {decimals} decimals at most. Type it like {example}.",
    "problem.amount_whole": "{currency} has no decimals. Type it like {example}.",
    "problem.amount_zero": "The amount must be more than zero.",
    "problem.amount_negative": "The amount cannot be negative. Type it without the minus sign.",
    "problem.amount_too_large": "This amount is too large to be meant. Please check the digits.",
    "problem.currency_unknown": "This is not a currency I know. Type its three letters, for example {taken}.",
    "problem.currency_ambiguous": "{text} can be {readings}. Type the three letters.",
    "problem.currency_conflict": "I see two currencies: {first} and {second}. Type just one.",
    "problem.currency_not_offered": "{backend} does not take {currency}. Choose another, like {taken}.",
    "problem.email_invalid": "This is not an e-mail address. Type it like jane@example.com.",
    "problem.email_several": "I see more than one e-mail address. Type just one.",
    "problem.phone_invalid": "This is no telephone number. Type it with its country, like +49 171 2345678.",
    "problem.phone_several": "I see more than one telephone number. Type just one.",
    "problem.name_several": "I see more than one name. Type just one.",
    "problem.reference_several": "I see more than one reference: {text}. Type just one.",
    "problem.reference_too_long": "At most {limit} characters, please: {text}",
    "problem.expires_past": "That is over already. Type something like 3d, friday or 2026-12-31.",
    "problem.expires_unreadable": "I cannot read this date. Type it like 3d, friday or 2026-12-31.",
    "problem.expires_ambiguous": "This date can mean two days. Type it like 2026-12-31.",
    "problem.expires_several": "I see more than one date: {text}. Type just one.",
    "problem.expires_too_far": "{backend} keeps links for {days} days at most. Type an earlier date.",
    "problem.choice_unknown": "That is none of the choices. Choose one of: {options}.",
    "problem.backend_unknown": "I cannot make links there. Choose one of: {offered}.",
    "problem.backend_several": "I see more than one: {text}. Type just one.",
    "problem.country_unknown": "This is not a country code. Type two letters, for example DE.",
    "problem.rejected": "{backend} does not accept this ({codes}). Please change it.",
    # Answers to commands and presses.
    "answer.help": (
        "Type /paylink 49.90 EUR jane@example.com Invoice 12, or just /paylink and I ask. "
        "You see the amount once more before anything is created."
    ),
    "answer.help_manage": (
        "Type /paylink list for your links (or list open, list paid). To find one, type what you know of it: "
        "/paylink list jane@example.com, /paylink list 2041, /paylink status Jane. Type /paylink cancel, "
        "pause, resume, extend, edit, resend, share, refresh, history or why (also: status) and a link's "
        "reference (PL..., or your own) for one of them. Refunds are made at the payment backend; the thread "
        "tells it once the backend reports it."
    ),
    "answer.stale": "This form has changed. Please use the newest one.",
    "answer.form_over": "This form is over, nothing was created. Close it and type /paylink to start again.",
    "answer.expiry_passed": "The time you chose has passed meanwhile. Press Edit and choose a later one.",
    "answer.not_yours": "Only the person who started this can use these buttons.",
    "answer.not_admitted": (
        "I only work for people who have been admitted here. Please ask the operator. "
        "Your number in Telegram is {person}."
    ),
    "answer.nothing_open": "There is nothing open to answer. Type /paylink to start.",
    "list.begin": "Type /paylink 49.90 EUR Invoice 12 to make one.",
    "list.found": "{list}: {sought}",
    "list.looked_at": (
        "I looked at the customer's name, e-mail address and telephone, your reference and what it is for."
    ),
    "list.see_all": (
        "Type /paylink list, list open or list paid for all. For a new link, begin with the amount."
    ),
    "list.more_found": "There are {count} more like this. Say more to see fewer.",
    "list.looked_through": "Only the newest {count} links were looked through.",
    "answer.one_at_a_time": "One link at a time, please: type it with {id} first, then with the next.",
    "answer.use_buttons": "Please choose one of the buttons below the newest form.",
    "answer.cancelled": "Cancelled.",
    "answer.no_such_link": (
        "I know no such link of yours. Type /paylink list for your links and their references."
    ),
    "answer.members_only": "Payment links are for members of this workspace. Please ask an administrator.",
    "answer.invite_used": "Welcome! Type /paylink 49.90 EUR Invoice 12 to make a payment link.",
    "answer.invite_bad": "This invitation is not valid any more. Please ask for a new one.",
    "answer.group_not_admitted": (
        "I have not been admitted to this group. Please ask the operator. "
        "The group's number in Telegram is {place}."
    ),
    "answer.nobody": "I cannot tell who wrote this. Please write as yourself, not as a channel or a group.",
    "answer.text_only": "I can only read text here. Please type the answer.",
    "answer.broken": "Something went wrong on our side. Nothing was lost; please try again in a moment.",
    "command.description": "Make a payment link",
    "command.cancel_description": "Cancel what is open",
    "command.help_description": "How to make a payment link",
}
