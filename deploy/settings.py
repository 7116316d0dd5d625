"""What an installation may set, read from THROUGHLINE_ variables by entry points only."""

import os
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "THROUGHLINE_"
FORBIDDEN = "POSTGRES_ENABLE_DB_FUNCTIONS"


class LogFormat(StrEnum):
    """How log lines look: for a collector, or for somebody at a terminal."""

    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """From which weight on lines are written."""

    INFO = "info"
    WARNING = "warning"


class SettingsAreWrong(Exception):
    """A setting cannot be used; change the variable named and start again."""


class DatabaseFunctionsAreEnabled(SettingsAreWrong):
    """POSTGRES_ENABLE_DB_FUNCTIONS is set: database functions lose events for subscribers. Unset it and start again."""


class Settings(BaseSettings):
    """All settings; addresses and secrets stay out of its printed form because they may hold passwords."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, hide_input_in_errors=True, extra="forbid"
    )

    data: Path = Path(".data")
    port: int = Field(default=8000, ge=0, le=65535)
    secrets: Path | None = None
    """A folder in which a file may stand for a variable: `throughline_session_secret` holds that setting's value."""
    database_url: str | None = Field(default=None, repr=False)
    migrate_database_url: str | None = Field(default=None, repr=False)
    work_database_url: str | None = Field(default=None, repr=False)
    admin_database_url: str | None = Field(default=None, repr=False)
    """Of the server's administrator; read by `prepare` alone, which makes roles and database."""
    kafka_bootstrap: str | None = None
    """Kafka brokers as host:port, several with commas; without it nothing is published."""
    kafka_prefix: str = Field(default="throughline", pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")
    """What the names of all topics begin with; several installations on one cluster have one each."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str | None = None
    kafka_password_file: Path | None = None
    kafka_ca_file: Path | None = None
    key_file: Path | None = None
    erased_list: Path | None = None
    """A file that lists who was erased, on another disk than the database: a restore erases them again.

    Absent, the embedded database keeps one in the data folder, and no other does.
    """
    session_secret: str | None = Field(default=None, repr=False, min_length=32)
    instruments: Path | None = None
    """A folder of instruments, or wordings, that this deployment has licensed."""
    smtp_url: str | None = Field(default=None, repr=False)
    spool: Path | None = None
    """Where messages are left as signed files, when no mail server is set."""
    address: str | None = None
    """Where people reach the pages, as messages name it."""
    proxies: str = "127.0.0.1,::1"
    """Proxies before `serve`, addresses or networks with commas: they alone are believed about whom they ask for.

    Where they are not named, everybody comes from one address, and one guesser uses up the tries of all patients.
    """
    oidc_issuer: str | None = None
    """The identity provider (OpenID Connect) at which people prove who they are, as it writes its own address."""
    oidc_client_id: str | None = None
    oidc_client_secret_file: Path | None = None
    """Absent, or an empty file, for a client without a secret, which proves itself by PKCE alone."""
    oidc_title: str | None = None
    """What people call the provider; its host where left out."""
    oidc_acr: str | None = None
    """Values of `acr` with spaces between: the provider has to name one of them. Absent, none is asked for."""
    oidc_amr: str | None = None
    """Values of `amr` with spaces between, such as `mfa`: one of them has to be among those the provider names."""
    oidc_ca_file: Path | None = None
    """Certificates to trust besides the usual ones, for a provider inside the house."""
    webhooks_may_be_local: bool = False
    """For development: webhooks may be set to this very machine, without TLS, and are posted there."""
    metrics_token: str | None = Field(default=None, repr=False, min_length=16)
    """What a monitor brings to read `/metrics`; without it only a demonstration shows them."""
    work_listen: str | None = Field(default=None, pattern=r"^([^:\[\]]+|\[[0-9A-Fa-f:.]+\]):[0-9]{1,5}$")
    """Where `work` answers `/live` and `/metrics`, as `address:port` or `[::1]:9100`; absent, it listens nowhere."""
    otlp_endpoint: str | None = Field(default=None, pattern=r"^https?://")
    """Where an OpenTelemetry collector takes traces over HTTP, `…/v1/traces` included; absent, nothing is traced."""
    log_format: LogFormat = LogFormat.JSON
    log_level: LogLevel = LogLevel.INFO
    demo: bool = False
    unsafe_durability: bool = False

    @field_validator("proxies")
    @classmethod
    def _must_be_networks(cls, text: str) -> str:
        """Not names, and not everybody: whoever is believed may say to come from anywhere."""
        try:
            networks = [ip_network(one.strip()) for one in text.split(",")]
        except ValueError:
            raise ValueError("write addresses or networks with commas, such as 10.0.0.5,10.1.0.0/16") from None
        if any(network.prefixlen == 0 for network in networks):
            raise ValueError("name the proxies alone: everybody would be believed about where they come from")
        return text

    @model_validator(mode="after")
    def _refuse_database_functions(self) -> Self:
        if os.environ.get(FORBIDDEN):
            raise DatabaseFunctionsAreEnabled(DatabaseFunctionsAreEnabled.__doc__)
        return self

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> Self:
        if self.oidc_issuer is None and self.oidc_client_id is None:
            return self
        if self.oidc_issuer is None or self.oidc_client_id is None or self.address is None:
            raise ValueError(f"{PREFIX}OIDC_ISSUER, {PREFIX}OIDC_CLIENT_ID and {PREFIX}ADDRESS go together; set all.")
        for name in ("oidc_issuer", "address"):
            if not is_safe_address(getattr(self, name)):
                raise ValueError(f"{PREFIX}{name.upper()} has to begin with https:// where people sign in.")
        for name in ("oidc_client_secret_file", "oidc_ca_file"):
            path: Path | None = getattr(self, name)
            if path is not None and not path.is_file():
                raise ValueError(f"{PREFIX}{name.upper()} names no file.")
        return self

    @property
    def is_embedded(self) -> bool:
        """No database is named, so the one in the data folder serves.

        A process names only the roles it uses: `serve` has no business knowing the owner's password.
        """
        return not (self.database_url or self.migrate_database_url or self.work_database_url)


def is_safe_address(address: str) -> bool:
    """Whether nobody on the way can read or change what goes there: TLS, or this very machine."""
    parts = urlsplit(address)
    is_here = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)


def read_settings() -> Settings:
    """Settings from the environment; SettingsAreWrong names each variable at fault, never its value."""
    folder = os.environ.get(f"{PREFIX}SECRETS") or None
    if folder is not None and not Path(folder).is_dir():
        raise SettingsAreWrong(f"{PREFIX}SECRETS names no folder; make it, or unset the variable.")
    try:
        return Settings(_secrets_dir=folder)
    except ValidationError as error:
        raise SettingsAreWrong(
            "; ".join(_in_words(problem["loc"], problem["msg"]) for problem in error.errors())
        ) from None


def _in_words(place: tuple[int | str, ...], message: str) -> str:
    if not place:
        return message.removeprefix("Value error, ")
    return f"{PREFIX}{str(place[0]).upper()}: {message}"
