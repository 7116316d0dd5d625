"""What was found when each open episode of a network was gone through last, kept while nothing is recorded in it.

To go through a course takes about a millisecond, and coordination asks of all that are open. So a look goes through
those in which something was recorded since, those in which the hour matters, and others up to `EACH_LOOK`, whose turn
was longest ago: of so many open episodes that is all of them, and nobody's turn was longer ago than `LONGEST_AGO`.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from psycopg import Connection, sql

from domain.days import day_of
from domain.network.network import Network
from domain.protocol.protocol import Protocol
from domain.sealed import Sealed
from projections.cases import read_glances, tables
from projections.engine.read_model import ReadModel
from projections.glance import Glance, Moment

EACH_LOOK = 500
AT_ONCE = 200
"""So few that the database never waits for what is made of them."""
LONGEST_AGO = timedelta(minutes=15)
SECONDS = 8.0
"""So long one look goes through courses. It does not do without those never gone through; others wait their turn."""
OTHERS_SECONDS = 2.0
"""So long one look waits for another that goes through the same; a database does not wait long for a connection."""
NETWORKS = 8
"""Of which a process remembers what it found."""
THESE = '"case".episode_id = ANY (%(these)s)'

T = TypeVar("T")


class NotYetGoneThrough(Exception):
    """So many open episodes are gone through for the first time. Load again in a moment: what is done stays done."""


class Found(NamedTuple, Generic[T]):
    """What was found at a moment in the course as it was up to this version."""

    version: int
    at: datetime
    is_on_today: bool
    what: T


class Stands(NamedTuple):
    """An episode that fulfils the condition now: its version, and the patient's name as last corrected."""

    version: int
    name: Sealed[str] | None


class _OfNetwork(Generic[T]):
    def __init__(self) -> None:
        self.lock = Lock()
        self.under: tuple[Network, Protocol] | None = None
        self.found: dict[UUID, Found[T]] = {}

    def asked_under(self, moment: Moment) -> dict[UUID, Found[T]]:
        """What is known, and may be added to: nothing where rota or protocol are others than they were."""
        if self.under != (moment.network, moment.protocol):
            self.found, self.under = {}, (moment.network, moment.protocol)
        return self.found

    def known_under(self, moment: Moment) -> Mapping[UUID, Found[T]]:
        """The same, whoever goes on with it."""
        found = self.found
        return found if self.under == (moment.network, moment.protocol) else {}


class GoneThrough(Generic[T]):
    """One read model's; `find` is what is asked of a course, `is_on_today` whether the hour matters in it."""

    def __init__(
        self,
        model: ReadModel,
        find: Callable[[Glance], T],
        is_on_today: Callable[[Glance], bool],
        *,
        each_look: int = EACH_LOOK,
        seconds: float = SECONDS,
    ) -> None:
        self._model, self._find, self._is_on_today = model, find, is_on_today
        self._each_look, self._seconds = each_look, seconds
        self._networks: OrderedDict[UUID, _OfNetwork[T]] = OrderedDict()
        self._lock = Lock()

    def of_all(
        self, connection: Connection[Any], network_id: UUID, where: str, moment: Moment
    ) -> tuple[list[tuple[Stands, T]], datetime]:
        """What is found in every episode that fulfils the condition (SQL of our own), and since when that may stand.

        `NotYetGoneThrough` where time is up and some episode was never gone through as it is now.
        """
        stand = self._standing(connection, network_id, where)
        kept = self._of(network_id)
        if kept.lock.acquire(timeout=OTHERS_SECONDS):  # two who look at once do not go through the same twice
            try:
                self._go_through(connection, kept.asked_under(moment), stand, moment)
            finally:
                kept.lock.release()
        known = kept.known_under(moment)
        found = [(stands, one) for episode, stands in stand.items() if (one := known.get(episode)) is not None]
        found = [(stands, one) for stands, one in found if one.version >= stands.version]
        if len(found) < len(stand):
            raise NotYetGoneThrough(NotYetGoneThrough.__doc__)
        return [(stands, one.what) for stands, one in found], min((one.at for _, one in found), default=moment.now)

    def _go_through(
        self, connection: Connection[Any], found: dict[UUID, Found[T]], stand: Mapping[UUID, Stands], moment: Moment
    ) -> None:
        for one in found.keys() - stand.keys():
            del found[one]
        wanted = _in_turn(found, stand, moment, self._each_look)
        until = monotonic() + self._seconds
        for begin in range(0, len(wanted), AT_ONCE):
            if begin and monotonic() > until:
                return
            these = {"these": wanted[begin : begin + AT_ONCE]}
            for glance in read_glances(connection, self._model, THESE, these, moment):
                is_on_today, what = self._is_on_today(glance), self._find(glance)
                found[glance.case.episode_id] = Found(glance.case.version, moment.now, is_on_today, what)

    def _of(self, network_id: UUID) -> _OfNetwork[T]:
        with self._lock:
            kept = self._networks.setdefault(network_id, _OfNetwork())
            self._networks.move_to_end(network_id)
            if len(self._networks) > NETWORKS:
                self._networks.popitem(last=False)
            return kept

    def _standing(self, connection: Connection[Any], network_id: UUID, where: str) -> dict[UUID, Stands]:
        found = tables(self._model)
        query = sql.SQL(
            """
            SELECT "case".episode_id, "case".version, coalesce(patient.name, "case".name)
              FROM {cases} AS "case"
              LEFT JOIN {patients} AS patient ON patient.patient_id = "case".patient_id
             WHERE {where}
            """
        ).format(cases=found.cases, patients=found.patients, where=sql.SQL(where))
        with connection.cursor(binary=True) as cursor:
            cursor.execute(query, {"network_id": network_id})
            return {
                episode_id: Stands(version, Sealed(token=name) if name else None)
                for episode_id, version, name in cursor.fetchall()
            }


def _in_turn(
    found: Mapping[UUID, Found[Any]], stand: Mapping[UUID, Stands], moment: Moment, each_look: int
) -> list[UUID]:
    """What nobody has looked at as it is now, then where the hour matters, then the longest ago: all that are due."""
    unseen = [one for one, stands in stand.items() if one not in found or found[one].version != stands.version]
    new = set(unseen)
    seen = sorted((one for one in stand if one not in new), key=lambda one: (not found[one].is_on_today, found[one].at))
    due = sum(found[one].is_on_today or _is_old(found[one], moment) for one in seen)
    return unseen + seen[: max(due, each_look - len(unseen))]


def _is_old(found: Found[Any], moment: Moment) -> bool:
    """Of longer ago, of another day, or of a moment that is still to come."""
    age = moment.now - found.at
    return not timedelta(0) <= age < LONGEST_AGO or day_of(found.at, moment.zone) != moment.today
