"""Every answer of an API is held against its own OpenAPI document: the status is documented, the body is as its schema says."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import jsonschema


@dataclass
class Documented:
    """Hook this into a client: `client.event_hooks["response"].append(documented)`. `seen`: (operation, status) so far."""

    document: Mapping[str, Any]
    secrets: list[str] = field(default_factory=list)
    """None of these may be in an answer."""
    seen: set[tuple[str, int]] = field(default_factory=set)

    async def __call__(self, response: httpx.Response) -> None:
        await response.aread()
        operation = self._operation(response.request)
        if operation is None:
            return
        for secret in self.secrets:
            assert secret not in response.text, f"{response.request.url} tells a secret"
        self.seen.add((operation["operationId"], response.status_code))
        documented = operation["responses"].get(str(response.status_code))
        said = f"{operation['operationId']} answers {response.status_code}: {response.text[:300]}"
        assert documented is not None, f"not documented: {said}"
        kind = response.headers["content-type"].partition(";")[0]
        assert kind in documented["content"], f"{kind}: {said}"
        schema = {**documented["content"][kind]["schema"], "components": self.document["components"]}
        jsonschema.Draft202012Validator(schema).validate(json.loads(response.text))

    def _operation(self, request: httpx.Request) -> Any:
        # A path without a parameter goes before one with.
        for path, item in sorted(self.document["paths"].items(), key=lambda each: each[0].count("{")):
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), request.url.path) and request.method.lower() in item:
                return item[request.method.lower()]
        return None
