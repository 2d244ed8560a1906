"""Errors by consequence.

RelayError
├── PayloadInvalid        the record is at fault: it is kept in the dead-letter topic with the field and the reason
├── CredentialsRejected   the shop refuses us: the shop is paused and says so
└── ShopTrouble           the shop cannot answer now: ask again later, not before `retry_after`
"""


class RelayError(Exception):
    """The root of what a relay may raise."""


class PayloadInvalid(RelayError):
    """A payload that cannot be read or mapped. `field` is where, as a dotted path; "" for the whole."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field or 'payload'}: {reason}")
        self.field = field
        self.reason = reason


class CredentialsRejected(RelayError):
    """401 or 403, or the platform's own way of saying so. The text says what the merchant can do."""


class ShopTrouble(RelayError):
    """Timeouts, 429, 5xx, HTML in place of JSON. `retry_after` in seconds when the shop named it."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
