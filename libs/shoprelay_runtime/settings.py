"""Settings from the environment: frozen, typed, each with a default where one is possible."""

import difflib
import os
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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
        le=12,
        description="Partitions of the topics that are created; changing it later moves shops between owners.",
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
    return f"{name}: {error['msg']}{about}"


def _refuse_strays(kind: type[Settings]) -> None:
    # pydantic does not see a mistyped variable: it would silently leave the default in force.
    prefix = str(kind.model_config.get("env_prefix"))
    known = {variable(kind, name) for name in kind.model_fields}
    for name in set(os.environ) - known:
        if prefix != "SHOPRELAY_" and name.startswith(prefix):
            close = difflib.get_close_matches(name, known, 1)
            raise SettingsInvalid(f"{name} is not a setting{f'; did you mean {close[0]}?' if close else ''}")
        if meant := _nearly_shared(name):
            raise SettingsInvalid(f"{name} is not a setting; did you mean {meant}?")


def _nearly_shared(name: str) -> str | None:
    """The setting of all services that a variable is nearly; None for what is another service's or program's."""
    names = {variable(Settings, field).removeprefix("SHOPRELAY_") for field in Settings.model_fields}
    rest = name.removeprefix("SHOPRELAY_")
    if rest == name or rest in names:
        return None
    return next((f"SHOPRELAY_{each}" for each in difflib.get_close_matches(rest, names, 1, cutoff=0.79)), None)
