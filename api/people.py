"""Names of the people who work in a network, opened once and remembered for a few seconds."""

import time
from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinician, Clinicians
from domain.network.network import NETWORK, Network
from projections.directory import LicenceHeld, everybody
from store.care import Care
from store.datastore import Datastore
from store.keyring import Keyring

REMEMBERED_SECONDS = 10.0


class Colleague(NamedTuple):
    """A person as pages name them."""

    clinician_id: UUID
    name: str
    roles: tuple[Role, ...]
    is_suspended: bool
    licences: tuple[LicenceHeld, ...] = ()

    @property
    def short_name(self) -> str:
        """How sentences name them: "Dr. Lindqvist" for Dr. Mara Lindqvist, the whole name otherwise."""
        title, *rest = self.name.split()
        return f"{title} {rest[-1]}" if title.endswith(".") and rest else self.name


class Surroundings(NamedTuple):
    """A network and the people in it, as pages need them for every sentence."""

    network: Network
    colleagues: Mapping[UUID, Colleague]
    names_mark: bytes = b""
    """Another one when anybody's name is another: what was written with names can be kept beside it."""

    @property
    def clinicians(self) -> Clinicians:
        """Who works here and as what: enough to pass over a suspended prescriber, not to judge a licence."""
        return {
            one.clinician_id: Clinician(one.clinician_id, roles=frozenset(one.roles), is_suspended=one.is_suspended)
            for one in self.colleagues.values()
        }

    def name_of(self, clinician_id: UUID) -> str:
        """The name for sentences; what acts without being a person is the software."""
        colleague = self.colleagues.get(clinician_id)
        return colleague.short_name if colleague else "Throughline"


class People:
    """Remembers the surroundings of each network; a rename or a new colleague shows within ten seconds."""

    def __init__(self, care: Care, datastore: Datastore, keyring: Keyring) -> None:
        self._care = care
        self._datastore = datastore
        self._keyring = keyring
        self._known: dict[UUID, tuple[float, Surroundings]] = {}

    def around(self, network_id: UUID) -> Surroundings:
        """The network and its people."""
        known = self._known.get(network_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        colleagues = self._colleagues(network_id)
        found = Surroundings(self._network(network_id), colleagues, _mark_of(colleagues))
        self._known[network_id] = (time.monotonic() + REMEMBERED_SECONDS, found)
        return found

    def forget(self, network_id: UUID) -> None:
        """Read the network's people anew next time."""
        self._known.pop(network_id, None)

    def _network(self, network_id: UUID) -> Network:
        network: Network
        network, _ = self._care.state(NETWORK, network_id, network_id=network_id)
        return network

    def _colleagues(self, network_id: UUID) -> dict[UUID, Colleague]:
        with self._datastore.in_network(network_id) as connection:
            people = everybody(connection)
        names = self._keyring.open_all([p.display_name for p in people], network_id=network_id, field="display_name")
        return {
            p.clinician_id: Colleague(p.clinician_id, name, p.roles, p.is_suspended, p.licences)
            for p, name in zip(people, names, strict=True)
        }


def _mark_of(colleagues: Mapping[UUID, Colleague]) -> bytes:
    mark = sha256()
    for who in sorted(colleagues):
        mark.update(who.bytes + colleagues[who].name.encode() + b"\0")
    return mark.digest()
