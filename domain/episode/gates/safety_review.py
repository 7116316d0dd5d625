"""Safety review (rule 21): suicidal thoughts in a questionnaire stand above any total, and unknown is not no."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.holds import SAID
from domain.episode.gates.words import at, on
from domain.episode.outcome.outcomes import Outcome
from domain.episode.safety.high_risk import is_high, standing_review
from domain.episode.safety.holds import open_holds
from domain.episode.safety.safety import SAFETY_HOLDS, StandingReview
from domain.instrument import recorded_with, title_of

REVIEW = "a prescriber's review"


def safety_review(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed by an unreviewed answer above 0, by a hold it left, and by a questionnaire that left the item out."""
    call = asked.network.on_call(asked.now)
    opens = Opens(
        act="A prescriber reviews it.",
        decision="review_safety",
        by=Role.PRESCRIBER,
        call=call.phone if call else None,
    )
    facts, entries = _unreviewed(episode, asked)
    if facts:
        yield asked.closed("21", "safety_review", *facts, missing=REVIEW, opens=opens, entries=entries)
        return
    if (blank := not_screened(episode)) is not None:
        when = at(blank.taken_at, asked.network.zone)
        fact = f"{title_of(blank.instrument)} of {when}: not screened for suicidal thoughts."
        ask = Opens(act="Ask, and record the answers.", decision="record_outcome", by=Role.THERAPIST)
        missing = "the answer on suicidal thoughts"
        yield asked.closed("21", "safety_review", fact, missing=missing, opens=ask, entries=[blank.entry_id])
        return
    yield asked.open("21", "safety_review", *_reviewed(episode, asked))


def _unreviewed(episode: Episode, asked: Question) -> tuple[list[str], list[UUID]]:
    zone = asked.network.zone
    facts: list[str] = []
    entries: list[UUID] = []
    for outcome in newest_answers(episode):
        if outcome.safety_item_is_positive and not is_reviewed(episode, outcome, asked):
            facts.append(_said(outcome, zone))
            entries.append(outcome.entry_id)
    for hold in open_holds(episode):
        if hold.reason in SAFETY_HOLDS:
            facts.append(f"Held since {at(hold.placed_at, zone)}: {SAID[hold.reason]}.")
            entries.append(hold.entry_id)
    return facts, entries


def newest_answers(episode: Episode) -> list[Outcome]:
    """The newest answered safety item of each instrument; imported history raises nothing."""
    newest: dict[str, Outcome] = {}
    for outcome in sorted(live(episode), key=lambda o: o.taken_at):
        if outcome.safety_answer is not None:
            newest[outcome.instrument] = outcome
    return list(newest.values())


def not_screened(episode: Episode) -> Outcome | None:
    """The newest questionnaire that should have asked and did not, unless another has asked since."""
    return max(unanswered(live(episode)), key=lambda o: o.taken_at, default=None)


def unanswered(asked: Sequence[Outcome]) -> list[Outcome]:
    """Those of these questionnaires that left the item out, where no other of them has asked since."""
    return [o for o in asked if o.safety_answer is None and not any(_asks_instead(other, o) for other in asked)]


def _asks_instead(other: Outcome, blank: Outcome) -> bool:
    """A screening left open in the middle is finished only by the same one: no single item says as much (P4)."""
    if other.safety_answer is None or other.taken_at < blank.taken_at:
        return False
    was_begun = any(answer is not None for answer in blank.answers or ())
    is_triage = recorded_with(blank.instrument, blank.instrument_version).triage is not None
    return other.instrument == blank.instrument or not (is_triage and was_begun)


def is_reviewed(episode: Episode, outcome: Outcome, asked: Question) -> bool:
    """For good by a review that still stands in the record, or for that day by a standing one."""
    return outcome.safety_review_id in episode.safety_reviews or _standing(episode, outcome, asked) is not None


def _standing(episode: Episode, outcome: Outcome, asked: Question) -> StandingReview | None:
    if is_high(outcome):
        return None
    return standing_review(episode, outcome.instrument, outcome.safety_answer or 0, asked.today)


def _reviewed(episode: Episode, asked: Question) -> list[str]:
    facts = []
    for outcome in newest_answers(episode):
        facts.append(_said(outcome, asked.network.zone))
        if outcome.safety_item_is_positive and (review := _standing(episode, outcome, asked)) is not None:
            signed = at(review.signed_at, asked.network.zone)
            facts.append(f"Standing review of {signed}: up to {review.up_to_score}, until {on(review.until_on)}.")
    return facts or ["No questionnaire has asked about suicidal thoughts yet."]


def _said(outcome: Outcome, zone: str) -> str:
    instrument = recorded_with(outcome.instrument, outcome.instrument_version)
    said = instrument.safety_words(outcome.safety_answer, outcome.level)
    return f"{instrument.title} of {at(outcome.taken_at, zone)}: {said}."


def live(episode: Episode) -> list[Outcome]:
    """The questionnaires of this course that ask about suicidal thoughts; imported history asks nothing."""
    return [o for o in episode.outcomes.values() if o.has_safety_item and not o.is_imported]
