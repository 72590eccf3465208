"""A stand-in for EximPe: payment links, their hosted page, orders, refunds and signed webhooks.

Documented at https://docs.eximpe.com; where its pages contradict each other, `options` chooses.
"""
