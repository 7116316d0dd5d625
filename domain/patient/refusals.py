"""What stands in the way of a decision about a patient, wherever it is taken."""

from domain.patient.patient import Patient
from domain.refusal import Refused


class PatientIsNotRegistered(Refused):
    """There is no such patient in this network. Register them first."""


class PatientIsErased(Refused):
    """This patient was erased: nothing can be written about them any more. Register somebody who comes back anew."""


class AnotherReference(Refused):
    """This is not the reference of this patient. Look again at whose page this is."""


class RecordIsUnderLegalHold(Refused):
    """This record is under a legal hold. It is lifted first, when the dispute is over."""


class EpisodeIsOpen(Refused):
    """This patient has an open episode. Discharge the patient first."""


class NoErasureIsProposed(Refused):
    """No such erasure is proposed for this patient. Propose it first."""


def must_be_registered(patient: Patient) -> None:
    """Raises PatientIsNotRegistered, or PatientIsErased."""
    if patient.patient_id is None:
        raise PatientIsNotRegistered
    if patient.erased_at is not None:
        raise PatientIsErased


def must_be_meant(patient: Patient, reference: str) -> None:
    """Raises AnotherReference: whoever types the reference has looked at whom they erase."""
    if reference.strip().upper() != patient.reference:
        raise AnotherReference(field="reference")


def must_be_free_to_erase(patient: Patient, has_open_episode: bool) -> None:
    """Raises RecordIsUnderLegalHold, or EpisodeIsOpen."""
    if patient.legal_holds:
        raise RecordIsUnderLegalHold(missing="the legal hold lifted")
    if has_open_episode:
        raise EpisodeIsOpen(missing="the patient discharged")
