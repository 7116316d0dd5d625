"""Whether every stored outcome still scores as it was recorded: from its answers, under the version it names."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.episode.outcome.scored import scored
from domain.event import Recorded
from domain.instrument import load
from domain.refusal import Refused

STORED_AS = ("OutcomeRecorded", "OutcomeCorrected")
SEEN = ("total", "band", "level", "safety_answer", "safety_item_is_positive")


class Differing(NamedTuple):
    """An entry that scores otherwise now: which values, as stored and as computed. No answer is told."""

    event_id: UUID
    instrument: str
    version: str
    says: str


class Verification(NamedTuple):
    """How many outcomes were scored anew from answers, how many were bare totals, and which differ."""

    from_answers: int
    bare_totals: int
    differing: tuple[Differing, ...]


def verify(history: Iterable[Recorded]) -> Verification:
    """Score every outcome of a log anew, in its order: a correction is of the instrument it corrects."""
    taken: dict[UUID, tuple[str, str]] = {}
    counts, differing = {True: 0, False: 0}, []
    for event, envelope in history:
        if isinstance(event, OutcomeRecorded):
            taken[event.outcome_id] = (event.instrument, event.instrument_version)
        elif not isinstance(event, OutcomeCorrected) or event.outcome_id not in taken:
            continue
        instrument, version = taken[event.outcome_id]
        counts[event.answers is not None] += 1
        if says := _difference(event, instrument, version):
            differing.append(Differing(envelope.event_id, instrument, version, says))
    return Verification(counts[True], counts[False], tuple(differing))


def _difference(event: OutcomeRecorded | OutcomeCorrected, instrument: str, version: str) -> str:
    try:
        known = load(instrument, version)
        anew = scored(known, event.answers, event.total if event.answers is None else None)
    except Refused as refused:
        return refused.message
    told: list[str] = []
    for name in SEEN:
        stored, computed = getattr(event, name), getattr(anew, name)
        if stored != computed:
            told.append(_words(name, stored, computed))
    return "; ".join(told)


def _words(name: str, stored: Any, computed: Any) -> str:
    return f"{name.replace('_', ' ')} is stored as {stored} and computed as {computed}"
