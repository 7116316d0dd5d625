"""A birth date was corrected: whether the patient is of age is looked at in their open course."""

from domain.decision import decision_of
from domain.episode.eligibility.recheck_age import RecheckAge, recheck_age
from domain.event import Envelope
from domain.patient.correct_patient_details import PatientDetailsCorrected
from domain.policies.policy import Policy, Where


def _order(event: PatientDetailsCorrected, envelope: Envelope) -> RecheckAge | None:
    return None if event.adult is None else RecheckAge()


RECHECK_AGE_WHEN_PATIENT_DETAILS_ARE_CORRECTED = Policy(
    name="recheck_age_when_patient_details_are_corrected",
    when=(PatientDetailsCorrected,),
    where=Where.OPEN_EPISODES_OF_THE_PATIENT,
    decision=decision_of(recheck_age),
    order=_order,
)
