"""Kafka as the settings name it: the brokers, the topics' names, and which topics are written."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Unpack

from psycopg import Connection

from deploy.failures import CannotGoOn
from deploy.read_models import open_log
from deploy.settings import PREFIX, Settings
from domain.subscriber.subscriber import Way
from store.datastore import Datastore
from store.reader import Reader
from store.subscribers import subscribers
from workers.kafka.brokers import Brokers
from workers.kafka.errand import Errand, Errands, erasures
from workers.kafka.names import TopicNames
from workers.kafka.outlets import EventsOutlet, Outlet, StateOutlet
from workers.kafka.publisher import Outlets
from workers.kafka.requests import requested
from workers.kafka.subscriber_topic import SubscriberOutlet
from workers.publish import Pace, Relay

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


def outlets_of(names: TopicNames, every_network: Datastore, address: str) -> Outlets:
    """The internal topics, and one for each Kafka subscriber whose grant is in force now."""
    internal = (EventsOutlet(names.events), StateOutlet(names.state, address))

    def now(connection: Connection[Any]) -> Sequence[Outlet]:
        served = [one for one in subscribers(every_network, Way.KAFKA) if one.grant is not None and not one.is_paused]
        return [*internal, *(SubscriberOutlet(names.of_subscriber(one.subscriber_id), one, address) for one in served)]

    return now


def errands_of(names: TopicNames, every_network: Datastore, address: str) -> Errands:
    """Erasures to be told, and what was asked for by hand."""
    log = Reader(every_network)

    def now(connection: Connection[Any]) -> Sequence[Errand]:
        return [*erasures(connection, names.state), *requested(connection, every_network, log, names, address)]

    return now


def relay_of(
    work_url: str, brokers: Brokers, names: TopicNames, every_network: Datastore, address: str, **more: Unpack[Pace]
) -> Relay:
    """The relay of this installation, reached at `address`; `every_network` is under the workers' role."""
    outlets, errands = outlets_of(names, every_network, address), errands_of(names, every_network, address)
    return Relay(work_url, partial(open_log, work_url), brokers, outlets, errands, **more)
