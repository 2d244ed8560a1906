"""What administration refuses."""

import re
from typing import Final

_FIELD: Final = re.compile(r"([a-z_][a-z0-9_.]*): ")


class AdminError(Exception):
    """The request cannot be done as it is; the text names the field or the thing, and what was expected."""

    @property
    def field(self) -> str:
        """The field that the text begins with; "" when it is about no single one."""
        found = _FIELD.match(str(self))
        return found[1] if found else ""


class Missing(AdminError):
    """What the request is about does not exist. `of`: the field that names it; it does not stand in the text."""

    def __init__(self, text: str, of: str = "") -> None:
        super().__init__(text)
        self._of = of

    @property
    def field(self) -> str:
        """The field that names what does not exist."""
        return self._of
