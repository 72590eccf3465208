"""English, for customers: the page of a link that cannot be paid there."""

CUSTOMERS = {
    "page.prepared": "This payment is being prepared",
    "page.prepared_next": "Please leave this page open: it goes on by itself, usually in a moment.",
    "page.confirming": "The payment is being confirmed",
    "page.confirming_next": "Please do not pay again. Open this address later to see what has come of it.",
    "page.paid": "Paid, thank you",
    "page.paid_next": "Nothing is left to pay.",
    "page.saved": "Saved, thank you",
    "page.saved_next": "A means of payment was saved for {merchant}. Nothing is left for you to do.",
    "page.received": "A payment has come in",
    "page.received_next": "Please do not pay again. {merchant} can tell you more about it.",
    "page.refunded": "This payment was refunded",
    "page.refunded_next": "The money was given back. It may take some days until your bank shows it.",
    "page.used": "This link takes no more payments",
    "page.used_next": (
        "If you have paid with it, please do not pay again. Otherwise ask {merchant} for a new link."
    ),
    "page.paused": "This payment is paused for now",
    "page.paused_next": "Nothing can be paid at the moment. Please try again later, or ask {merchant}.",
    "page.halted": "Nothing can be paid here now",
    "page.halted_next": "Please ask {merchant} how to go on before you pay in another way.",
    "page.cancelled": "This payment request was cancelled",
    "page.cancelled_next": (
        "Nothing is to be paid here any more. If you have paid already, please tell {merchant}."
    ),
    "page.expired": "The time to pay has run out",
    "page.expired_next": (
        "If you still want to pay, ask {merchant} for a new link. "
        "If you have paid already, please tell {merchant}."
    ),
    "page.begun_next": (
        "A payment was begun and is not confirmed yet. If it is yours, please do not pay again: "
        "{merchant} can tell you what has come of it."
    ),
    "page.failed": "This link cannot be used",
    "page.failed_next": "Please ask {merchant} for a new one.",
    "page.unknown": "There is no payment link at this address",
    "page.unknown_next": "Please check that it is the whole address, or ask whoever sent it to you.",
    "page.busy": "This page cannot be shown right now",
    "page.busy_next": "Please leave it open: it is tried again by itself in a moment.",
    "page.ask": "If anything is unclear, ask {merchant} and name the reference.",
}
