"""Plan, licences, therapist, companion, legal basis and on call: rules 3, 12, 13, 18 and 20, cases X3, L1 and L2."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.derived import derived_id
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.intake.intake import Way
from domain.episode.plan.accept_hand_over import accept_hand_over
from domain.episode.plan.issue_plan import issue_plan
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.team.assign_care_team_member import assign_care_team_member
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved, remove_care_team_member
from tests.domain.given import at, given
from tests.domain.people import ABARA, LINDQVIST, PROTOCOL, RIVERA, SOLIS, TEST_NETWORK, clinician, clinicians, local
from tests.dosing_day import BOOKED, OPENED, SESSION, booked, place
from tests.gate_answers import gate
from tests.situations import ADA_INTAKE, ASSIGNED, ELIGIBLE, PLAN, PREPARED, terms

NOON = "2026-03-17 13:20"
SECOND_PLAN = derived_id("plan", 2)


def test_a_plan_has_to_be_in_force() -> None:
    assert gate(given(BOOKED), "plan", NOON).is_open
    assert gate(given(ELIGIBLE, at("2026-03-11 09:00", booked())), "plan", NOON).opens.decision == "issue_plan"
    suspended = given(BOOKED, PlanSuspended(plan_id=PLAN, because=SuspendedBecause.PATIENT_WISH))
    asked = gate(suspended, "plan", NOON)
    assert asked.facts[0] == "Plan 1 is suspended: patient wish."
    assert asked.opens.decision == "resume_plan"
    assert asked.gate_class is GateClass.ABSOLUTE


def test_x3_a_plan_holds_through_its_last_day() -> None:
    assert gate(given(BOOKED), "plan", "2026-08-31 23:59").is_open
    assert gate(given(BOOKED), "plan", "2026-09-01 00:00").missing == "a new plan"


def test_x3_a_licence_holds_through_its_last_day() -> None:
    until = clinicians(clinician(RIVERA, until=date(2026, 3, 17)))
    assert gate(given(BOOKED), "licence", "2026-03-17 23:59", clinicians=until).is_open
    assert not gate(given(BOOKED), "licence", "2026-03-18 00:00", clinicians=until).is_open


def test_l1_licences_count_where_the_patient_is_today() -> None:
    assert gate(given(OPENED), "licence", NOON).is_open
    in_jersey = given(OPENED, at("2026-03-17 13:25", place(state="NJ")))
    for key, who in (("licence", "The plan's prescriber"), ("therapist", "The therapist")):
        asked = gate(in_jersey, key, "2026-03-17 13:30", checkpoint=Checkpoint.CLEAR)
        assert f"{who} has no licence in NJ." in asked.facts
        assert asked.gate_class is GateClass.ABSOLUTE
    both = clinicians(clinician(RIVERA, states=("NJ",)), clinician(LINDQVIST, states=("NJ",)))
    for key in ("licence", "therapist"):
        assert gate(in_jersey, key, "2026-03-17 13:30", checkpoint=Checkpoint.CLEAR, clinicians=both).is_open


def test_l2_a_covering_prescriber_issues_the_plan_again() -> None:
    gone = clinicians(clinician(RIVERA, until=date(2026, 3, 16)))
    assert not gate(given(BOOKED), "licence", "2026-03-17 13:20", clinicians=gone).is_open
    accepted = given(BOOKED).when(accept_hand_over, by=ABARA, now="2026-03-17 09:00", clinicians=gone)
    again = accepted.when(
        issue_plan, by=ABARA, now="2026-03-17 09:10", plan_id=SECOND_PLAN, terms=terms(), clinicians=gone
    )
    assert gate(again, "licence", "2026-03-17 13:20", clinicians=gone).is_open


def test_a_suspended_prescriber_closes_the_plan() -> None:
    suspended = clinicians(clinician(RIVERA, suspended=True))
    assert (
        "The plan's prescriber does not work in this network."
        in gate(given(BOOKED), "licence", NOON, clinicians=suspended).facts
    )


def test_a_therapist_is_licensed_and_trained() -> None:
    assert gate(given(BOOKED), "therapist", NOON).is_open
    untrained = gate(given(BOOKED), "therapist", NOON, clinicians=clinicians(clinician(LINDQVIST, trained=False)))
    assert untrained.missing == "training: KAP theory and method and KAP therapy protocols"
    unlicensed = gate(given(BOOKED), "therapist", NOON, clinicians=clinicians(clinician(LINDQVIST, states=("CA",))))
    assert "The therapist has no licence in NY." in unlicensed.facts


def test_somebody_has_to_be_the_therapist() -> None:
    left = CareTeamMemberRemoved(
        clinician_id=LINDQVIST.actor_id, role=Role.THERAPIST, until_at=local("2026-03-12 09:00")
    )
    nobody = given(PREPARED, at("2026-03-12 09:00", left))
    assert gate(nobody, "therapist", NOON, None).missing == "a therapist on the care team"


@pytest.mark.parametrize(
    ("changed", "is_open"),
    [({}, True), ({"companion_is_adult": False}, False), ({"companion_is_adult": None}, False)],
)
def test_the_companion_named_is_an_adult(changed: dict[str, Any], is_open: bool) -> None:
    asked = gate(given(PREPARED, at("2026-03-11 09:00", booked(**changed))), "companion", NOON)
    assert asked.is_open is is_open


@pytest.mark.parametrize(
    ("way", "rule", "gate_class"),
    [
        (Way.REMOTE, "12", GateClass.ABSOLUTE),
        (Way.GROUP, "12", GateClass.ABSOLUTE),
        (Way.IN_PERSON, "13", GateClass.OVERRIDE),
    ],
)
def test_a_chaperone_at_home_and_a_ride_from_the_office(way: Way, rule: str, gate_class: GateClass) -> None:
    nobody = given(PREPARED, at("2026-03-11 09:00", booked(way=way, companion_id=None)))
    asked = gate(nobody, "companion", NOON)
    assert (asked.rule, asked.gate_class, asked.is_open) == (rule, gate_class, False)


def test_a_legal_basis_is_in_force_on_the_day() -> None:
    assert gate(given(BOOKED), "legal_basis", NOON).is_open
    assert gate(given(BOOKED), "legal_basis", "2026-12-31 23:59").is_open
    after = gate(given(BOOKED), "legal_basis", "2027-01-01 00:00")
    assert not after.is_open
    assert after.gate_class is GateClass.ABSOLUTE
    note = gate(given(BOOKED), "legal_basis_ends", "2026-11-01 09:00")
    assert not note.is_open
    assert not note.stands_in_the_way


def test_an_intake_in_person_needs_no_legal_basis_for_telehealth() -> None:
    in_person = ADA_INTAKE.model_copy(update={"way": Way.IN_PERSON})
    met = given(ASSIGNED, at("2026-03-02 09:58", in_person, by=RIVERA), at("2026-03-11 09:00", booked()))
    assert gate(met, "legal_basis", "2027-01-01 00:00").is_open


def test_a_working_prescriber_is_on_call() -> None:
    assert gate(given(BOOKED), "on_call", NOON).facts == ("A prescriber is on call: +1 212 555 0100.",)
    nobody = replace(TEST_NETWORK, on_calls=())
    assert not gate(given(BOOKED), "on_call", NOON, network=nobody).is_open
    suspended = clinicians(clinician(ABARA, suspended=True))
    assert not gate(given(BOOKED), "on_call", NOON, clinicians=suspended).is_open


def test_gates_name_their_source_and_come_in_page_order() -> None:
    asked = given(BOOKED).gates(Checkpoint.OPEN, now=NOON, session_id=None)
    assert [found.key for found in asked[:11]] == [
        "consent",
        "eligibility",
        "contraindications",
        "plan",
        "preparation",
        "integration",
        "follow_up",
        "interval",
        "companion",
        "safety_review",
        "adverse_events",
    ]
    assert all(found.source == PROTOCOL.rule(found.rule).source for found in asked)
    ready = given(BOOKED).gates(Checkpoint.OPEN, now=NOON, session_id=SESSION)
    assert not any(found.stands_in_the_way for found in ready)


def test_rule_18_a_covering_therapist_takes_the_session() -> None:
    """The way that the gate names: without it a session booked with somebody else could only be booked anew."""
    ill = clinicians(clinician(LINDQVIST, suspended=True))
    assert not gate(given(BOOKED), "therapist", NOON, clinicians=ill).is_open
    covered = given(BOOKED).when(
        assign_care_team_member, now="2026-03-17 11:00", clinician_id=SOLIS.actor_id, role="therapist"
    )
    assert gate(covered, "therapist", NOON, clinicians=ill).is_open


def test_rule_18_who_has_left_the_team_vouches_for_nobody() -> None:
    """The session stays booked with them, and another runs it: it is that one's licence that counts."""
    covered = given(BOOKED).when(
        assign_care_team_member, now="2026-03-17 11:00", clinician_id=SOLIS.actor_id, role="therapist"
    )
    left = covered.when(
        remove_care_team_member, now="2026-03-17 11:10", clinician_id=LINDQVIST.actor_id, role="therapist"
    )
    assert gate(left, "therapist", NOON).is_open
    elsewhere = clinicians(clinician(SOLIS, states=("CA",)))
    assert gate(covered, "therapist", NOON, clinicians=elsewhere).is_open
    assert "The therapist has no licence in NY." in gate(left, "therapist", NOON, clinicians=elsewhere).facts


def test_l2_a_prescriber_who_leaves_in_the_middle_of_a_session_closes_its_next_part() -> None:
    left = given(OPENED).when(
        remove_care_team_member, now="2026-03-17 13:40", clinician_id=RIVERA.actor_id, role="prescriber"
    )
    assert not gate(left, "licence", "2026-03-17 13:45", checkpoint=Checkpoint.CLEAR).is_open
