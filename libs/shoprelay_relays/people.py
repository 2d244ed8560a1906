"""By what a customer is known: the shop's own account, or an e-mail address that guests and accounts share."""


def account(remote_id: str) -> str:
    """The natural key of a shop's own customer."""
    return f"id:{remote_id}"


def normalized(email: str) -> str:
    """An address as it is compared."""
    return email.strip().lower()


def by_email(email: str) -> str:
    """The natural key of who is known by an e-mail only; the alias of an account that has it."""
    return f"email:{normalized(email)}"


def aliases(email: str | None) -> tuple[str, ...]:
    """The further key of an account with this e-mail."""
    return (by_email(email),) if email else ()
