"""A corrected birth date is looked at in the open course; another name or contact is not."""

from datetime import date

from domain.episode.eligibility.recheck_age import RecheckAge
from domain.patient.correct_patient_details import PatientDetailsCorrected
from domain.policies.policy import Where
from domain.policies.recheck_age_when_patient_details_are_corrected import (
    RECHECK_AGE_WHEN_PATIENT_DETAILS_ARE_CORRECTED as POLICY,
)
from tests.domain.given import given
from tests.domain.people import sealed


def test_only_a_corrected_birth_date_calls_for_another_look() -> None:
    assert POLICY.where is Where.OPEN_EPISODES_OF_THE_PATIENT
    born = PatientDetailsCorrected(birth_date=sealed(date(2009, 3, 11).isoformat()), adult=False)
    named = PatientDetailsCorrected(name=sealed("ada"))
    orders = [POLICY.order(*recorded) for recorded in given(born, named, stream="patient").recorded]
    assert orders == [RecheckAge(), None]
