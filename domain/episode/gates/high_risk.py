"""High suicide risk (rule 21, case P5): absolute, until all five conditions of the way back are met."""

from collections.abc import Iterable

from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, at
from domain.episode.safety.high_risk import Condition, high_risk, way_back
from domain.instrument import recorded_with

KEY = "high_risk"


def high_suicide_risk(episode: Episode, asked: Question) -> Iterable[Gate]:
    """No gate where no screening has found high risk. Open with what led back, once all of it is there."""
    if (high := high_risk(episode)) is None:
        return
    conditions = way_back(episode, high)
    title = recorded_with(high.instrument, high.instrument_version).title
    fact = f"{title} of {at(high.taken_at, asked.network.zone)}: high."
    left = [condition for condition in conditions if not condition.is_met]
    if not left:
        entries = [entry for condition in conditions for entry in condition.entries]
        yield asked.open("21.high", KEY, fact, "All five conditions of the way back are met.", entries=entries)
        return
    met = f"Met: {count_of(conditions)} of {len(conditions)}."
    missing = all_of([condition.missing for condition in left])
    yield asked.closed("21.high", KEY, fact, met, missing=missing, opens=_opens(left, asked), entries=[high.entry_id])


def count_of(conditions: Iterable[Condition]) -> int:
    """How many of them are met."""
    return sum(condition.is_met for condition in conditions)


def _opens(left: list[Condition], asked: Question) -> Opens:
    duty = asked.network.on_call(asked.now)
    act = f"{all_of([condition.missing for condition in left]).capitalize()}."
    return Opens(act=act, decision=left[0].decision, by=left[0].by, call=duty.phone if duty else None)
