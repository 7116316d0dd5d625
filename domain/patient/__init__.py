"""Everything that can be decided about who a patient is."""

from domain.decision import Decision, decision_of
from domain.patient.correct_patient_details import correct_patient_details
from domain.patient.register_patient import register_patient

DECISIONS: tuple[Decision, ...] = tuple(decision_of(d) for d in (register_patient, correct_patient_details))
