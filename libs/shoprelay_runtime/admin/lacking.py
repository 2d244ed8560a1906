"""What a connected webshop lacks before its shop can be asked anything: its document may have been made or edited by hand."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from shoprelay_relays.errors import CredentialsRejected
from shoprelay_relays.spec import Relay


def refuse_incomplete(relay: Relay, config: Mapping[str, Any]) -> None:
    """CredentialsRejected, with the labels that a form shows, when credentials are missing; what else is wrong the shop says."""
    fields = relay.credentials.model_fields
    given = {name: value for name in fields if (value := config.get(name)) not in (None, "")}
    if missing := [fields[name].title or name for name in fields if fields[name].is_required() and name not in given]:
        raise CredentialsRejected(
            f"{relay.label} cannot be asked without: {', '.join(missing)}. Enter this shop's credentials again"
        )
    try:
        relay.credentials.model_validate(given)
    except ValidationError as error:
        # Rules over several fields ("a token or a login"). Never the input: it may be a secret.
        if said := [each["msg"].removeprefix("Value error, ") for each in error.errors(include_input=False) if not each["loc"]]:
            raise CredentialsRejected(f"{said[0]}. Enter this shop's credentials again") from None
