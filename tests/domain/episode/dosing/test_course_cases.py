"""Acceptance cases C2, C3, I1, I2, N1, L1, S1 and W1: a dosing session inside the whole course."""

from datetime import date, timedelta

from domain.episode.consent.consents import ConsentType, TouchScope
from domain.episode.consent.narrow_touch import TouchNarrowed, narrow_touch
from domain.episode.consent.sign_consent import ConsentSigned, TouchCannotBeWidenedNow, sign_consent
from domain.episode.consent.withdraw_consent import ConsentWithdrawn, withdraw_consent
from domain.episode.course.mark_in_error import EntryMarkedInError, mark_in_error
from domain.episode.dosing.clear_to_dose import DoseCleared, clear_to_dose
from domain.episode.dosing.end_dosing_session import SessionEnded, end_dosing_session
from domain.episode.dosing.open_dosing_session import DosingSessionOpened, open_dosing_session
from domain.episode.dosing.record_check import MonitoringCheckRecorded, record_check
from domain.episode.dosing.record_dose import DoseTaken, record_dose
from domain.episode.gates import Checkpoint, GatesAreClosed
from domain.episode.gates.doses import sessions_left
from domain.episode.intake.intake import Way
from domain.episode.intake.report_ketamine_elsewhere import KetamineElsewhereReported
from domain.episode.safety.note_deviation import DeviationNoted
from domain.episode.safety.place_hold import HoldPlaced
from domain.episode.safety.safety import HoldReason
from domain.episode.session.cancel_session import SessionCancelled
from domain.episode.session.session import DosePart, SessionEnd, SessionKind, VitalsPhase
from tests.domain.given import Scenario, at, given
from tests.domain.people import LINDQVIST, RIVERA, clinician, clinicians, local
from tests.dosing_day import (
    COMPANION,
    CRITERIA,
    DAY,
    DOSED,
    FIRST_DOSE,
    OPENED,
    READY,
    RELEASED,
    SECOND_SESSION,
    SESSION,
    arrived,
    booked,
    check,
    checklist,
    cleared,
    dose,
    ended,
    integrated,
    on,
    opened,
    place,
    second_session,
    vitals,
)
from tests.situations import PREPARED, plan_issued, signed

INTEGRATION = integrated("2026-03-19")


def starting(scenario: Scenario, when: str, **grounds: object) -> Scenario:
    """Book session 2 for that time and open it."""
    ready = scenario.after(at(when, booked(SECOND_SESSION, when, 2)))
    return ready.when(open_dosing_session, now=when, session_id=SECOND_SESSION, **grounds)


def test_c2_consent_withdrawn_in_the_session_closes_the_booster_and_nothing_else() -> None:
    withdrawn = given(DOSED).when(withdraw_consent, now=f"{DAY} 14:25", consent_type=ConsentType.KETAMINE)
    withdrawn.includes(ConsentWithdrawn, from_at=on("14:25"))
    seen = withdrawn.after(at(f"{DAY} 14:28", vitals("14:28"), check("14:28")))
    seen.when(
        clear_to_dose,
        now=f"{DAY} 14:30",
        session_id=SESSION,
        part=DosePart.BOOSTER,
        dose_mg=100,
        plan_version=1,
        patient_was_asked=True,
    ).refused(GatesAreClosed, rule="1")
    seen.when(record_check, session_id=SESSION, check_id=FIRST_DOSE, responsive=True).includes(MonitoringCheckRecorded)
    after = seen.after(at(f"{DAY} 16:20", vitals("16:20", phase=VitalsPhase.AFTER)))
    after.when(
        end_dosing_session,
        now=f"{DAY} 16:30",
        session_id=SESSION,
        ended_as=SessionEnd.RELEASED,
        criteria=CRITERIA.model_dump(),
    ).includes(SessionEnded)


def test_c3_touch_is_never_widened_under_the_influence_and_always_narrowed() -> None:
    hand_only = ConsentSigned(
        **signed(ConsentType.TOUCH, 1, "2026-03-16 10:00").model_dump(exclude={"touch_scope"}),
        touch_scope=TouchScope.HAND_ONLY,
    )
    dosed = given(READY, at("2026-03-16 10:00", hand_only), at(f"{DAY} 14:05", dose("14:05")))
    dosed.when(
        sign_consent,
        now=f"{DAY} 14:30",
        consent_type=ConsentType.TOUCH,
        text_version=1,
        method="spoken",
        touch_scope=TouchScope.HAND_AND_SHOULDER,
    ).refused(TouchCannotBeWidenedNow)
    dosed.when(narrow_touch, now=f"{DAY} 14:30", touch_scope=TouchScope.NONE).includes(TouchNarrowed)


def test_i1_the_interval_counts_calendar_days() -> None:
    ready = given(RELEASED, INTEGRATION)
    early = starting(ready, "2026-03-23 20:00")
    early.refused(GatesAreClosed, missing="24 Mar", rule="11")
    starting(ready, "2026-03-24 09:00").includes(DosingSessionOpened)


