"""Sentences about outcome measures."""

from uuid import UUID

from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.instrument import recorded_with
from projections.sentences.saying import Category, Telling, Told, calls, free, named, safe, says
from projections.sentences.words import instrument

NO_TOTAL = "no score, too many items were left empty"


@says(OutcomeRecorded, "measure", Category.MEASURES)
def _(event: OutcomeRecorded, told: Telling) -> Told:
    title, total = instrument(event.instrument), _score(event)
    if event.imported:
        return Told(f"{title} {total} imported from {safe(event.imported.source)}, row {event.imported.row}.")
    html = f"{told.who} recorded {title}: <strong>{total}</strong>.{_safety(event)}"
    return Told(html, icon="safety" if event.safety_item_is_positive else None)


def _score(event: OutcomeRecorded | OutcomeCorrected) -> str:
    if event.total is not None:
        return f"{event.total}, {safe(event.band)}" if event.band else str(event.total)
    return f"level {safe(event.level)}" if event.level else NO_TOTAL


def _safety(event: OutcomeRecorded) -> str:
    if not event.has_safety_item:
        return ""
    known = recorded_with(event.instrument, event.instrument_version)
    if known.triage is not None:
        is_open = event.level is None
        words = known.safety_words(event.safety_answer)
        return f" <strong>{words[:1].upper()}{words[1:]}.</strong>" if is_open else ""
    if event.safety_answer is None:
        return f" {known.safety_question} was not asked."
    above = f" <strong>{known.safety_question} is above 0</strong> (answer {event.safety_answer})."
    return above if event.safety_answer else ""


@calls(OutcomeRecorded)
def _(event: OutcomeRecorded) -> tuple[UUID, str]:
    return event.outcome_id, instrument(event.instrument)


@says(OutcomeCorrected, "corrected", Category.CORRECTIONS)
def _(event: OutcomeCorrected, told: Telling) -> Told:
    was = NO_TOTAL if event.was_total is None else str(event.was_total)
    was = f"level {safe(event.was_level)}" if event.was_level else was
    html = f"{told.who} corrected {named(event.outcome_id)}: <s>{was}</s> → <strong>{_score(event)}</strong>."
    return Told(html, free(Reason=event.reason), corrects=event.replaces)
