"""Everything that can be decided about a clinician."""

from domain.clinician.admit_clinician import admit_clinician
from domain.clinician.complete_training import complete_training
from domain.clinician.record_licence import record_licence
from domain.clinician.reinstate_clinician import reinstate_clinician
from domain.clinician.suspend_clinician import suspend_clinician
from domain.decision import Decision, decision_of

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(d) for d in (admit_clinician, record_licence, complete_training, suspend_clinician, reinstate_clinician)
)
