"""The replay of an episode as the command line reports it."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from deploy.failures import CannotGoOn
from deploy.people import names
from deploy.wiring import Wiring
from domain.clinician.clinician import CLINICIAN
from domain.episode.episode import EPISODE
from domain.network.network import NETWORK
from projections.replay import AsOf, Change, StateLine, View, changes, view_at


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
        view = self._view(at)
        compared = self._view(other) if other else None
        return {
            "episode_id": self._found.episode_id,
            "as_of": _iso(at.happened_until),
            "known_at": _iso(at.known_until),
            "position": view.position,
            "state": [self._line(line) for line in view.lines if not line.is_earlier],
            "gates": [asdict(gate) for gate in view.gates],
            "changes": [self._change(change) for change in _between(view, compared)],
        }

    def _view(self, at: AsOf) -> View:
        network_id = self._found.network_id
        return view_at(
            self._history,
            at,
            network_history=self._network,
            clinician_history=lambda who: self._wiring.care.history(CLINICIAN, who, network_id=network_id),
            present=self._wiring.clock(),
        )

    def _line(self, line: StateLine) -> dict[str, str]:
        return {"what": line.what, "value": self._named(line.value)}

    def _change(self, change: Change) -> dict[str, Any]:
        before, after = (self._named(value) if value is not None else None for value in (change.before, change.after))
        return {"what": change.what, "before": before, "after": after, "event_id": change.event_id}

    def _named(self, value: str) -> str:
        """People by their names, which are no health information."""
        for clinician_id, name in names(self._wiring, self._found.network_id).items():
            value = value.replace(f"{{{clinician_id}}}", name)
        return value


def _between(view: View, other: View | None) -> list[Change]:
    if other is None:
        return []
    earlier, later = sorted((view, other), key=lambda one: one.around.now)
    return changes(earlier, later)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
