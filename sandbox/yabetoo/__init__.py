"""YabetooPay on this machine: payment links of its third generation, newest text.

What its guides leave open or say in two ways is a switch (`options.py`) or stands where it says "assumed".
"""