def test_i1_seven_days_over_the_clock_change_are_seven_days() -> None:
    day = "2026-03-01"
    first = (
        booked(starts=f"{day} 10:00"),
        opened(),
        arrived("09:30", day=day),
        dose("10:00", day=day),
        vitals("12:00", phase=VitalsPhase.AFTER, day=day),
        ended("12:30", day=day),
    )
    history = (PREPARED, at(f"{day} 10:00", *first), integrated("2026-03-03"))
    scenario = given(*history)
    gates = scenario.after(at("2026-03-08 09:00", booked(SECOND_SESSION, "2026-03-08 10:00", 2))).gates(
        Checkpoint.OPEN, now="2026-03-08 10:00", session_id=SECOND_SESSION
    )
    assert local("2026-03-08 10:00") - local("2026-03-01 10:00") == timedelta(hours=167)
    assert next(g for g in gates if g.key == "interval").is_open


def _held_on_the_24th() -> Scenario:
    return given(
        RELEASED,
        INTEGRATION,
        at("2026-03-24 09:00", booked(SECOND_SESSION, "2026-03-24 14:00", 2)),
        at("2026-03-24 14:00", opened(SECOND_SESSION)),
        at("2026-03-24 14:20", ended("14:20", SessionEnd.HELD_NO_DOSE, SECOND_SESSION, "2026-03-24")),
    )


def test_i2_a_session_held_without_a_dose_starts_no_interval_and_needs_no_integration() -> None:
    third = _held_on_the_24th().after(at("2026-03-24 15:00", booked(COMPANION, "2026-03-25 14:00", 3)))
    third.when(open_dosing_session, now="2026-03-25 14:00", session_id=COMPANION).includes(DosingSessionOpened)


def test_i2_ketamine_elsewhere_counts_and_the_usual_days_are_a_note() -> None:
    elsewhere = given(RELEASED, INTEGRATION, at("2026-03-22 18:00", KetamineElsewhereReported(on=date(2026, 3, 22))))
    starting(elsewhere, "2026-03-24 14:00").refused(GatesAreClosed, rule="11")
    day_13 = starting(given(RELEASED, INTEGRATION), "2026-03-30 14:00").includes(DosingSessionOpened)
    gates = day_13.gates(Checkpoint.OPEN, now="2026-03-30 14:00", session_id=SECOND_SESSION)
    usual = next(g for g in gates if g.key == "interval_usual")
    assert not usual.is_open
    assert not usual.stands_in_the_way


def test_n1_an_integration_session_that_took_place_opens_the_next_dose() -> None:
    starting(given(RELEASED, INTEGRATION), "2026-03-24 14:00").includes(DosingSessionOpened)
    starting(given(RELEASED), "2026-03-24 14:00").refused(GatesAreClosed, rule="8")


def test_n1_a_cancelled_or_missed_one_does_not() -> None:
    later = booked(COMPANION, "2026-03-19 10:00", kind=SessionKind.INTEGRATION)
    cancelled = given(RELEASED, at("2026-03-18 10:00", later, SessionCancelled(session_id=COMPANION)))
    starting(cancelled, "2026-03-24 14:00").refused(GatesAreClosed, rule="8")


def test_n1_a_session_stopped_after_half_a_dose_needs_integration() -> None:
    stopped = given(
        READY,
        at(f"{DAY} 14:05", dose("14:05", 100)),
        at(f"{DAY} 14:20", vitals("14:20", phase=VitalsPhase.AFTER)),
        at(f"{DAY} 14:30", ended("14:30", SessionEnd.STOPPED_EARLY)),
    )
    starting(stopped, "2026-03-24 14:00").refused(GatesAreClosed, rule="8")
    starting(stopped.after(INTEGRATION), "2026-03-24 14:00").includes(DosingSessionOpened)


def test_n1_after_a_psycholytic_session_the_same_evening_counts_but_not_before_release() -> None:
    psycholytic = (
        PREPARED,
        at("2026-03-11 09:00", booked(is_psycholytic=True)),
        at(f"{DAY} 13:20", opened(), arrived()),
        at(f"{DAY} 14:05", dose("14:05", 50)),
        at(f"{DAY} 16:10", vitals("16:05", phase=VitalsPhase.AFTER), ended("16:10")),
    )
    starting(given(*psycholytic, integrated(DAY, "17:00")), "2026-03-24 14:00").includes(DosingSessionOpened)
    starting(given(*psycholytic, integrated(DAY, "15:00")), "2026-03-24 14:00").refused(GatesAreClosed, rule="8")


def test_l1_licences_are_those_of_the_state_where_the_patient_is_today() -> None:
    in_jersey = given(OPENED, at(f"{DAY} 13:25", place(state="NJ"), checklist(), arrived("13:30"), vitals("13:40")))
    order = {"now": f"{DAY} 14:00", "session_id": SESSION, "dose_mg": 200, "plan_version": 1}
    in_jersey.when(clear_to_dose, **order).refused(GatesAreClosed, rule="3")
    licensed = clinicians(clinician(RIVERA, states=("NJ",)), clinician(LINDQVIST, states=("NJ",)))
    in_jersey.when(clear_to_dose, **order, clinicians=licensed).includes(DoseCleared)


