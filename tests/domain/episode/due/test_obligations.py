"""What is due, by when and with whom; the next step; who owns an alert (cases F1, P7, T2, B1, B2)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.actor import Role
from domain.episode.course.discharge_patient import DischargeReason, PatientDischarged
from domain.episode.dosing.attempt_check_in import CheckInAttempted
from domain.episode.dosing.record_next_day_check_in import NextDayCheckInRecorded
from domain.episode.due.next_step import next_step
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.due.owner import owner_of_alert
from domain.episode.eligibility.determine_eligibility import EligibilityDetermined
from domain.episode.eligibility.eligibility import EligibilityOutcome
from domain.episode.eligibility.receive_clearance import MedicalClearanceReceived
from domain.episode.eligibility.request_clearance import MedicalClearanceRequested, Specialty
from domain.episode.follow_up.book_follow_up import FollowUpBooked
from domain.episode.follow_up.follow_up import FollowUpDecision
from domain.episode.intake.book_intake import IntakeBooked
from domain.episode.intake.intake import Way
from domain.episode.plan.suspend_plan import PlanSuspended, SuspendedBecause
from domain.episode.referral.import_history import HistoryImported
from domain.episode.safety.note_deviation import note_deviation
from domain.episode.safety.place_hold import hold_because
from domain.episode.safety.safety import HoldReason
from domain.episode.session.session import SessionEnd
from domain.episode.team.assign_care_team_member import CareTeamMemberAssigned
from domain.episode.team.remove_care_team_member import CareTeamMemberRemoved
from tests.domain.given import History, at, given
from tests.domain.people import (
    ABARA,
    ADA,
    LINDQVIST,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    clinician,
    clinicians,
    local,
    sealed,
)
from tests.dosing_day import BOOKED, DOSED, RELEASED, SESSION, ended, integrated, plan_amended
from tests.gate_answers import SESSION_2, dosed_on, followed_up, phq9
from tests.situations import (
    ASSIGNED,
    CONSENTED,
    ELIGIBLE,
    INTAKE_DONE,
    PLAN,
    PLANNED,
    PREPARED,
    PRESCRIBED,
    REFERRED,
)

TWO_DOSES = (RELEASED, integrated("2026-03-19"), dosed_on("2026-03-24", 2, SESSION_2), integrated("2026-03-26"))


def due(*history: History, now: str) -> dict[str, Obligation]:
    found = obligations(given(*history).state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    assert len({obligation.key for obligation in found}) == len(found)
    return {obligation.key: obligation for obligation in found}


def step(*history: History, now: str) -> tuple[str, Role] | None:
    found = next_step(given(*history).state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return (found.what, found.with_role) if found else None


def asked_for(**changed: Any) -> tuple[History, ...]:
    request = MedicalClearanceRequested(
        clearance_id=ADA, specialty=Specialty.CARDIOLOGY, due_on=date(2026, 3, 20), **changed
    )
    return at("2026-03-02 10:15", request, by=RIVERA)


@pytest.mark.parametrize(
    ("history", "now", "what", "role"),
    [
        (REFERRED, "2026-02-27 09:00", "Assign care team", Role.COORDINATOR),
        (ASSIGNED, "2026-02-27 09:00", "Book the intake consult", Role.COORDINATOR),
        (INTAKE_DONE, "2026-03-02 10:00", "Determine eligibility", Role.PRESCRIBER),
        ((INTAKE_DONE, asked_for()), "2026-03-03 10:00", "Medical clearance", Role.COORDINATOR),
        (ELIGIBLE, "2026-03-02 11:00", "Consents to sign", Role.THERAPIST),
        (CONSENTED, "2026-03-03 12:00", "Issue a plan", Role.PRESCRIBER),
        (PLANNED, "2026-03-04 09:05", "Record the prescription", Role.PRESCRIBER),
        (PRESCRIBED, "2026-03-04 10:00", "Book the preparation session", Role.THERAPIST),
        (PREPARED, "2026-03-10 12:00", "Book the next dosing session", Role.THERAPIST),
        (BOOKED, "2026-03-17 09:00", "Dosing session 1, 14:00", Role.THERAPIST),
        (DOSED, "2026-03-17 14:30", "Dosing session 1 is under way", Role.THERAPIST),
        (RELEASED, "2026-03-18 09:00", "Next-day check-in", Role.THERAPIST),
        (TWO_DOSES, "2026-03-27 09:00", "Follow-up consult", Role.PRESCRIBER),
    ],
)
def test_one_next_step_through_the_course(history: History, now: str, what: str, role: Role) -> None:
    settled = () if "check-in" in what else checked_in(history)
    assert step(history, settled, now=now) == (what, role)


def checked_in(history: History) -> tuple[History, ...]:
    sessions = given(history).state.sessions.values()
    ended = [session for session in sessions if session.is_dosed and session.ended_at]
    return tuple(
        NextDayCheckInRecorded(
            session_id=session.session_id,
            at=session.ended_at,
            well=True,
        )
        for session in ended
    )


def test_every_step_says_why_and_with_whom() -> None:
    for obligation in due(TWO_DOSES, now="2026-04-10 09:00").values():
        assert obligation.why.endswith(".")
        assert obligation.with_id in (LINDQVIST.actor_id, RIVERA.actor_id)


def test_an_intake_that_is_booked_is_due_then() -> None:
    booked = at("2026-02-27 09:00", IntakeBooked(starts_at=local("2026-03-02 09:00"), way=Way.REMOTE))
    intake = due(ASSIGNED, booked, now="2026-03-02 08:00")["intake"]
    assert (intake.due_at, intake.with_id) == (local("2026-03-02 09:00"), RIVERA.actor_id)
    assert intake.is_overdue(local("2026-03-02 09:01"), "America/New_York")


def test_a_clearance_received_asks_for_the_decision_again() -> None:
    received = at("2026-03-10 09:00", MedicalClearanceReceived(clearance_id=ADA, is_cleared=True))
    assert set(due(INTAKE_DONE, asked_for(), now="2026-03-03 09:00")) >= {f"clearance:{ADA}"}
    assert "eligibility" not in due(INTAKE_DONE, asked_for(), now="2026-03-03 09:00")
    assert "eligibility" in due(INTAKE_DONE, asked_for(), received, now="2026-03-10 10:00")


def test_who_is_not_eligible_is_discharged() -> None:
    refused = EligibilityDetermined(
        outcome=EligibilityOutcome.NOT_ELIGIBLE, absolute=("acute_mania",), rationale=sealed("x"), adult=True
    )
    assert set(due(INTAKE_DONE, refused, now="2026-03-10 09:00")) == {"discharge"}


def test_f1_the_follow_up_is_due_on_day_30_of_the_networks_zone() -> None:
    follow_up = due(PREPARED, now="2026-04-01 23:59")["follow_up"]
    assert (follow_up.due_on, follow_up.blocks_dosing) == (date(2026, 4, 1), False)
    assert not follow_up.is_overdue(local("2026-04-01 23:59"), "America/New_York")
    assert follow_up.is_overdue(local("2026-04-02 00:00"), "America/New_York")


def test_a_follow_up_booked_in_time_is_due_then() -> None:
    booked = at("2026-03-20 09:00", FollowUpBooked(starts_at=local("2026-03-31 15:00")))
    follow_up = due(RELEASED, booked, now="2026-03-21 09:00")["follow_up"]
    assert (follow_up.due_at, follow_up.due_on) == (local("2026-03-31 15:00"), None)
    too_late = at("2026-03-20 09:00", FollowUpBooked(starts_at=local("2026-04-03 15:00")))
    assert due(RELEASED, too_late, now="2026-03-21 09:00")["follow_up"].due_on == date(2026, 4, 1)


def test_more_sessions_come_with_an_amended_plan() -> None:
    visit = followed_up("2026-04-01 09:00")
    assert "more_sessions" in due(TWO_DOSES, visit, now="2026-04-02 09:00")
    amended = at("2026-04-01 09:30", plan_amended(2, sessions_authorised=8))
    after = due(TWO_DOSES, visit, amended, now="2026-04-02 09:00")
    assert "book_dosing" in after
    assert not {"more_sessions", "follow_up"} & set(after)


def test_a_follow_up_that_stops_leads_to_discharge() -> None:
    stopped = followed_up("2026-04-01 09:00", FollowUpDecision.STOP, 0)
    after = due(TWO_DOSES, stopped, now="2026-04-02 09:00")
    assert "discharge" in after
    assert not {"book_dosing", "follow_up", "measure:phq-9"} & set(after)


def test_integration_is_owed_after_a_dose() -> None:
    owed = due(RELEASED, now="2026-03-18 09:00")["integration"]
    assert (owed.rule, owed.blocks_dosing, owed.decision) == ("8", True, "book_session")
    assert "integration" not in due(RELEASED, integrated("2026-03-19"), now="2026-03-20 09:00")


def test_measures_at_their_pace() -> None:
    assert due(PRESCRIBED, now="2026-03-05 09:00")["measure:phq-9"].due_on is None
    paced = due(PRESCRIBED, phq9("2026-03-05 10:00"), now="2026-03-06 09:00")["measure:phq-9"]
    assert paced.due_on == date(2026, 3, 19)


def test_b1_an_open_session_is_never_closed_by_a_timer() -> None:
    running = due(DOSED, now="2026-03-17 21:00")[f"running:{SESSION}"]
    assert running.due_at == local("2026-03-17 20:05")
    assert running.is_overdue(local("2026-03-17 21:00"), "America/New_York")


def test_b2_the_check_in_goes_to_the_prescriber_after_two_failed_attempts() -> None:
    first = due(RELEASED, now="2026-03-18 09:00")[f"check_in:{SESSION}"]
    assert (first.due_at, first.with_id) == (local("2026-03-18 18:00"), LINDQVIST.actor_id)
    attempts = [attempt(f"2026-03-18 {hour}:00") for hour in (18, 19)]
    told = due(RELEASED, attempts, now="2026-03-18 20:00")[f"check_in:{SESSION}"]
    assert (told.with_role, told.why) == (Role.PRESCRIBER, "2 attempts failed.")
    assert f"check_in:{SESSION}" not in due(RELEASED, checked_in(RELEASED), now="2026-03-19 09:00")


def attempt(when: str) -> CheckInAttempted:
    return CheckInAttempted(session_id=SESSION, at=local(when))


def test_t2_a_safety_call_within_the_hour() -> None:
    left = dosed_on("2026-03-17", 1, SESSION, over="15:00", ended_as=SessionEnd.AGAINST_ADVICE)
    call = due(PREPARED, left, now="2026-03-17 15:10")[f"safety_call:{SESSION}"]
    assert (call.due_at, call.is_safety) == (local("2026-03-17 16:00"), True)


def test_safety_comes_before_everything() -> None:
    hold = hold_because(HoldReason.SAFETY_ITEM, ADA)
    assert step(BOOKED, at("2026-03-16 09:00", hold), now="2026-03-17 09:00") == ("Safety review", Role.PRESCRIBER)


def test_every_hold_and_deviation_is_owed_an_answer() -> None:
    hold, noted = hold_because(HoldReason.VITALS, ADA), note_deviation("15", "over_maximum", ADA)
    owed = due(BOOKED, at("2026-03-16 09:00", hold, noted), now="2026-03-17 09:00")
    assert owed[f"hold:{hold.hold_id}"].decision == "release_hold"
    assert owed[f"deviation:{noted.deviation_id}"].why == "Over maximum, 16 Mar 2026 09:00."


def test_a_suspended_plan_is_to_be_resumed() -> None:
    suspended = PlanSuspended(plan_id=PLAN, because=SuspendedBecause.PATIENT_WISH)
    assert due(BOOKED, suspended, now="2026-03-17 09:00")["plan"].what == "Resume the plan"


def test_imported_history_owes_nothing() -> None:
    imported = HistoryImported(
        patient_id=ADA, reference="B-0017", source="btheb.csv", file_sha256="0" * 64, name=sealed("x"), adult=True
    )
    assert not due(imported, now="2026-03-17 09:00")


def test_after_discharge_only_reviews_are_owed() -> None:
    gone = PatientDischarged(patient_id=ADA, reason=DischargeReason.COMPLETED, on=date(2026, 3, 12))
    noted = note_deviation("15", "over_maximum", ADA)
    assert set(due(RELEASED, noted, gone, now="2026-06-17 09:00")) == {f"deviation:{noted.deviation_id}"}


def test_p7_without_a_team_the_prescriber_on_call_owns_the_alert() -> None:
    flagged = given(REFERRED, phq9("2026-02-26 11:00", 1))
    owner = owner_of_alert(flagged.state, local("2026-02-26 11:00"), TEST_NETWORK)
    assert (owner.clinician_id, owner.phone) == (ABARA.actor_id, "+1 212 555 0100")
    assert owner.also_sees == (LINDQVIST.actor_id,)
    assert due(REFERRED, phq9("2026-02-26 11:00", 1), now="2026-02-26 11:00")["safety_review"].with_id == ABARA.actor_id


def test_p7_the_responsible_prescriber_owns_it_while_at_work() -> None:
    now = local("2026-03-20 21:40")
    owner = owner_of_alert(given(PREPARED).state, now, TEST_NETWORK, clinicians())
    assert owner.clinician_id == RIVERA.actor_id
    suspended = clinicians(clinician(RIVERA, suspended=True))
    assert owner_of_alert(given(PREPARED).state, now, TEST_NETWORK, suspended).clinician_id == ABARA.actor_id
    away = CareTeamMemberRemoved(clinician_id=RIVERA.actor_id, role=Role.PRESCRIBER, until_at=local("2026-03-20 18:00"))
    assert owner_of_alert(given(PREPARED, away).state, now, TEST_NETWORK).clinician_id == ABARA.actor_id


def test_p7_where_nobody_is_on_call_it_says_so() -> None:
    nobody = replace(TEST_NETWORK, on_calls=())
    owner = owner_of_alert(given(REFERRED).state, local("2026-02-26 11:00"), nobody)
    assert (owner.clinician_id, owner.phone) == (None, None)


def handed_on(when: str) -> History:
    """Dr. Lindqvist leaves the team, and Dr. Solis comes."""
    left = CareTeamMemberRemoved(clinician_id=LINDQVIST.actor_id, role=Role.THERAPIST, until_at=local(when))
    came = CareTeamMemberAssigned(clinician_id=SOLIS.actor_id, role=Role.THERAPIST, from_at=local(when))
    return at(when, left, came)


LEFT_AGAINST_ADVICE = (DOSED, at("2026-03-17 15:00", ended("15:00", SessionEnd.AGAINST_ADVICE)))


@pytest.mark.parametrize(
    ("history", "when", "key"),
    [
        (BOOKED, "2026-03-17 09:00", "dosing"),
        (DOSED, "2026-03-17 14:30", "running"),
        (LEFT_AGAINST_ADVICE, "2026-03-17 15:30", "safety_call"),
        (RELEASED, "2026-03-18 09:00", "check_in"),
        (RELEASED, "2026-03-18 15:00", "post_dose"),
    ],
)
def test_what_is_owed_for_a_session_goes_over_to_the_therapist_who_took_the_patient(
    history: History, when: str, key: str
) -> None:
    """Who has left the team sees the patient no more, so nobody would call."""
    key = f"{key}:{SESSION}"
    assert due(history, now=when)[key].with_id == LINDQVIST.actor_id
    assert due(history, handed_on(when), now=when)[key].with_id == SOLIS.actor_id


def test_nothing_is_owed_before_a_referral() -> None:
    assert step(now="2026-03-01 09:00") is None
