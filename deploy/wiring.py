"""Puts store and read models together for one process, from its settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from deploy.database.addresses import Addresses, bring_up_to_date, reached
from deploy.database.startup_checks import refuse_unsafe
from deploy.metrics.registry import Metrics
from deploy.outcomes.licensed_instruments import take_licensed
from deploy.settings import PREFIX, Settings, read_settings
from domain.actor import Actor, Role
from domain.derived import derived_id
from store.application import CareApplication
from store.care import Care
from store.command import Clock, Receipt, system_clock
from store.datastore import Datastore
from store.key_file import KeyFile
from store.key_mark import key_file_for
from store.keyring import Keyring

if TYPE_CHECKING:
    from api.answers import Answered
    from deploy.process.telemetry import Tracing

OPERATOR = derived_id("operator", "command line")
"""Who acts when somebody runs a command on the machine itself: known to nobody by name."""


class KeyFileIsMissing(Exception):
    """The key file is not named: without it nothing sealed could be opened again."""


def operator(network_id: UUID) -> Actor:
    """The command line, acting in one network."""
    return Actor(OPERATOR, network_id, frozenset({Role.SYSTEM}), reauthenticated=True)


def key_file_of(settings: Settings) -> Path:
    """Where the keys are: the file set, or for the embedded database one in the data folder."""
    if settings.key_file is None and not settings.is_embedded:
        raise KeyFileIsMissing(f"Set {PREFIX}KEY_FILE: without it nothing sealed could be opened again.")
    return settings.key_file or settings.data / "keys.json"


def erased_list_of(settings: Settings) -> Path | None:
    """Where the list of the erased is: the file set, or for the embedded database one in the data folder."""
    return settings.erased_list or (settings.data / "erased.jsonl" if settings.is_embedded else None)


class Wiring:
    """The parts of one process, each built when it is first asked for."""

    def __init__(self, settings: Settings, addresses: Addresses, *, name: str, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.addresses = addresses
        self.name = name
        self.clock = clock
        self.on_append: Callable[[int], None] | None = None
        """Told the position of every append; set before anything is decided."""

    @cached_property
    def datastore(self) -> Datastore:
        """Connections under the application role."""
        return Datastore(self.addresses.for_app, max_size=20, name=self.name)

    @cached_property
    def every_network(self) -> Datastore:
        """Connections under the workers' role, which sees every network."""
        return Datastore(self.addresses.for_work, max_size=4, name=self.name)

    @cached_property
    def deliveries(self) -> Datastore:
        """The same for webhooks, of which each has threads of its own: they take turns, and nobody else waits for them.

        A long turn is no error: lines that gave up and began anew would only make the others wait longer.
        """
        return Datastore(self.addresses.for_work, max_size=6, timeout=60, name=self.name)

    @cached_property
    def metrics(self) -> Metrics:
        """The figures of this process."""
        return Metrics()

    @cached_property
    def kek(self) -> KeyFile:
        """The keys that wrap each person's key."""
        url = self.addresses.app_url or self.addresses.for_work
        with psycopg.connect(url, autocommit=True, application_name=self.name) as connection:
            return key_file_for(connection, key_file_of(self.settings))

    @cached_property
    def keyring(self) -> Keyring:
        return Keyring(self.datastore, self.kek)

    @cached_property
    def care(self) -> Care:
        """The one way into the log."""
        import domain.episode
        import domain.protocol.life
        import domain.subscriber  # noqa: F401 so that every effect is known before the first fold

        application = CareApplication(self.datastore, on_append=self.on_append)
        seeding = self.settings.demo
        return Care(application, self.keyring, self.kek, clock=self.clock, seeding=seeding, watch=self._watch_command)

    @cached_property
    def tracing(self) -> "Tracing | None":
        """Sends spans, where a collector is set."""
        if self.settings.otlp_endpoint is None:
            return None
        from deploy.process.telemetry import Tracing

        return Tracing(self.settings.otlp_endpoint, self.name)

    def watch_answer(self, answered: "Answered") -> None:
        """Told of every answer over HTTP."""
        self.metrics.answers.note(answered)
        if self.tracing is not None:
            self.tracing.note_answer(answered)

    def _watch_command(self, decision: str, seconds: float, came_of_it: Receipt | Exception) -> None:
        self.metrics.commands.note(decision, seconds, came_of_it)
        if self.tracing is not None:
            self.tracing.note_command(decision, seconds, came_of_it)

    def work_connection(self) -> psycopg.Connection[Any]:
        """A connection under the workers' role, which sees every network."""
        return psycopg.connect(self.addresses.for_work, autocommit=True, application_name=self.name)

    def close(self) -> None:
        """Close what was opened."""
        for built in ("datastore", "every_network", "deliveries", "tracing"):
            if self.__dict__.get(built) is not None:
                self.__dict__[built].close()


@contextmanager
def wired(
    settings: Settings | None = None, *, name: str = "throughline", clock: Clock = system_clock
) -> Iterator[Wiring]:
    """The parts over a database that is running and up to date."""
    settings = settings or read_settings()
    take_licensed(settings.instruments)
    with reached(settings) as addresses:
        bring_up_to_date(addresses)
        roles = [url for url in (addresses.app_url, addresses.work_url) if url is not None]
        refuse_unsafe(roles, unsafe_durability=settings.unsafe_durability)
        wiring = Wiring(settings, addresses, name=name, clock=clock)
        try:
            yield wiring
        finally:
            wiring.close()
