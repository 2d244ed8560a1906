"""Refusals, in the webservice's words and numbers."""

_DIED, _OFF = 500, 503


class Refusal(Exception):
    """`codes` are in the body; without any the body is empty, as PHP leaves it when it dies."""

    def __init__(self, status: int, *codes: tuple[int, str], plain: str = "", challenge: bool = False) -> None:
        super().__init__(f"{status} {codes}")
        self.status = status
        self.codes = codes
        self.plain = plain
        self.challenge = challenge

    @property
    def bare(self) -> bool:
        """Not of the webservice: PHP refuses before it, or dies in it."""
        return bool(self.plain) or (self.status == _DIED and not self.codes)

    @property
    def early(self) -> bool:
        return self.challenge or self.status == _OFF


def died() -> Refusal:
    """A mistake in the SQL that a request became: 500 with nothing to read."""
    return Refusal(_DIED)


def not_there() -> Refusal:
    return Refusal(404)
