"""Everything that can be decided about who a patient is."""

from domain.decision import Decision, decision_of
from domain.patient.call_off_erasure import call_off_erasure
from domain.patient.confirm_erasure import confirm_erasure, erase_again
from domain.patient.correct_patient_details import correct_patient_details
from domain.patient.lift_legal_hold import lift_legal_hold
from domain.patient.place_legal_hold import place_legal_hold
from domain.patient.propose_erasure import propose_erasure
from domain.patient.register_patient import register_patient

OF_COMPLIANCE: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (
        # keeping a record whatever its period
        place_legal_hold,
        lift_legal_hold,
        # erasing, by two people
        propose_erasure,
        call_off_erasure,
        confirm_erasure,
    )
)
"""What compliance decides about a patient's record."""
DECISIONS: tuple[Decision, ...] = (
    decision_of(register_patient),
    decision_of(correct_patient_details),
    *OF_COMPLIANCE,
    decision_of(erase_again),
)
