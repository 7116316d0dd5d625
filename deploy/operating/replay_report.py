"""The replay of an episode as the command line reports it, once it is written down that somebody read it there."""

from typing import Any, NamedTuple
from uuid import UUID, uuid4

from deploy.failures import CannotGoOn
from deploy.operating.people import names
from deploy.wiring import Wiring, operator
from domain.clinician.clinician import CLINICIAN
from domain.episode.episode import EPISODE
from domain.network.network import NETWORK
from projections.replay import AsOf, View, report, view_at
from store.access_log import Read, log_reading

SCREEN = "command:replay"


class Found(NamedTuple):
    """An episode and the network it belongs to."""

    episode_id: UUID
    network_id: UUID


def find_episode(wiring: Wiring, wanted: str) -> Found:
    """The episode of that id or patient reference; CannotGoOn where there is none, or more than one."""
    with wiring.every_network.get_connection() as connection:
        rows = connection.execute(
            """
            SELECT stream_id, network_id
              FROM events
             WHERE version = 1
               AND topic IN ('PatientReferred', 'HistoryImported')
               AND (stream_id::text = lower(%(wanted)s)
                    OR convert_from(payload, 'UTF8')::jsonb ->> 'reference' = upper(%(wanted)s))
             ORDER BY position
            """,
            {"wanted": wanted},
        ).fetchall()
    if not rows:
        raise CannotGoOn("There is no such episode; name it by its id or by the patient's reference, such as KAP-0012.")
    if len(rows) > 1:
        choices = ", ".join(str(episode_id) for episode_id, _ in rows)
        raise CannotGoOn(f"This reference has several episodes; choose one by its id: {choices}.")
    return Found(*rows[0])


class Replay:
    """One episode's past. Every moment is folded from the same events."""

    def __init__(self, wiring: Wiring, found: Found) -> None:
        self._wiring, self._found = wiring, found
        network_id = found.network_id
        self._history = wiring.care.history(EPISODE, found.episode_id, network_id=network_id)
        self._network = wiring.care.history(NETWORK, network_id, network_id=network_id)

    def report(self, at: AsOf, other: AsOf | None) -> dict[str, Any]:
        """State and gates at a moment, and what changed between it and the other, from the earlier to the later."""
        self._log_reading()
        compared = self._view(other) if other else None
        known = names(self._wiring, self._found.network_id)
        return report(self._found.episode_id, at, self._view(at), compared, lambda who: known.get(who, "Throughline"))

    def _log_reading(self) -> None:
        """Nobody reads unseen, at the machine either; ReadingCouldNotBeLogged, and then nothing is told."""
        episode_id, network_id = self._found
        episode, _ = self._wiring.care.state(EPISODE, episode_id, network_id=network_id)
        read = [Read(episode.patient_id, episode_id)]
        log_reading(self._wiring.datastore, operator(network_id), SCREEN, read, correlation_id=uuid4())

    def _view(self, at: AsOf) -> View:
        network_id = self._found.network_id
        return view_at(
            self._history,
            at,
            network_history=self._network,
            clinician_history=lambda who: self._wiring.care.history(CLINICIAN, who, network_id=network_id),
            present=self._wiring.clock(),
        )
