"""The outside world on one machine: a stand-in per backend and per chat, and one page to watch them.

Written from what the real services document, never from Paylink's own adapters: nothing here
imports `bot`, `adapters` or `storage`, so a stand-in cannot agree with an adapter's mistake.
"""
