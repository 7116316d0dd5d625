"""Questions of the day that are answered yes or no. One that was not asked keeps its gate closed."""

from collections.abc import Iterable

from domain.actor import Role
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import Checklist

ASK = Opens(act="Record the checklist.", decision="record_checklist", by=Role.THERAPIST)
ANOTHER_DAY = Opens(act="Hold the session and book another day.", decision="end_dosing_session", by=Role.THERAPIST)
REVIEW = Opens(act="Review and release, or override.", by=Role.PRESCRIBER)


def suicide_question(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Asked today (nobody overrides that), and answered no, or reviewed by a prescriber who released the hold."""
    checklist = asked.checklist
    answer = checklist.suicidal_thoughts_today if checklist else None
    if checklist is None or answer is None:
        missing = "the question about suicide today"
        return [asked.closed("+suicide_question", "suicide_question", missing=missing, opens=ASK)]
    was_asked = asked.open("+suicide_question", "suicide_question", entries=[checklist.entry_id])
    if not answer or _is_reviewed(episode, asked, checklist):
        return [was_asked, asked.open("+suicidal_thoughts", "suicidal_thoughts", entries=[checklist.entry_id])]
    missing = "a prescriber's review of suicidal thoughts today"
    closed = asked.closed(
        "+suicidal_thoughts", "suicidal_thoughts", missing=missing, opens=REVIEW, entries=[checklist.entry_id]
    )
    return [was_asked, closed]


def sober(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Not intoxicated now (absolute); no alcohol or cannabis within the hold (a prescriber may override)."""
    checklist = asked.checklist
    now = checklist.intoxicated if checklist else None
    lately = checklist.alcohol_or_thc_within_hold if checklist else None
    hours = asked.protocol.numbers.alcohol_thc_hold_hours.value
    yield _must_be_no(asked, "+intoxicated", "intoxicated", now, "a sober patient", ANOTHER_DAY)
    missing = f"{hours} h without alcohol or cannabis"
    yield _must_be_no(asked, "+alcohol_thc", "alcohol_thc", lately, missing, REVIEW)


def capacity(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Doubt about capacity on the day closes, and nobody overrides it."""
    checklist = asked.checklist
    in_doubt = checklist.capacity_in_doubt if checklist else None
    yield _must_be_no(asked, "+capacity", "capacity", in_doubt, "capacity to consent, beyond doubt", ANOTHER_DAY)


def driving_rule(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Rule 16: acknowledged before the dose."""
    checklist = asked.checklist
    if checklist is not None and checklist.driving_acknowledged:
        return [asked.open("16", "driving", entries=[checklist.entry_id])]
    return [asked.closed("16", "driving", missing="the patient's word not to drive until tomorrow", opens=ASK)]


def pregnancy_today(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Nothing has changed since the intake; its own answer is asked before the session opens."""
    checklist = asked.checklist
    changed = checklist.pregnancy_changed if checklist else None
    yield _must_be_no(asked, "+pregnancy", "pregnancy_today", changed, "pregnancy excluded today", REVIEW)


def ketamine_elsewhere_today(episode: Episode, asked: Question) -> Iterable[Gate]:
    """Ketamine from somebody else counts towards the interval, so the day of it has to be known."""
    checklist = asked.checklist
    elsewhere = checklist.ketamine_elsewhere if checklist else None
    opens = Opens(act="Report when, and wait.", decision="report_ketamine_elsewhere", by=Role.THERAPIST)
    missing = "no ketamine elsewhere since the last dose here"
    yield _must_be_no(asked, "+ketamine_elsewhere", "ketamine_elsewhere_today", elsewhere, missing, opens)


def _must_be_no(asked: Question, rule: str, key: str, answer: bool | None, missing: str, opens: Opens) -> Gate:
    checklist = asked.checklist
    entries = [checklist.entry_id] if checklist else []
    if answer is None:
        return asked.closed(rule, key, "Not asked today.", missing=missing, opens=ASK, entries=entries)
    if answer:
        return asked.closed(rule, key, "Answered yes today.", missing=missing, opens=opens, entries=entries)
    return asked.open(rule, key, entries=entries)


def _is_reviewed(episode: Episode, asked: Question, checklist: Checklist) -> bool:
    placed = [
        h
        for h in episode.holds.values()
        if h.reason is HoldReason.SUICIDAL_THOUGHTS and h.because_of == checklist.checklist_id
    ]
    return bool(placed) and all(h.released_at is not None and h.released_at <= asked.now for h in placed)
