"""A licence, a training or a suspension changed: plans and booked sessions that count on that person are looked at."""

from domain.clinician.admit_clinician import ClinicianAdmitted
from domain.clinician.clinician import ClinicianEvent
from domain.clinician.complete_training import TrainingCompleted
from domain.clinician.note_expired_licences import LicenceExpired
from domain.clinician.record_licence import LicenceRecorded
from domain.clinician.reinstate_clinician import ClinicianReinstated
from domain.clinician.suspend_clinician import ClinicianSuspended
from domain.clinician.withdraw_licence import LicenceWithdrawn
from domain.decision import decision_of
from domain.episode.team.recheck_credentials import RecheckCredentials, recheck_credentials
from domain.event import Envelope
from domain.policies.policy import Policy, Where


def _order(event: ClinicianEvent, envelope: Envelope) -> RecheckCredentials:
    return RecheckCredentials(clinician_id=envelope.stream_id)


RECHECK_CREDENTIALS_WHEN_ONE_CHANGES = Policy(
    name="recheck_credentials_when_one_changes",
    when=(
        ClinicianAdmitted,
        ClinicianReinstated,
        ClinicianSuspended,
        LicenceExpired,
        LicenceRecorded,
        LicenceWithdrawn,
        TrainingCompleted,
    ),
    where=Where.EPISODES_OF_THE_CLINICIAN,
    decision=decision_of(recheck_credentials),
    order=_order,
)
