"""English, about managing links: orders, their answers, and what threads are told of them."""

MANAGING = {
    # On the card of a link.
    "card.not_paused_yet": "{backend} is being told. Until it has taken the link back, it can still be paid.",
    "card.not_open_yet": "{backend} is being asked to put the link back.",
    "card.earlier": "The link that was sent before can be paid, too, until {expires}.",
    "card.earlier_ours": (
        "The address that was sent leads to the newest link. Who has opened the payment page before that can "
        "pay there, too, until {expires}."
    ),
    "card.begun": "Somebody has begun to pay it. Wait for what comes of that before you make it again.",
    "card.extending": "{backend} is being asked to keep it open until {until}.",
    "card.editing": "{backend} is being told the new text.",
    "card.sharing": "{backend} is being asked to send it to the customer.",
    "card.goes_on": "What happens from here on is told by the card that was posted.",
    "method.card": "card",
    "method.bank_transfer": "bank transfer",
    "method.net_banking": "net banking",
    "method.more": "and {count} more",
    "button.manage": "Manage",
    "button.pause": "Pause",
    "button.resume": "Resume",
    "button.extend": "Extend",
    "button.extend_until": "Extend until {until}",
    "button.edit_link": "What it is for",
    "button.edit_to": "Change it to this",
    "button.resend": "Send the text again",
    "button.share": "Send it to the customer",
    "button.send": "Send it",
    "button.not_now": "Not now",
    "button.refresh": "Ask again now",
    "button.history": "History",
    "button.at_the_provider": "What {backend} remembers",
    "button.at_the_provider_again": "Ask {backend} again",
    "button.why": "Why does it say so?",
    "button.longer": "+{days}d: {until}",
    "button.other_end": "Another date",
    "button.extend_anew": "Make a new link",
    "sure.extend_anew": (
        "{backend} cannot extend a link. Make a new one, payable until {until}? "
        "What the customer has stays payable until {earlier}."
    ),
    "sure.extend_anew_ours": (
        "{backend} cannot extend a link. Make a new one, payable until {until}? "
        "The customer's address leads to it; pages opened before can be paid until {earlier}."
    ),
    "sure.share": "Let {backend} write to {customer}? What is sent cannot be taken back.",
    # What a cancellation leaves payable: on the card, in the thread, and to whoever cancelled.
    "still.payable": (
        "{backend} cannot take a link back: who has it can pay until {until}. You will be told."
    ),
    "still.payable_ours": (
        "{backend} cannot take a link back: who has opened its payment page already can pay until {until}. "
        "You will be told."
    ),
    "still.opened": (
        "{backend} takes it back, but who has opened its payment page already can pay until about {until}. "
        "You will be told."
    ),
    # Replies in the thread.
    "reply.test": "(TEST) {text}",
    "reply.authorised_after_cancel": (
        "{amount} authorised although the link was cancelled. The money is not taken yet: take or release it?"
    ),
    "reply.authorised_twice": (
        "{amount} authorised although the link was used up already. "
        "The money is not taken yet: take or release it?"
    ),
    "reply.authorised_after_expiry": (
        "{amount} authorised although the link had expired. The money is not taken yet: take or release it?"
    ),
    "reply.rest_released": (
        "The rest of the authorisation was released: {paid} is all that was taken of {amount}. "
        "If more is owed, ask with a new link."
    ),
    "reply.pending_after_cancel": (
        "The customer has begun to pay although the link was cancelled; {amount} is not confirmed yet."
    ),
    "reply.pending_after_cancel_setup": (
        "The customer has begun to save a means of payment although the link was cancelled."
    ),
    "reply.released": "The authorisation of {amount} was released. Nothing was taken.",
    "link.authorised_cancelled": "Cancelled, then {authorised} authorised, not yet taken",
    "link.voided_cancelled": "Cancelled, then {authorised} authorised and released: nothing was taken",
    "reply.paused": "Paused by {by}. Nobody can begin to pay until it is resumed.",
    "reply.resumed": "Resumed by {by}: it can be paid again.",
    "reply.extended": "Extended by {by}: it can be paid until {until}.",
    "reply.extended_anew": (
        "Extended by {by}, as a new link that can be paid until {until}. "
        "The one that was sent before stays payable until {earlier}."
    ),
    "reply.extended_anew_ours": (
        "Extended by {by}, as a new link that can be paid until {until}. "
        "The customer's address stays as it is, and leads to the new one. "
        "Who had opened the payment page before can pay there until {earlier}."
    ),
    "reply.edited": "Changed by {by}. It is for: {text}",
    "reply.cancel_refused": (
        "The link could not be taken back: {reason}. It is tried again; until then it can still be paid."
    ),
    "reply.resume_refused": "It could not be resumed for {by}: {reason}. It stays paused.",
    "reply.extend_refused": "It could not be extended for {by}: {reason}. Nothing has changed.",
    "reply.extend_failed": "It could not be extended for {by}. What was sent stays payable until {until}.",
    "reply.extend_failed_because": (
        "It could not be extended for {by}: {reason}. What was sent stays payable until {until}."
    ),
    "reply.extend_failed_paid": "It was not extended for {by}: somebody has begun to pay it.",
    "reply.edit_refused": "What it is for could not be changed for {by}: {reason}. Nothing has changed.",
    "reply.shared": "Sent to the customer ({customer}) at the request of {by}.",
    "reply.share_refused": "It could not be sent to the customer for {by}: {reason}.",
    "reply.share_lost": (
        "It may have been sent to the customer ({customer}) for {by}: the answer was lost, so it is not "
        "repeated. Ask the customer before you send it again."
    ),
    # What can be done to a link that is there: what is asked, what is answered, and why it cannot be done.
    "ask.edit": "What is {id} for? Reply with the new text.",
    "ask.extend": "Until when can {id} be paid? Reply with a date, or with how much longer: 3d, friday.",
    "want.edit": "What it is for",
    "want.extend": "Until when",
    "hint.edit": "The customer sees this on the payment page",
    "hint.extend": "For example 3d (longer), friday or 2026-12-31",
    "note.until_now": "It can be paid until {until} now.",
    "note.extend_anew": (
        "{backend} cannot extend a link, so a new one is made. "
        "What the customer has stays payable until {until}."
    ),
    "note.extend_anew_ours": (
        "{backend} cannot extend a link, so a new one is made. "
        "The customer's address stays as it is, and leads to the new one. "
        "Who has opened the payment page already can pay there until {until}."
    ),
    "wrong.extend_earlier": "It can be paid until {until} already. Type a later date.",
    "answer.pausing": "{backend} is asked to take it back. The thread says when it is done.",
    "answer.resumed": "{backend} is asked to put it back. The thread says when it is done.",
    "answer.extended": "Extended until {until}.",
    "answer.extending": "{backend} is asked to extend it until {until}. The thread says when it is done.",
    "answer.extending_anew": "A new link is being made, payable until {until}.",
    "answer.editing": "{backend} is told the new text. The thread says when it is done.",
    "answer.refreshed": "{backend} is asked now. What is new is said in the thread.",
    "answer.resent": "The text to forward is in the thread once more.",
    "answer.no_history": "{backend} keeps no history that can be asked for.",
    "answer.sharing": "{backend} is asked to send it to the customer. The thread says when it is done.",
    "answer.chat_busy": "The chat asks me to slow down. Please press again in {seconds} s.",
    "answer.chat_lost": "The chat did not take my answer. Please press again in a moment.",
    "answer.which_link": "Which link? Type /paylink {verb} and its reference (PL...).",
    "answer.verbs": (
        "This names a payment link ({id}), so no new one is begun. To do something to it, type /paylink, one "
        "of these words and the reference: {verbs} or status."
    ),
    "answer.amount_first": "To ask for money, begin with the amount, then the rest.",
    "answer.this_amount_first": "To ask for money, begin with the amount: {amount}, then the rest.",
    "answer.refund_at": "Refunds are made at {backend}, not here; the thread tells it then.",
    "answer.refund_untold": (
        "Refunds are made at {backend}, not here. {backend} does not report them, so the thread "
        "cannot tell it."
    ),
    "answer.refund_elsewhere": (
        "Refunds are made at the payment backend, not here; the thread tells it once the backend reports it."
    ),
    "answer.text_alone": (
        "I can only read text here, nothing that comes with a photo or a file. "
        "Type it as a message of its own, like /paylink 49.90 EUR Invoice 12."
    ),
    "answer.edited": (
        "I do not read what is changed afterwards: nothing came of it. Use the buttons, or type it once more."
    ),
    "answer.another_link": (
        "You replied to another payment link. "
        "Answer the open question without replying, or reply to its form."
    ),
    "answer.sent_privately": "Sent to you alone, in our private chat.",
    "answer.write_first": "I cannot write to you yet. Open a chat with me, press Start, and ask again.",
    "refused.creating": "It is still being created. Please try again in a moment.",
    "refused.closed": "This link is closed already.",
    "refused.being_paid": "Somebody has paid it, or is about to: it cannot be changed any more.",
    "refused.paused": "It is paused. Resume it first.",
    "refused.paused_already": "It is paused already.",
    "refused.not_paused": "It is not paused.",
    "refused.not_open_yet": "{backend} has not opened it yet. Please try again in a moment.",
    "refused.never_made": "{backend} has never made it: there is nothing to ask. Make it again instead.",
    "refused.time_is_over": "Its time is over. Make it again instead.",
    "refused.cannot_pause": (
        "{backend} cannot take a link back and put it back later, so it cannot be paused. "
        "It can be cancelled."
    ),
    "refused.cannot_edit": (
        "{backend} cannot change what a link is for. Cancel this one and make it again with another text."
    ),
    "refused.cannot_share": (
        "{backend} does not write to customers. Forward the text in the thread, or send it there again."
    ),
    "refused.no_address": "Neither the customer's e-mail address nor a telephone number is known.",
    "refused.being_shared": "{backend} is being asked to send it already. The thread says when it is done.",
    # What one person reads alone.
    "command.links_description": "Your payment links",
    "list.all": "Your payment links",
    "list.everybody": "All payment links",
    "list.open": "Open payment links",
    "list.paid": "Paid payment links",
    "list.none": "There are none.",
    "list.new_text": "What it is to be for:",
    "list.line": "{id}: {headline}, made {made}",
    "list.line_for": "{id}: {headline}, for {description}, made {made}",
    "list.via": "{headline} via {backend}",
    "list.more": "Only the newest {count} are shown.",
    "sheet.test": "{headline} (TEST)",
    "sheet.earlier": "({count} more before these)",
    "history.headline": "{id}: what has happened",
    "history.line": "{at}: {what}",
    "history.undated": "{what}",
    "history.asking": "Asking {backend}…",
    "history.provider": "What {backend} remembers:",
    "history.provider_none": "Nothing.",
    "why.headline": "{id}: {headline}",
    "why.creating": "We are creating it.",
    "why.open": "We keep it open.",
    "why.paused": "We keep it paused.",
    "why.closed": "We have closed it: {reason}.",
    "closed.paid": "it is paid",
    "closed.expired": "its time is over, and {backend} shows no payment",
    "closed.expired_used": "its time is over",
    "closed.cancelled": "it was cancelled",
    "closed.used_up": "{backend} takes no more payments for it",
    "closed.failed": "it could not be created",
    "why.nothing_told": "{backend} has told of no payment.",
    "why.signed": "{at}: {backend} said {word}, in a signed webhook",
    "why.fetched": "{at}: {backend} showed {word} when we asked",
    "why.signed_amount": "{at}: {backend} said {word} ({amount}), in a signed webhook",
    "why.fetched_amount": "{at}: {backend} showed {word} ({amount}) when we asked",
    "why.never_seen": "{reference}: not looked at yet. It can be paid until {until}.",
    "why.payable": "{reference}: it can be paid until {until}.",
    "why.given_up": "{reference}: no customer is sent there any more.",
    "why.was_usable": "{reference}: at {at} {backend} still showed it open.",
    "why.usable": "{reference}: at {at} {backend} showed that it can be paid, until {until}.",
    "why.unusable": "{reference}: at {at} {backend} showed that it cannot be paid.",
    "why.received": "{reference}: at {at} {backend} showed that a payment has come; it takes no more.",
    "why.lost": "{reference}: it was asked for, and the answer was lost. It may exist, and may be paid.",
    "why.in_flight": "{reference}: it is being asked for now.",
    "why.owed_cancel": "{backend} is still to be asked to take it back.",
    "why.owed_resume": "{backend} is still to be asked to put it back.",
    "why.owed_extend": "{backend} is still to be asked to extend it.",
    "why.owed_edit": "{backend} is still to be told what it is for.",
    "why.owed_share": "{backend} is still to be asked to send it to the customer.",
    "why.next": "{backend} is asked next at {at}.",
    "why.never": "{backend} is not asked any more.",
    "deed.create": "requested by {by}",
    "deed.cancel": "cancelled by {by}",
    "deed.pause": "paused by {by}",
    "deed.resume": "resume asked for by {by}",
    "deed.extend": "extension asked for by {by}",
    "deed.edit": "another text asked for by {by}",
    "deed.refresh": "{by} had {backend} asked again",
    "deed.share": "{by} had {backend} asked to send it to the customer",
    "deed.resend": "{by} had the text for the customer sent again",
    "event.saved": "a means of payment was saved",
    "event.pending": "a customer has begun to pay",
    "event.authorised": "authorised",
    "event.captured": "the money was taken",
    "event.declined": "a payment attempt failed",
    "event.capture_failed": "the money could not be taken",
    "event.voided": "the authorisation was released",
    "event.void_failed": "the authorisation could not be released",
    "event.refund_pending": "a refund is on its way",
    "event.refunded": "refunded",
    "event.refund_failed": "a refund did not go through",
    "event.returned": "taken back by the customer's bank",
    "event.disputed": "disputed",
    "event.dispute_won": "the dispute was closed in your favour",
    "event.dispute_lost": "the dispute was lost",
    "event.amount": "{what}: {amount}",
}
