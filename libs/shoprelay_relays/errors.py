"""Errors by consequence.

RelayError
├── PayloadInvalid        the record is at fault: it is kept in the dead-letter topic with the field and the reason
├── CredentialsRejected   the shop refuses us: the shop is paused and says so
├── CannotDo              the platform cannot do what a call asks of it: the caller is told what it can
├── Refused               the shop refuses a change, in its own words: nothing came of that request
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


class CannotDo(RelayError):
    """`field`: of the call's data, "" for the call as a whole. `reason`: why not, and what the platform can do instead."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class Refused(RelayError):
    """The last request changed nothing, also where its status was a success (GraphQL, SOAP). The text is for the caller."""


class ShopTrouble(RelayError):
    """Timeouts, 429, 5xx, HTML in place of JSON. `retry_after` in seconds when the shop named it."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
