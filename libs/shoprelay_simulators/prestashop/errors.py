"""Refusals, in the webservice's words and numbers."""


class Refusal(Exception):
    """`codes` are in the body; without any the body is empty, as PHP leaves it when it dies."""

    def __init__(self, status: int, *codes: tuple[int, str], plain: str = "", challenge: bool = False) -> None:
        super().__init__(f"{status} {codes}")
        self.status = status
        self.codes = codes
        self.plain = plain
        self.challenge = challenge


def died() -> Refusal:
    """A mistake in the SQL that a request became: 500 with nothing to read."""
    return Refusal(500)


def not_there() -> Refusal:
    return Refusal(404)
