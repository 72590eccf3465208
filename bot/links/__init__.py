"""The life of a payment link: created at a backend, paid by a customer, closed."""
