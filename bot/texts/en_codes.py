"""English: error codes of backends that people can do something about."""

CODES = {
    "code.amount_last_digit_not_0": "in this currency the amount's last digit must be 0",
    "code.no_payment_method_left": "none of your payment methods can be used for this",
    "code.price_differs": "the price comes to {first}, and {second} was confirmed",
    "code.price_unknown": "there is no such price",
    "code.price_inactive": "this price is switched off",
    "code.price_recurring": "this is the price of a subscription",
    "code.price_one_time": "a subscription needs a recurring price",
    "code.price_and_range": "with a price the payer cannot choose the amount",
    "code.quantity_invalid": "the quantity must be a whole number, 1 or more",
    "code.payment_canceled": "the customer turned back",
    "code.payment_expired": "the customer took too long",
    "code.authentication_failed": "the customer's bank could not confirm it was them",
    "code.authentication_expired": "the customer did not confirm it with the bank in time",
    "code.payment_declined": "declined",
    "code.price_needed": "a quantity needs the price that it is of",
    "code.line_items_invalid": "this price is not known, switched off, or not for such a link",
    "code.coupon_id_invalid": "there is no such coupon for this",
    "code.trial_days_invalid": "a trial takes a whole number of days, 1 or more",
    "code.free_trial_days_invalid": "only a subscription has a trial, and not one as long as you like",
}
