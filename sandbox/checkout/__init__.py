"""A stand-in for Checkout.com: payment links, their hosted page, payments, workflows and signed webhooks.

Documented at https://api-reference.checkout.com/#tag/Payment-Links and
https://www.checkout.com/docs/developer-resources/event-notifications/event-types.
"""
