"""Keys: a dashboard user's own, or a platform key that names its tenant in a second header."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

PERMISSIONS = ("analytics", "appearance", "customers", "home", "orders", "products", "settings")


class Refusal(Exception):
    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


@dataclass
class Access:
    """`permissions` are those of the user key; a platform key may do everything."""

    email: str
    password: str
    user_key: str
    platform_key: str
    tenant_id: str
    tenant_name: str
    permissions: set[str] = field(default_factory=lambda: set(PERMISSIONS))

    def exchange(self, email: object, password: object) -> str:
        """The user key for an e-mail address and a password."""
        if not (_same(self.email, email) and _same(self.password, password)):
            raise Refusal(401, "incorrect credentials")
        return self.user_key

    def enter(self, headers: Mapping[str, str], permission: str | None) -> None:
        """Raises 401 for an unknown key or tenant and 403 for a missing permission."""
        key = headers.get("x-api-key", "")
        if _same(self.platform_key, key):
            self._tenant(headers)
        elif not _same(self.user_key, key):
            raise Refusal(401, "invalid api key")
        elif permission is not None and permission not in self.permissions:
            raise Refusal(403, f"permission {permission} required")

    def is_platform(self, headers: Mapping[str, str]) -> bool:
        return _same(self.platform_key, headers.get("x-api-key", ""))

    def _tenant(self, headers: Mapping[str, str]) -> None:
        by_id = _same(self.tenant_id, headers.get("x-tenant-id", ""))
        by_name = _same(self.tenant_name, headers.get("x-tenant-name", ""))
        if not (by_id or by_name):
            raise Refusal(401, "unknown tenant")


def _same(held: str, given: object) -> bool:
    return isinstance(given, str) and hmac.compare_digest(held.encode(), given.encode())
