"""PaymentKit on this machine, as https://docs.paymentkit.com describes it.

Its guides leave much open. What had to be assumed is a switch (`options.py`) or stands where it says so.
"""
