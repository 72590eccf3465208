"""Stand-in for Acme Pay, from what its documentation says: https://docs.acme-pay.example/."""
