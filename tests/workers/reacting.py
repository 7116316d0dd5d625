"""A patient with two episodes, and policies carried out on them to the end of the log."""

from uuid import UUID, uuid4

from deploy.read_models import open_log
from domain.actor import Role
from domain.episode.course.discharge_patient import DischargePatient, DischargeReason, discharge_patient
from domain.episode.episode import EPISODE
from domain.episode.safety.carry_over_adverse_event import AdverseEventCarriedOver
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.report_adverse_event import (
    AdverseEventReported,
    AdverseEventTerm,
    ReportAdverseEvent,
    report_adverse_event,
)
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.policies import POLICIES
from domain.policies.policy import Policy
from store.command import system_clock
from tests.postgres import Database
from tests.store.house import House
from workers.react import react_to_all
from workers.reaction import Reaction
from workers.shift import connect

(POLICY,) = (policy for policy in POLICIES if AdverseEventReported in policy.when)
"""Carries an adverse event over into the open episode."""


class Course:
    """A patient whose first episode has ended and whose second is open."""

    def __init__(self, home: House) -> None:
        self.home, self.therapist = home, home.admit(Role.THERAPIST)
        self.patient_id, self.ended, self.open = home.register(), uuid4(), uuid4()
        home.refer(self.ended, self.patient_id, self.therapist)
        self.prescriber = home.admit(Role.PRESCRIBER)
        joins = AssignCareTeamMember(clinician_id=self.prescriber.actor_id, role=Role.PRESCRIBER)
        home.decide(EPISODE, self.ended, assign_care_team_member, joins, by=self.therapist)
        end = DischargePatient(reason=DischargeReason.COMPLETED)
        home.decide(EPISODE, self.ended, discharge_patient, end, by=self.therapist)
        home.refer(self.open, self.patient_id, self.therapist)

    def report(self, grade: int = 3) -> UUID:
        """After discharge, an adverse event is reported in the episode that has ended."""
        event_id = uuid4()
        order = ReportAdverseEvent(
            adverse_event_id=event_id, term=AdverseEventTerm.CONFUSION, grade=grade, serious=False
        )
        self.home.decide(EPISODE, self.ended, report_adverse_event, order, by=self.therapist)
        return event_id

    def carried_over(self) -> list[UUID]:
        """Adverse events that the open episode has taken over, in order; each with its hold."""
        history = self.home.care.history(EPISODE, self.open, network_id=self.home.network_id)
        held = [event.because_of for event, _ in history if isinstance(event, HoldPlaced)]
        carried = [event.adverse_event_id for event, _ in history if isinstance(event, AdverseEventCarriedOver)]
        assert held == carried
        return carried


def reaction(home: House) -> Reaction:
    return Reaction(home.care, home.datastore, system_clock)


def react(home: House, database: Database, *policies: Policy) -> None:
    """Carry out policies to the end of the log."""
    with connect(database.work_url) as connection, open_log(database.work_url) as log:
        react_to_all(connection, log, policies or POLICIES, reaction(home))
