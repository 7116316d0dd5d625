"""Sentences about outcome measures."""

from uuid import UUID

from domain.episode.outcome.correct_outcome import OutcomeCorrected
from domain.episode.outcome.record_outcome import OutcomeRecorded
from domain.instrument import load
from projections.sentences.saying import Category, Telling, Told, calls, free, named, safe, says
from projections.sentences.words import instrument

NO_TOTAL = "no total, too many items were left empty"


@says(OutcomeRecorded, "measure", Category.MEASURES)
def _(event: OutcomeRecorded, told: Telling) -> Told:
    title, total = instrument(event.instrument), _score(event.total, event.band)
    if event.imported:
        return Told(f"{title} {total} imported from {safe(event.imported.source)}, row {event.imported.row}.")
    html = f"{told.who} recorded {title}: <strong>{total}</strong>.{_safety(event)}"
    return Told(html, icon="safety" if event.safety_item_is_positive else None)


def _score(total: int | None, band: str | None) -> str:
    if total is None:
        return NO_TOTAL
    return f"{total}, {safe(band)}" if band else str(total)


def _safety(event: OutcomeRecorded) -> str:
    if not event.has_safety_item:
        return ""
    item = load(event.instrument, event.instrument_version).safety_item
    number = item.number if item else 0
    if event.safety_answer is None:
        return f" Item {number} was not asked."
    return f" <strong>Item {number} is above 0</strong> (answer {event.safety_answer})." if event.safety_answer else ""


@calls(OutcomeRecorded)
def _(event: OutcomeRecorded) -> tuple[UUID, str]:
    return event.outcome_id, instrument(event.instrument)


@says(OutcomeCorrected, "corrected", Category.CORRECTIONS)
def _(event: OutcomeCorrected, told: Telling) -> Told:
    was = NO_TOTAL if event.was_total is None else str(event.was_total)
    html = (
        f"{told.who} corrected {named(event.outcome_id)}: <s>{was}</s> → "
        f"<strong>{_score(event.total, event.band)}</strong>."
    )
    return Told(html, free(Reason=event.reason), corrects=event.replaces)
