"""What administration refuses."""


class AdminError(Exception):
    """The request cannot be done as it is; the text names the field or the thing, and what was expected."""
