"""What a relay can do, as plain JSON: for people, for forms and for the generated reference."""

from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from shoprelay_relays.registry import relay_id
from shoprelay_relays.spec import Relay, Resource


def describe(relay: Relay) -> dict[str, Any]:
    """Name, documentation, what its form asks, what it lists, how its webhooks arrive, and what it cannot see."""
    fields = relay.credentials.model_fields
    return {
        "_id": str(relay_id(relay.name)),
        "name": relay.name,
        "label": relay.label,
        "docs": relay.docs,
        "author": relay.author,
        "credentials": [_credential(name, field) for name, field in fields.items()],
        "identifiable_config_keys": list(relay.identifiable_config_keys),
        "resources": [_resource(resource) for resource in relay.resources],
        "webhooks": relay.webhook is not None,
        "subscribes": relay.webhook is not None and relay.webhook.subscribe is not None,
        "blind_spots": list(relay.blind_spots),
    }


def _credential(name: str, field: FieldInfo) -> dict[str, Any]:
    return {
        "name": name,
        "title": field.title or name,
        "description": field.description or "",
        "required": field.is_required(),
        "secret": "SecretStr" in str(field.annotation) or field.annotation is SecretStr,
    }


def _resource(resource: Resource) -> dict[str, Any]:
    return {
        "name": resource.name,
        "modes": sorted(resource.modes),
        "listed": resource.pages is not None,
        "read": resource.read is not None,
        "every_seconds": int(resource.every.total_seconds()),
        "overlap_seconds": int(resource.overlap.total_seconds()),
    }
