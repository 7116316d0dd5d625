"""Notes every hour which licences have run out, so that what counts on them is looked at on the first day without.

Gates ask the licence itself on every day; this is for people: a plan or a session that needs somebody to step in.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from domain.actor import Actor, Role
from domain.clinician.clinician import CLINICIAN
from domain.clinician.note_expired_licences import NoteExpiredLicences, note_expired_licences, run_out
from domain.days import day_of
from domain.derived import derived_id
from domain.network.network import NETWORK
from store.care import Care
from store.command import Command
from store.datastore import Datastore

EVERY_SECONDS = 3600.0


class Expiry:
    """Goes through the people of every network."""

    def __init__(self, care: Care, datastore: Datastore, clock: Callable[[], datetime]) -> None:
        self._care = care
        self._datastore = datastore
        self._clock = clock

    def run(self, stopping: threading.Event) -> None:
        """Until asked to end."""
        while not stopping.is_set():
            self.once()
            stopping.wait(EVERY_SECONDS)

    def once(self) -> int:
        """How many licences were noted; doing it twice notes nothing twice."""
        return sum(self._note(network_id, who) for network_id in self._networks() for who in self._people(network_id))

    def _note(self, network_id: UUID, clinician_id: UUID) -> int:
        zone = self._care.state(NETWORK, network_id, network_id=network_id)[0].zone
        clinician = self._care.state(CLINICIAN, clinician_id, network_id=network_id)[0]
        over = run_out(clinician, day_of(self._clock(), zone))
        if not over:
            return 0
        said = sorted(f"{one.profession_role} {one.state} {one.last_day}" for one in over)
        command_id = derived_id("expire", clinician_id, *said)
        command = Command(
            command_id=command_id,
            by=Actor(derived_id("worker", "expire"), network_id, frozenset({Role.SYSTEM})),
            body_hash=sha256(command_id.bytes).digest(),
            correlation_id=command_id,
            zone=zone,
        )
        self._care.decide(CLINICIAN, clinician_id, note_expired_licences, NoteExpiredLicences(), command=command)
        return len(over)

    def _networks(self) -> list[UUID]:
        with self._datastore.get_connection() as connection:
            rows = connection.execute("SELECT network_id FROM network_directory ORDER BY network_id").fetchall()
        return [network_id for (network_id,) in rows]

    def _people(self, network_id: UUID) -> Iterable[UUID]:
        with self._datastore.in_network(network_id) as connection:
            rows = connection.execute("SELECT clinician_id FROM clinician_account ORDER BY clinician_id").fetchall()
        return [clinician_id for (clinician_id,) in rows]