def test_l1_a_place_that_was_not_confirmed_today_is_unknown() -> None:
    unasked = given(OPENED, at(f"{DAY} 13:25", checklist()), at(f"{DAY} 13:30", arrived(), vitals("13:40")))
    order = {"now": f"{DAY} 14:00", "session_id": SESSION, "dose_mg": 200, "plan_version": 1}
    unasked.when(clear_to_dose, **order).refused(GatesAreClosed, missing="today's address", rule="+place")
    yesterday = given(OPENED, at("2026-03-16 12:00", place()), at(f"{DAY} 13:30", checklist(), arrived()))
    yesterday.after(at(f"{DAY} 13:40", vitals("13:40"))).when(clear_to_dose, **order).refused(
        GatesAreClosed, rule="+place"
    )


def test_l1_in_person_the_place_is_the_practice() -> None:
    plan = at("2026-03-12 09:00", plan_issued(ways=(Way.IN_PERSON,)), by=RIVERA)
    here = given(
        PREPARED,
        plan,
        at("2026-03-12 09:00", booked(way=Way.IN_PERSON)),
        at(f"{DAY} 13:20", opened(), checklist()),
        at(f"{DAY} 13:40", vitals("13:40")),
    )
    here.when(clear_to_dose, now=f"{DAY} 14:00", session_id=SESSION, dose_mg=200, plan_version=1).includes(DoseCleared)


def test_s1_two_dosed_sessions_use_the_plan_up_and_one_held_without_a_dose_does_not() -> None:
    second = (
        *second_session(),
        at("2026-03-24 14:05", dose("14:05", 200, session_id=SECOND_SESSION, day="2026-03-24")),
    )
    over = at("2026-03-24 16:30", ended("16:30", session_id=SECOND_SESSION, day="2026-03-24"))
    used = given(*second, over, integrated("2026-03-26", number=2))
    state = used.state
    assert sessions_left(state, state.plan) == 0
    third = used.after(at("2026-03-27 09:00", booked(COMPANION, "2026-04-02 14:00", 3)))
    third.when(open_dosing_session, now="2026-04-02 14:00", session_id=COMPANION).refused(
        GatesAreClosed, missing="more sessions", rule="3"
    )
    held = _held_on_the_24th().state
    assert sessions_left(held, held.plan) == 1


def test_w1_a_dose_typed_under_the_wrong_patient_gives_count_and_interval_back() -> None:
    ben = given(OPENED, at(f"{DAY} 14:05", dose("14:05")))
    assert sessions_left(ben.state, ben.state.plan) == 1
    marked = ben.when(
        mark_in_error,
        now=f"{DAY} 14:20",
        event_id=ben.entry(DoseTaken).envelope.event_id,
        reason="another patient of the group",
        entry=ben.entry(DoseTaken),
    ).includes(EntryMarkedInError)
    state = marked.state
    assert sessions_left(state, state.plan) == 2
    assert not state.sessions[SESSION].is_dosed
    gates = marked.gates(Checkpoint.OPEN, now="2026-03-18 14:00")
    assert next(g for g in gates if g.key == "interval").facts == ("No dose has been taken yet.",)


def test_w1_the_dose_is_entered_at_the_right_patient_with_its_true_time() -> None:
    ada = given(READY).when(
        record_dose, now=f"{DAY} 14:25", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200, taken_at=on("14:05")
    )
    ada.includes(DoseTaken, taken_at=on("14:05"))
    assert ada.entry(DoseTaken).envelope.occurred_at == on("14:05")
    assert ada.entry(DoseTaken).envelope.recorded_at == on("14:25")


def test_w1_a_hold_the_wrong_entry_caused_stays() -> None:
    over = given(READY).when(
        record_dose,
        now=f"{DAY} 14:05",
        session_id=SESSION,
        dose_id=FIRST_DOSE,
        amount_mg=450,
        tablets_not_counted=True,
    )
    over.includes(HoldPlaced)
    marked = over.when(
        mark_in_error,
        event_id=over.entry(DoseTaken).envelope.event_id,
        reason="another patient of the group",
        entry=over.entry(DoseTaken),
    )
    assert [hold.is_open for hold in marked.state.holds.values()] == [True]


def test_a_late_dose_is_judged_by_what_stood_when_it_was_taken() -> None:
    held_later = given(
        READY,
        at(f"{DAY} 13:55", cleared("14:10")),
        at(f"{DAY} 14:30", HoldPlaced(hold_id=COMPANION, reason=HoldReason.OTHER)),
    )
    held_later.when(
        record_dose, now=f"{DAY} 15:00", session_id=SESSION, dose_id=FIRST_DOSE, amount_mg=200, taken_at=on("14:05")
    ).excludes(DeviationNoted)
