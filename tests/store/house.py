"""A network in a real database, with the people who work in it: what tests of the store begin with."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import domain.episode  # noqa: F401  every event and effect is known before the first is read
from domain.actor import Actor, Role
from domain.clinician.admit_clinician import AdmitClinician, admit_clinician
from domain.clinician.clinician import CLINICIAN
from domain.clinician.record_licence import RecordLicence, record_licence
from domain.episode.episode import EPISODE
from domain.episode.referral.refer import Refer, refer
from domain.network.adopt_protocol import AdoptProtocol, adopt_protocol
from domain.network.create_network import CreateNetwork, create_network
from domain.network.network import NETWORK
from domain.order import Order
from domain.patient.patient import PATIENT
from domain.patient.register_patient import RegisterPatient, register_patient
from domain.protocol.shipped import CURRENT, document
from domain.sealed import Sealed
from domain.stream import Stream
from store.application import CareApplication
from store.care import Care
from store.command import Command, Receipt
from store.datastore import Datastore
from store.key_file import KeyFile
from store.keyring import Keyring
from tests.postgres import Database


class House:
    """One process's way into a database, and one network in it."""

    def __init__(self, conninfo: str, keys: Path, **settings: Any) -> None:
        self.datastore = Datastore(conninfo, max_size=settings.pop("max_size", 10))
        self.kek = KeyFile.open_or_create(keys)
        self.keyring = Keyring(self.datastore, self.kek)
        self.application = CareApplication(self.datastore)
        self.care = Care(self.application, self.keyring, self.kek, **settings)
        self.network_id = uuid4()
        self.system = Actor(uuid4(), self.network_id, frozenset({Role.SYSTEM}))
        self._days = itertools.count(1)

    def close(self) -> None:
        self.application.close()
        self.datastore.close()

    def command(self, order: Order, by: Actor | None = None, command_id: UUID | None = None, **more: Any) -> Command:
        """A command for an order, by the system itself unless somebody is named."""
        key = command_id or uuid4()
        return Command(key, by or self.system, sha256(repr(order).encode()).digest(), key, **more)

    def decide(self, stream: Stream[Any], stream_id: UUID, decision: Any, order: Order, **command: Any) -> Receipt:
        return self.care.decide(stream, stream_id, decision, order, command=self.command(order, **command))

    def open_network(self) -> None:
        order = CreateNetwork(slug=f"n{self.network_id.hex[:12]}", title="Test", zone="UTC", crisis_text="Call 988")
        self.decide(NETWORK, self.network_id, create_network, order)

    def adopt_protocol(self) -> None:
        order = AdoptProtocol(document=document(*CURRENT))
        self.decide(NETWORK, self.network_id, adopt_protocol, order)

    def admit(self, *roles: Role, email: str | None = None) -> Actor:
        """A person of this network."""
        clinician_id = uuid4()
        address = Sealed.of(email or f"{clinician_id.hex}@example.org")
        order = AdmitClinician(email=address, display_name=Sealed.of("Robin Example"), roles=roles)
        self.decide(CLINICIAN, clinician_id, admit_clinician, order)
        return Actor(clinician_id, self.network_id, frozenset(roles))

    def licence_order(self) -> RecordLicence:
        """A renewal that nobody has recorded yet, so that it always becomes an event."""
        expires_on = date(2030, 1, 1) + timedelta(days=next(self._days))
        return RecordLicence(
            profession_role=Role.THERAPIST, state="NY", licence_number=Sealed.of("T-4711"), expires_on=expires_on
        )

    def record_licence(self, clinician_id: UUID, **command: Any) -> Receipt:
        return self.decide(CLINICIAN, clinician_id, record_licence, self.licence_order(), **command)

    def register(self, name: str = "Ada Example", **more: Any) -> UUID:
        """A patient of this network."""
        patient_id = uuid4()
        order = RegisterPatient(
            reference=f"KAP-{patient_id.hex[:8].upper()}", name=Sealed.of(name), birth_date=date(1980, 5, 17), **more
        )
        self.decide(PATIENT, patient_id, register_patient, order)
        return patient_id

    def refer(self, episode_id: UUID, patient_id: UUID, by: Actor) -> Receipt:
        """A referral of that patient opens the episode."""
        order = Refer(patient_id=patient_id, reason=Sealed.of("Low mood for years"), diagnoses=("F33.2",))
        return self.decide(EPISODE, episode_id, refer, order, by=by)

    def query(self, sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        """What the application's role sees with the network in force."""
        with self.datastore.in_network(self.network_id) as connection:
            return connection.execute(sql.encode(), parameters).fetchall()


@contextmanager
def house(conninfo: str, **settings: Any) -> Iterator[House]:
    """A house with its network created and a protocol adopted."""
    with TemporaryDirectory(prefix="throughline-keys-") as folder:
        opened = House(conninfo, Path(folder) / "keys.json", **settings)
        try:
            opened.open_network()
            opened.adopt_protocol()
            yield opened
        finally:
            opened.close()


def second(home: House, database: Database) -> House:
    """Another process in the same network, which remembers nothing of the first."""
    other = House(database.app_url, home.kek.path)
    other.network_id, other.system = home.network_id, home.system
    return other
