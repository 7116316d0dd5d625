"""An episode at a moment, with everything around it as it was then: network, protocol in force, licences."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.clinician.clinician import CLINICIAN, Clinician
from domain.episode.episode import EPISODE, Episode
from domain.episode.gates import Gate
from domain.event import Recorded
from domain.network.network import NETWORK, Network
from domain.stream import change
from projections.replay.as_of import AsOf, included, state_from
from projections.replay.dose_gates import dose_gates, may_a_dose_be_taken
from projections.replay.line import StateLine, Surroundings
from projections.replay.state_lines import state_lines

HistoryOf = Callable[[UUID], Sequence[Recorded]]


class View(NamedTuple):
    """`events` are those that count at the moment, in stream order; `lines` end with the answer on a dose."""

    at: AsOf
    events: Sequence[Recorded]
    episode: Episode
    around: Surroundings
    lines: Sequence[StateLine]
    gates: tuple[Gate, ...]

    @property
    def position(self) -> int:
        """The last position of the log that counts; 0 before the first event."""
        return max((recorded.envelope.position or 0 for recorded in self.events), default=0)


def view_at(
    history: Sequence[Recorded],
    at: AsOf,
    *,
    network_history: Sequence[Recorded],
    clinician_history: HistoryOf,
    present: datetime,
) -> View:
    """The episode as it stood, in the world as it stood."""
    events = included(history, at)
    episode: Episode = state_from(EPISODE, events)
    around = Surroundings(at.moment(present), _network(network_history, at))
    gates = dose_gates(episode, around, _clinicians(episode, around, clinician_history, at))
    answer = may_a_dose_be_taken(gates)
    lines = [*state_lines(episode, around), *([answer] if answer else [])]
    return View(at, events, episode, around, lines, gates)


def _network(history: Sequence[Recorded], at: AsOf) -> Network:
    """As it stood; of one founded later only what days are counted by."""
    present: Network = state_from(NETWORK, history)
    then: Network = state_from(NETWORK, included(history, at))
    return then if then.network_id else change(present, adoptions={}, current=None, on_calls=())


def _clinicians(episode: Episode, around: Surroundings, history_of: HistoryOf, at: AsOf) -> Mapping[UUID, Clinician]:
    """Those whose standing gates ask for: care team, therapists of sessions, the plan's prescriber, who is on call."""
    wanted = {member.clinician_id for member in episode.team}
    wanted |= {session.therapist_id for session in episode.sessions.values() if session.therapist_id}
    wanted |= {episode.plan.prescriber_id} if episode.plan else set()
    on_call = around.network.on_call(around.now)
    wanted |= {on_call.prescriber_id} if on_call else set()
    found = {who: state_from(CLINICIAN, included(history_of(who), at)) for who in sorted(wanted)}
    return {who: state for who, state in found.items() if state.clinician_id is not None}
