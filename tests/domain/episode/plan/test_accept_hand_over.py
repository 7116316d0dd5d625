"""Taking over an episode as its prescriber."""

from datetime import date

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.plan.accept_hand_over import HandOverAccepted, accept_hand_over
from domain.episode.plan.issue_plan import PlanIssued, issue_plan
from domain.episode.plan.prescribing import PrescriberIsNotLicensed, PrescriberIsSuspended
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.episode.team.remove_care_team_member import remove_care_team_member
from tests.domain.given import Scenario, given
from tests.domain.people import ABARA, OKAFOR, RIVERA, clinician, clinicians, local
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


def test_l2_nobody_doses_under_the_plan_of_a_prescriber_who_left_the_team() -> None:
    """Licensed, and at work elsewhere in the network: another prescriber issues the plan in their own name."""
    order = {"clinician_id": RIVERA.actor_id, "role": "prescriber"}
    gone = given(PREPARED).when(remove_care_team_member, by=OKAFOR, now="2026-03-16 10:00", **order)
    (licence,) = (gate for gate in gone.gates(Checkpoint.OPEN, now="2026-03-17 13:00") if gate.key == "licence")
    assert not licence.is_open
    assert "is not on the care team any more" in " ".join(licence.facts)
    assert licence.opens.decision == "accept_hand_over"
    assert licence.gate_class is GateClass.ABSOLUTE
