"""Kafka as the settings name it: the brokers, the topics' names, and which topics are written."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from deploy.failures import CannotGoOn
from deploy.settings import PREFIX, Settings
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, Outlet, StateOutlet
from workers.kafka.publisher import Outlets

KAFKA_IS_OFF = f"Kafka is off: set {PREFIX}KAFKA_BOOTSTRAP to its brokers, as host:port."


def brokers_of(settings: Settings) -> Brokers | None:
    """The brokers; None while Kafka is off."""
    if settings.kafka_bootstrap is None:
        return None
    signs_in = settings.kafka_security_protocol.startswith("SASL")
    if signs_in and (settings.kafka_username is None or settings.kafka_password_file is None):
        raise CannotGoOn(f"{settings.kafka_security_protocol} needs {PREFIX}KAFKA_USERNAME and _KAFKA_PASSWORD_FILE.")
    return Brokers(
        settings.kafka_bootstrap,
        settings.kafka_security_protocol,
        settings.kafka_sasl_mechanism if signs_in else None,
        settings.kafka_username,
        settings.kafka_password_file.read_text().strip() if settings.kafka_password_file else None,
        str(settings.kafka_ca_file) if settings.kafka_ca_file else None,
    )


def brokers_needed(settings: Settings) -> Brokers:
    """The same for a command that is of no use without."""
    brokers = brokers_of(settings)
    if brokers is None:
        raise CannotGoOn(KAFKA_IS_OFF)
    return brokers


def names_of(settings: Settings) -> TopicNames:
    return TopicNames(settings.kafka_prefix)


def outlets_of(names: TopicNames) -> Outlets:
    """The internal topics."""
    internal = (EventsOutlet(names.events), StateOutlet(names.state))

    def now(connection: Connection[Any]) -> Sequence[Outlet]:
        return internal

    return now
