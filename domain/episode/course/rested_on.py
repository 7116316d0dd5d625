"""The doses that rested on an entry which turns out to have been in error: each is told to the prescriber."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from domain.days import day_of
from domain.episode.consent.consents import Consent, ConsentType
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.dosing.clear_to_dose import DoseCleared
from domain.episode.dosing.confirm_place import PlaceConfirmed
from domain.episode.dosing.record_checklist import ChecklistRecorded
from domain.episode.dosing.record_companion_arrival import CompanionArrived
from domain.episode.dosing.standing_clearance import clearance_of
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import Eligibility
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.intake import Way
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose, Session
from domain.episode.session.without_entry import without_entry
from domain.event import Event, Recorded
from domain.network.network import Network


class OfTheDay(NamedTuple):
    """The rule that a dose broke without that entry, and whether a session still has what the entry recorded."""

    rule: str
    code: str
    is_there: Callable[[Session, Dose], bool]


IN_THE_SESSION: Mapping[type[Event], OfTheDay] = {
    DoseCleared: OfTheDay("4", "clearance_in_error", lambda s, d: clearance_of(s, d.part, d.taken_at) is not None),
    ChecklistRecorded: OfTheDay("+suicide_question", "checklist_in_error", lambda s, d: s.checklist is not None),
    PlaceConfirmed: OfTheDay("+place", "place_in_error", lambda s, d: s.place is not None),
    CompanionArrived: OfTheDay("12", "companion_in_error", lambda s, d: s.companion_at(d.taken_at) is not None),
}


def doses_that_rested_on(entry: Recorded, episode: Episode, network: Network) -> Iterator[DeviationNoted]:
    """A deviation for the first dose of each session that nothing else allowed, in the order of the doses."""
    for dose in _first_doses(episode):
        match entry.event:
            case ConsentSigned() if _had_agreed_only_by(entry, episode, dose):
                yield note_deviation("1", "consent_in_error", dose.dose_id)
            case EligibilityDetermined() if _was_eligible_only_by(entry, episode, dose, network.zone):
                yield note_deviation("2", "eligibility_in_error", dose.dose_id)
            case IntakeCompleted() | IntakeUpdated() if entry.envelope.occurred_at <= dose.taken_at:
                yield note_deviation("+intake", "intake_in_error", dose.dose_id)
    yield from _of_the_day(entry, episode)


def _of_the_day(entry: Recorded, episode: Episode) -> Iterator[DeviationNoted]:
    """What was answered, seen or cleared in that session for another patient was not answered, seen or cleared here."""
    found, session_id = IN_THE_SESSION.get(type(entry.event)), getattr(entry.event, "session_id", None)
    session = episode.sessions.get(session_id) if session_id else None
    if found is None or session is None or (found.rule == "12" and session.way is Way.IN_PERSON):
        return
    left = without_entry(episode, entry.envelope.event_id).sessions[session.session_id]
    for dose in session.doses.values():
        if found.is_there(session, dose) and not found.is_there(left, dose):
            yield note_deviation(found.rule, found.code, dose.dose_id)


def _first_doses(episode: Episode) -> list[Dose]:
    return [min(session.doses.values(), key=lambda dose: dose.taken_at) for session in dosed_sessions(episode)]


def _had_agreed_only_by(entry: Recorded, episode: Episode, dose: Dose) -> bool:
    left = [one for one in episode.consents if one.entry_id != entry.envelope.event_id]
    return _had_agreed(episode.consents, dose) and not _had_agreed(left, dose)


def _had_agreed(consents: Iterable[Consent], dose: Dose) -> bool:
    return any(one.consent_type is ConsentType.KETAMINE and one.is_standing_at(dose.taken_at) for one in consents)


def _was_eligible_only_by(entry: Recorded, episode: Episode, dose: Dose, zone: str) -> bool:
    left = [one for one in episode.determinations if one.entry_id != entry.envelope.event_id]
    return _was_eligible(episode.determinations, dose, zone) and not _was_eligible(left, dose, zone)


def _was_eligible(determinations: Iterable[Eligibility], dose: Dose, zone: str) -> bool:
    """By what had been determined last before the dose."""
    before = (one for one in determinations if one.determined_at <= dose.taken_at)
    latest = max(before, key=lambda one: one.determined_at, default=None)
    return latest is not None and latest.is_valid_on(day_of(dose.taken_at, zone))
