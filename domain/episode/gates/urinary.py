"""Urinary symptoms (rule 26): new or worse than at the start waits for a prescriber; as before is a note (case U1)."""

from collections.abc import Iterable
from datetime import datetime

from domain.actor import Role
from domain.days import day_of
from domain.episode.check_in.symptoms import SymptomReport
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, on
from domain.episode.intake.intake import UrinaryBaseline
from domain.protocol.numbers import Numbers

NOTHING = UrinaryBaseline(frequency_per_day=0, nocturia_per_night=0, urgency=False, dysuria=False, visible_blood=False)
YES_OR_NO = {"urgency": "urgency", "dysuria": "pain", "visible_blood": "visible blood"}


def urinary(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Closed by every report of new or worse symptoms that no prescriber has looked at; stopping is the cause's."""
    if not is_in_force(asked.protocol.numbers):
        return
    waiting = waiting_for_review(episode, asked)
    if waiting:
        facts = [_said(episode, report, asked) for report in waiting]
        opens = Opens(act="A prescriber looks at it.", decision="review_symptoms", by=Role.PRESCRIBER)
        missing = "a prescriber's look at the urinary symptoms"
        entries = [report.entry_id for report in waiting]
        yield asked.closed("26", "urinary", *facts, missing=missing, opens=opens, entries=entries)
        return
    known = _answered(episode, asked.now)
    yield asked.open("26", "urinary", _nothing_new(known))
    if known and has_symptoms(known[-1].urinary or NOTHING):
        fact = f"As before on {_day(known[-1], asked)}: {in_words(known[-1].urinary or NOTHING)}."
        missing, entries = "nothing; it is a note", [known[-1].entry_id]
        yield asked.closed("26.steady", "urinary_steady", fact, missing=missing, opens=Opens(), entries=entries)


def _nothing_new(known: list[SymptomReport]) -> str:
    if not known:
        return "Nobody has asked about them yet."
    last = known[-1].urinary or NOTHING
    return "Nothing new or worse." if last.is_whole else "Nothing new or worse in what was asked; not all was."


def is_in_force(numbers: Numbers) -> bool:
    return numbers.urinary_frequency_rise is not None and numbers.urinary_nocturia_rise is not None


def waiting_for_review(episode: Episode, asked: Question) -> list[SymptomReport]:
    """Reports of new or worse symptoms that no prescriber has looked at, the oldest first."""
    return waiting_at(episode, asked.protocol.numbers, asked.now)


def waiting_at(episode: Episode, numbers: Numbers, moment: datetime) -> list[SymptomReport]:
    """The same, as it stood at that moment."""
    answered = _answered(episode, moment)
    return [one for one in answered if not one.reviewed_by_prescriber and _worse(episode, one, numbers, moment)]


def worse_in(episode: Episode, report: SymptomReport, asked: Question) -> list[str]:
    """What is new or worse in a report, in words; against the start, or what a prescriber has looked at since."""
    return _worse(episode, report, asked.protocol.numbers, asked.now)


def _worse(episode: Episode, report: SymptomReport, numbers: Numbers, moment: datetime) -> list[str]:
    now = report.urinary
    frequency_rise, nocturia_rise = numbers.urinary_frequency_rise, numbers.urinary_nocturia_rise
    if now is None or frequency_rise is None or nocturia_rise is None:
        return []
    before = _known_before(episode, report, moment)
    found = []
    by_night, by_day = before.nocturia_per_night or 0, before.frequency_per_day
    if now.nocturia_per_night is not None and now.nocturia_per_night >= by_night + nocturia_rise.value:
        found.append(f"{now.nocturia_per_night} times a night, was {by_night}")
    if by_day and now.frequency_per_day is not None and now.frequency_per_day >= by_day + frequency_rise.value:
        found.append(f"{now.frequency_per_day} times a day, was {by_day}")
    found += [words for name, words in YES_OR_NO.items() if getattr(now, name) and not getattr(before, name)]
    return found


def _known_before(episode: Episode, report: SymptomReport, moment: datetime) -> UrinaryBaseline:
    """The start, and whatever a prescriber has seen since: nobody is held for life by what was judged once.

    What nobody asked at the intake is new where it is named; how often a day is compared with nothing.
    """
    start = episode.intake.urinary if episode.intake else None
    seen = [
        one.urinary
        for one in _answered(episode, moment)
        if one.reviewed_by_prescriber and one.urinary and one.reported_at < report.reported_at
    ]
    known = [one for one in (start, *seen) if one is not None]
    if not known:
        return NOTHING
    return UrinaryBaseline(
        frequency_per_day=max(one.frequency_per_day or 0 for one in known),
        nocturia_per_night=max(one.nocturia_per_night or 0 for one in known),
        urgency=any(one.urgency is True for one in known),
        dysuria=any(one.dysuria is True for one in known),
        visible_blood=False,  # blood is looked at each time
    )


def has_symptoms(found: UrinaryBaseline) -> bool:
    """Anything besides how often a day."""
    return bool(found.nocturia_per_night) or any(getattr(found, name) for name in YES_OR_NO)


def in_words(found: UrinaryBaseline) -> str:
    """Times by night, and what was answered with yes."""
    said = [words for name, words in YES_OR_NO.items() if getattr(found, name)]
    by_night = [] if found.nocturia_per_night is None else [f"{found.nocturia_per_night} times a night"]
    return all_of([*by_night, *said])


def _answered(episode: Episode, moment: datetime) -> list[SymptomReport]:
    """Reports in which the questions about passing water were answered, by that moment."""
    known = (r for r in episode.symptom_reports.values() if r.urinary is not None and r.reported_at <= moment)
    return sorted(known, key=lambda report: report.reported_at)


def _said(episode: Episode, report: SymptomReport, asked: Question) -> str:
    return f"{_day(report, asked)}: {all_of(worse_in(episode, report, asked))}."


def _day(report: SymptomReport, asked: Question) -> str:
    return on(day_of(report.reported_at, asked.network.zone))
