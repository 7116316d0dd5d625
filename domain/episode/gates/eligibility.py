"""Eligibility (rule 2): determined after everything that bears on it, through the whole of its last day."""

from collections.abc import Iterable, Iterator

from domain.actor import Role
from domain.episode.course.pause import Pause
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import at, count, on


def eligibility(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed while not eligible, past its last day, overtaken by a finding, or while a clearance is open."""
    determined = episode.eligibility
    entries = [determined.entry_id] if determined else []
    opens = Opens(act="A prescriber determines eligibility.", decision="determine_eligibility", by=Role.PRESCRIBER)
    problem = next(_problems(episode, asked), None)
    if problem is not None:
        fact, missing = problem
        yield asked.closed("2", "eligibility", fact, missing=missing, opens=opens, entries=entries)
    elif determined is not None:
        until = f", until {on(determined.valid_until)}" if determined.valid_until else ""
        fact = f"Eligible since {at(determined.determined_at, asked.network.zone)}{until}."
        yield asked.open("2", "eligibility", fact, entries=entries)


def _problems(episode: Episode, asked: Question) -> Iterator[tuple[str, str]]:
    """What stands against it and what is missing, the most telling first."""
    zone, found = asked.network.zone, episode.eligibility
    if found is None:
        yield "Eligibility has not been determined.", "a prescriber's determination of eligibility"
        return
    if found.outcome is not EligibilityOutcome.ELIGIBLE:
        when, words = at(found.determined_at, zone), found.outcome.value.replace("_", " ")
        yield f"Determined {when}: {words}.", "a determination that the patient is eligible"
    if found.valid_until is not None and found.valid_until < asked.today:
        yield f"Eligible until {on(found.valid_until)}.", "eligibility determined anew"
    for clearance in episode.clearances.values():
        asked_for = f"Medical clearance by {clearance.specialty} asked for {at(clearance.requested_at, zone)}"
        if clearance.received_at is None:
            yield f"{asked_for}, not received.", f"medical clearance by {clearance.specialty}"
        elif not clearance.is_cleared and not clearance.is_considered_in(found):
            yield f"{asked_for}, received and not given.", "eligibility determined anew"
    for contraindication in episode.contraindications.values():
        changed_at = max(filter(None, [contraindication.found_at, contraindication.resolved_at]))
        if _is_absolute(asked, contraindication.code) and not contraindication.is_considered_in(found):
            yield (
                f"A contraindication changed {at(changed_at, zone)}, unknown when eligibility was determined.",
                "eligibility determined anew",
            )
    yield from _after_a_long_pause(episode, asked)


def _is_absolute(asked: Question, code: str) -> bool:
    listed = asked.protocol.contraindication(code)
    return listed is None or listed.is_absolute


def _after_a_long_pause(episode: Episode, asked: Question) -> Iterator[tuple[str, str]]:
    """After a pause of more than so many days nothing that was determined before counts."""
    pause = long_pause(episode, asked)
    if pause is None or episode.eligibility is None:
        return
    if episode.eligibility.determined_at < pause.resumed_at:
        yield f"The course was paused for {count(pause.days, 'day')}.", "eligibility determined anew after the pause"


def long_pause(episode: Episode, asked: Question) -> Pause | None:
    """The latest pause that was too long to go on without a new look; a short one after it does not undo that."""
    most = asked.protocol.numbers.pause_days_before_new_intake.value
    return next((pause for pause in reversed(episode.pauses) if pause.days > most), None)
