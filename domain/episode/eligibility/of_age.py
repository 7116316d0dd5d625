"""Whether the patient is of age: by what is known of their birth date now, not only when they were referred."""

from domain.episode.episode import Episode
from domain.patient.patient import Patient
from domain.refusal import Refused


class PatientIsNotOfAge(Refused):
    """The patient is not of age, so there is no dose and no eligibility. If the birth date was wrong, correct it."""

    rule = "+adult"


def is_adult(episode: Episode, patient: Patient) -> bool:
    """By the patient's details, which may have been corrected since the referral in either direction."""
    return episode.is_adult is True if patient.is_adult is None else patient.is_adult


def require_of_age(episode: Episode, patient: Patient) -> None:
    if not is_adult(episode, patient):
        raise PatientIsNotOfAge
