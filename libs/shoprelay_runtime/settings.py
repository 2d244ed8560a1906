"""Settings from the environment: frozen, typed, each with a default where one is possible."""

import difflib
import os
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICE_PREFIXES: Final = (
    "SHOPRELAY_INGEST_",
    "SHOPRELAY_POLLER_",
    "SHOPRELAY_NORMALIZER_",
    "SHOPRELAY_BILLING_METER_",
    "SHOPRELAY_NOTIFIER_",
    "SHOPRELAY_SHOP_API_",
)
"""What the variables of each service begin with."""
_PROGRAMS: Final = frozenset(
    f"SHOPRELAY_{name}" for name in ("HOME", "CACHE", "PROJECT", "WEBHOOK_BASE_URL", "SAMPLES", "WRITE_GOLDEN")
)
# What Kubernetes adds for a Service that is called shoprelay or shoprelay-<service>.
_LINK: Final = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$")


class SettingsInvalid(Exception):
    """A setting is missing, unknown or wrong; the text names it and says what was expected."""


class Settings(BaseSettings):
    """What every process needs to know."""

    model_config = SettingsConfigDict(env_prefix="SHOPRELAY_", frozen=True, extra="ignore", populate_by_name=True)

    kafka: str = Field(
        "127.0.0.1:9092",
        validation_alias="SHOPRELAY_KAFKA",
        description="Kafka bootstrap servers: host:port, several with commas.",
    )
    mongo: str = Field(
        "mongodb://127.0.0.1:27017/?replicaSet=rs0",
        validation_alias="SHOPRELAY_MONGO",
        description="MongoDB connection string; a replica set, since documents are written in transactions.",
    )
    master_key: SecretStr | None = Field(
        None,
        validation_alias="SHOPRELAY_MASTER_KEY",
        description="The key that wraps every project's keys: 32 bytes, base64url. `shoprelay project master-key` makes one.",
    )
    master_key_file: Path | None = Field(
        None,
        validation_alias="SHOPRELAY_MASTER_KEY_FILE",
        description="A file that holds the master key, instead of the variable.",
    )
    database: str = Field(
        "shoprelay",
        validation_alias="SHOPRELAY_DATABASE",
        pattern=r"^[a-z][a-z0-9_-]{0,30}$",
        description="Name of the control database.",
    )
    prefix: str = Field(
        "",
        validation_alias="SHOPRELAY_PREFIX",
        pattern=r"^([a-z][a-z0-9-]{0,30}\.)?$",
        description="Put before every topic, consumer group and transactional id, such as `staging.`, to share one Kafka.",
    )
    partitions: int = Field(
        12,
        validation_alias="SHOPRELAY_PARTITIONS",
        ge=1,
        le=120,
        description="Partitions of the topics that are created, and so the most normalizers that have work; changing it later "
        "moves shops between owners.",
    )
    topic_replicas: int = Field(
        1,
        validation_alias="SHOPRELAY_TOPIC_REPLICAS",
        ge=1,
        le=9,
        description="Replicas of each topic that is created; 3 in production.",
    )
    log_level: str = Field(
        "info",
        validation_alias="SHOPRELAY_LOG_LEVEL",
        pattern="^(debug|info|warning|error)$",
        description="debug, info, warning or error.",
    )
    host: str = Field(
        "127.0.0.1",
        validation_alias="SHOPRELAY_HOST",
        description="Address that the HTTP ports listen on; 0.0.0.0 in a container.",
    )
    allow_private_addresses: bool = Field(
        validation_alias="SHOPRELAY_ALLOW_PRIVATE_ADDRESSES",
        default=False,
        description="Let shops' and operators' addresses be private or loopback ones: for a demo, tests or a closed network.",
    )

    @field_validator("kafka")
    @classmethod
    def _servers(cls, given: str) -> str:
        if not all(re.fullmatch(r"\S+:\d+", each.strip()) for each in given.split(",")):
            raise ValueError(f"expected host:port, several with commas, got {given!r}")
        return given

    @field_validator("mongo")
    @classmethod
    def _database_address(cls, given: str) -> str:
        if not given.startswith(("mongodb://", "mongodb+srv://")):
            raise ValueError("expected an address that begins with mongodb:// or mongodb+srv://")  # it may hold a password
        return given

    @model_validator(mode="after")
    def _one_master_key(self) -> Self:
        if self.master_key is not None and self.master_key_file is not None:
            raise ValueError("give SHOPRELAY_MASTER_KEY or SHOPRELAY_MASTER_KEY_FILE, not both")
        return self

    def named(self, name: str) -> str:
        """The name on Kafka of a topic, group or transactional id."""
        return self.prefix + name

    def master(self) -> bytes:
        """The master key's 32 bytes; SettingsInvalid says what is wrong with it."""
        text = self.master_key.get_secret_value() if self.master_key else self._master_from_file()
        try:
            key = urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
        except ValueError:
            key = b""
        if len(key) != 32:  # noqa: PLR2004
            raise SettingsInvalid("SHOPRELAY_MASTER_KEY: expected 32 bytes as base64url (43 or 44 characters)")
        return key

    def _master_from_file(self) -> str:
        if self.master_key_file is None:
            raise SettingsInvalid("SHOPRELAY_MASTER_KEY or SHOPRELAY_MASTER_KEY_FILE is not set: give 32 bytes, base64url")
        try:
            return self.master_key_file.read_text()
        except OSError as error:
            raise SettingsInvalid(f"SHOPRELAY_MASTER_KEY_FILE: {self.master_key_file} cannot be read: {error.strerror}") from None


