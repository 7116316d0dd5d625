"""Everything that can be decided about a clinician."""

from domain.clinician.admit_clinician import admit_clinician
from domain.clinician.complete_training import complete_training
from domain.clinician.note_expired_licences import note_expired_licences
from domain.clinician.record_licence import record_licence
from domain.clinician.reinstate_clinician import reinstate_clinician
from domain.clinician.suspend_clinician import suspend_clinician
from domain.clinician.withdraw_licence import withdraw_licence
from domain.decision import Decision, decision_of

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(d)
    for d in (
        admit_clinician,
        record_licence,
        withdraw_licence,
        note_expired_licences,
        complete_training,
        suspend_clinician,
        reinstate_clinician,
    )
)
