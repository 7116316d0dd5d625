"""Taking over an episode as its prescriber."""

from datetime import date

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.gates import Checkpoint
from domain.episode.plan.accept_hand_over import HandOverAccepted, accept_hand_over
from domain.episode.plan.issue_plan import PlanIssued, issue_plan
from domain.episode.plan.prescribing import PrescriberIsNotLicensed, PrescriberIsSuspended
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from tests.domain.given import Scenario, given
from tests.domain.people import ABARA, RIVERA, clinician, clinicians, local
from tests.situations import PREPARED, terms

RIVERA_LAPSED = clinicians(clinician(RIVERA, until=date(2026, 3, 16)))


def licence_is_open(scenario: Scenario, now: str) -> bool:
    gates = scenario.gates(Checkpoint.OPEN, now=now, clinicians=RIVERA_LAPSED)
    return all(gate.is_open for gate in gates if gate.key == "licence")


def test_l2_prescriber_gone() -> None:
    before = given(PREPARED)
    assert licence_is_open(before, "2026-03-16 23:00")
    assert not licence_is_open(before, "2026-03-17 13:00")
    covering = {"by": ABARA, "clinicians": RIVERA_LAPSED}
    accepted = before.when(accept_hand_over, now="2026-03-17 09:00", **covering)
    accepted.then(
        CareTeamMemberAssigned(clinician_id=ABARA.actor_id, role=Role.PRESCRIBER, from_at=local("2026-03-17 09:00")),
        HandOverAccepted(from_prescriber_id=RIVERA.actor_id, prescriber_id=ABARA.actor_id),
    )
    assert accepted.state.prescriber_at(local("2026-03-17 09:05")) == ABARA.actor_id
    order = {"plan_id": derived_id("plan", 2), "terms": terms()}
    issued = accepted.when(issue_plan, now="2026-03-17 09:10", **covering, **order)
    issued.includes(PlanIssued, prescriber_id=ABARA.actor_id, number=2)
    assert licence_is_open(issued, "2026-03-17 13:00")


def test_accepted_twice_is_accepted_once() -> None:
    given(PREPARED).when(accept_hand_over, by=RIVERA).then()
    given(PREPARED).when(accept_hand_over, by=ABARA).when(accept_hand_over, by=ABARA).then()


def test_only_an_active_prescriber_licensed_there_takes_over() -> None:
    suspended = clinicians(clinician(ABARA, suspended=True))
    given(PREPARED).when(accept_hand_over, by=ABARA, clinicians=suspended).refused(PrescriberIsSuspended)
    elsewhere = clinicians(clinician(ABARA, states=("NJ",)))
    given(PREPARED).when(accept_hand_over, by=ABARA, clinicians=elsewhere).refused(PrescriberIsNotLicensed)