S = TypeVar("S", bound=Settings)


def load(kind: type[S]) -> S:
    """The settings of a service from the environment; SettingsInvalid names each wrong one and the value expected."""
    _refuse_strays(kind)
    try:
        return kind()
    except ValidationError as error:
        raise SettingsInvalid("\n".join(_explain(kind, dict(e)) for e in error.errors())) from None


def variable(kind: type[Settings], name: str) -> str:
    """The environment variable of a setting. What all services share has no service in its name."""
    prefix = "SHOPRELAY_" if name in Settings.model_fields else str(kind.model_config.get("env_prefix"))
    return (prefix + name).upper()


def _explain(kind: type[Settings], error: dict[str, Any]) -> str:
    where = str(error["loc"][0]) if error["loc"] else ""
    # A shared setting is located by its variable, a service's own by its name.
    field = next((f for n, f in kind.model_fields.items() if where in {n, f.validation_alias}), None)
    name = variable(kind, where) if where in kind.model_fields else where or "settings"
    about = f" ({field.description})" if field and field.description else ""
    return f"{name}: {error['msg'].removeprefix('Value error, ')}{about}"


def _refuse_strays(kind: type[Settings]) -> None:
    # pydantic does not see a mistyped variable: it would silently leave the default in force.
    known = {variable(kind, name) for name in kind.model_fields} | {variable(Settings, name) for name in Settings.model_fields}
    own = str(kind.model_config.get("env_prefix"))
    others = tuple(prefix for prefix in SERVICE_PREFIXES if prefix != own)
    for name in sorted(set(os.environ) - known - _PROGRAMS):
        if not name.startswith("SHOPRELAY_") or name.startswith(others) or _LINK.search(name):
            continue
        close = [] if name.startswith(own) and own != "SHOPRELAY_" else _other_prefix(name)
        rests = [each.removeprefix("SHOPRELAY_") for each in known]
        near = difflib.get_close_matches(name.removeprefix("SHOPRELAY_"), rests, 1, cutoff=0.7)
        close = close or [f"SHOPRELAY_{each}" for each in near]
        raise SettingsInvalid(f"{name} is not a setting{f'; did you mean {close[0]}?' if close else ''}")


def _other_prefix(name: str) -> list[str]:
    """The name with the prefix of the service that it is nearly."""
    words = name.removeprefix("SHOPRELAY_").split("_")
    for count in (1, 2):  # of how many words a service's name is
        given = "_".join(words[:count])
        known = {prefix.removeprefix("SHOPRELAY_").rstrip("_"): prefix for prefix in SERVICE_PREFIXES}
        if close := difflib.get_close_matches(given, known, 1, cutoff=0.8):
            return [known[close[0]] + "_".join(words[count:])]
    return []
