"""Cost+ (once NoPayn, a Ginger Payments platform) on this machine, as https://docs.costplus.io describes it.

What its pages leave open is a switch (`options.py`) or stands where it says "assumed".
"""
