"""What an episode takes over from the earlier, closed ones of the same patient."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple
from uuid import UUID

from domain.episode.episode import EarlierCourse, EarlierHighRisk, Episode
from domain.episode.gates.adverse_events import stops_dosing
from domain.episode.outcome.outcomes import Outcome
from domain.episode.safety.high_risk import HIGH, before_the_plan, high_risk, is_high
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import SAFETY_HOLDS, AdverseEvent, Hold
from domain.event import Envelope


class Elsewhere(NamedTuple):
    """The other episodes of the patient in this network, open or closed."""

    episodes: tuple[Episode, ...] = ()

    @property
    def one_is_open(self) -> bool:
        return any(e.closed_at is None and not e.is_imported for e in self.episodes)

    @property
    def reports_a_death(self) -> bool:
        return any(episode.has_died for episode in self.episodes)

    def earlier_course(self) -> EarlierCourse:
        """Unresolved contraindications, serious events, last dose and high risk of all of them together."""
        courses = [_course_of(episode) for episode in self.episodes]
        doses = [c.last_dose_at for c in courses if c.last_dose_at is not None]
        risks = [c.high_risk for c in courses if c.high_risk is not None]
        return EarlierCourse(
            contraindications=tuple(sorted({code for c in courses for code in c.contraindications})),
            serious_adverse_events=tuple(sorted({term for c in courses for term in c.serious_adverse_events})),
            last_dose_at=max(doses, default=None),
            high_risk=max(risks, key=lambda risk: risk.taken_at, default=None),
        )

    def safety_holds(self) -> Mapping[UUID, Hold]:
        """Suicidal thoughts that nobody has reviewed, by what they came of: once where two courses held (rule 21)."""
        held = (hold for episode in self.episodes if not episode.has_died for hold in open_holds(episode))
        return {hold.because_of or hold.hold_id: hold for hold in held if hold.reason in SAFETY_HOLDS}

    def stopping_events(self) -> Iterator[tuple[AdverseEvent, UUID]]:
        """Adverse events that stop dosing as they stand there, each with its episode (R1, rule 25)."""
        for episode in self.episodes:
            for event in episode.adverse_events.values():
                if episode.episode_id is not None and stops_dosing(event):
                    yield event, episode.episode_id

    def found_high(self, risk: EarlierHighRisk) -> bool:
        """Whether that screening is still one that found high risk: neither corrected since nor marked in error."""
        found = (episode.outcomes.get(risk.outcome_id) for episode in self.episodes)
        return any(outcome is not None and is_high(outcome) for outcome in found)


def _course_of(episode: Episode) -> EarlierCourse:
    serious = {a.term for a in episode.adverse_events.values() if a.is_grave}
    doses = [s.last_dose_at for s in episode.sessions.values() if s.last_dose_at is not None]
    if episode.earlier.last_dose_at is not None:
        doses.append(episode.earlier.last_dose_at)
    return EarlierCourse(
        contraindications=tuple(episode.unresolved_contraindications),
        serious_adverse_events=tuple(serious | set(episode.earlier.serious_adverse_events)),
        last_dose_at=max(doses, default=None),
        high_risk=_high_risk_of(episode),
    )


def _high_risk_of(episode: Episode) -> EarlierHighRisk | None:
    """None where what comes before the plan is resumed was all done: a new course has a plan of its own."""
    high = high_risk(episode)
    if high is None or all(condition.is_met for condition in before_the_plan(episode, high)):
        return None
    return EarlierHighRisk(high.outcome_id, high.instrument, high.instrument_version, high.taken_at)


def earlier_high(risk: EarlierHighRisk | None, envelope: Envelope) -> Outcome | None:
    """The screening as an outcome of the episode that took it over, known from then on."""
    if risk is None:
        return None
    return Outcome(
        entry_id=envelope.event_id,
        outcome_id=risk.outcome_id,
        instrument=risk.instrument,
        instrument_version=risk.instrument_version,
        taken_at=risk.taken_at,
        total=None,
        has_safety_item=True,
        safety_answer=None,
        safety_item_is_positive=True,
        level=HIGH,
        known_at=envelope.occurred_at,
        known_in=envelope.version,
    )
