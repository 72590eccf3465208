"""English: error codes of backends that people can do something about."""

# EximPe names the fields that it refuses, by their paths, and does not say why in so many words.
_REFUSED = {
    "amount": "the amount",
    "currency": "the currency",
    "expiry_date": "the expiry",
    "buyer.name": "the customer's name",
    "buyer.email": "the customer's e-mail address",
    "buyer.phone": "the customer's telephone number",
    "buyer.address": "the customer's address",
    "buyer.address.line_1": "the customer's street and number",
    "buyer.address.city": "the customer's city",
    "buyer.address.state": "the customer's state",
    "buyer.address.postal_code": "the customer's postal code",
    "product.name": "what it is for",
    "product.type_of_goods": "the kind of goods",
    "product.hs_code": "the HS code of the goods",
    "invoice.number": "the invoice number",
    "email": "the customer's e-mail address",
    "phone": "the customer's telephone number",
}
# Checkout.com and PaymentKit put a word behind the name of the field: `country_required`, `country_invalid`.
_WRONG = {
    "amount": "the amount",
    "unit_amount_atom": "the amount",
    "currency": "the currency",
    "expires_in": "the expiry",
    "customer_name": "the customer's name",
    "customer_email": "the customer's e-mail address",
    "email": "the customer's e-mail address",
    "phone_number": "the customer's telephone number",
    "phone_number_length": "the customer's telephone number",
    "country_phone_code": "the customer's telephone number",
    "country_phone_code_length": "the customer's telephone number",
    "country": "the customer's country",
    "address": "the customer's country",
    "country_address": "the customer's country",
    "description": "what it is for",
    "name": "what it is for",
}
_NOT_ACCEPTED = "{} is missing or not accepted"
CODES = {
    **{f"code.{path}": _NOT_ACCEPTED.format(what) for path, what in _REFUSED.items()},
    **{
        f"code.{name}_{wrong}": _NOT_ACCEPTED.format(what)
        for name, what in _WRONG.items()
        for wrong in ("required", "invalid")
    },
    "code.processing_channel_id_required": "the key covers several channels: the operator has to name one",
    "code.processing_channel_id_invalid": "there is no such channel; the operator has to mend it",
    "code.product_id_invalid": "there is no such product; the operator has to mend it",
    "code.currency_not_offered": "this currency is not taken there",
    "code.amount_differs": "the amount came out different from what was confirmed",
    **dict.fromkeys(("code.http_400", "code.http_422"), "it does not say why, please ask the operator"),
    "code.answer_unclear": "its answer was not understood",
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
    "code.payment_authentication_failed": "the customer's bank could not confirm it was them",
    "code.authentication_expired": "the customer did not confirm it with the bank in time",
    "code.payment_declined": "declined",
    "code.price_needed": "a quantity needs the price that it is of",
    "code.line_items_invalid": "this price is not known, switched off, or not for such a link",
    "code.coupon_id_invalid": "there is no such coupon for this",
    "code.trial_days_invalid": "a trial takes a whole number of days, 1 or more",
    "code.free_trial_days_invalid": "only a subscription has a trial, and not one as long as you like",
}
