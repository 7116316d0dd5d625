"""The doses that rested on an entry which turns out to have been in error: each is told to the prescriber."""

from collections.abc import Iterable, Iterator

from domain.days import day_of
from domain.episode.consent.consents import Consent, ConsentType
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import Eligibility
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions
from domain.episode.intake.complete_intake import IntakeCompleted
from domain.episode.intake.update_intake import IntakeUpdated
from domain.episode.safety.note_deviation import DeviationNoted, note_deviation
from domain.episode.session.session import Dose
from domain.event import Recorded
from domain.network.network import Network


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
