"""The page of a dosing session: one open step, what keeps it shut, and the way through."""

import re
from html import unescape

from domain.actor import Role
from domain.episode.session.session import Session, SessionEnd
from tests.api.clinic import ON_CALL_NUMBER, Browser, Clinic
from tests.api.dosing_day import ANSWERS, Day
from tests.api.forms_driven import fill


def session(day: Day) -> Session:
    return day.course.state.sessions[day.session_id]


def seen(day: Day, query: str = "") -> str:
    return day.clinic.therapist.get(day.href + query).text


def open_step(html: str) -> str:
    """The title of the one step that is open."""
    (found,) = re.findall(r'aria-current="step">.*?<h2>(.*?) <small>', html, re.S)
    return str(found)


def test_before_it_starts_the_gates_stand_there_with_one_button(clinic: Clinic) -> None:
    day = Day(clinic)
    page = seen(day)
    assert "May dosing session 1 start?" in page
    assert "Clocks begin" in page
    assert page.count('class="filled"') == 1


def test_a_session_goes_through_its_six_steps(clinic: Clinic) -> None:
    day = Day(clinic).start()
    assert open_step(seen(day)) == "Checklist"
    day.ask()
    assert open_step(seen(day)) == "Vitals before"
    day.measure()
    assert open_step(seen(day)) == "Dose"
    day.dose()
    assert open_step(seen(day)) == "Monitoring and vitals"
    clinic.travel(minutes=121)
    assert open_step(seen(day)) == "Vitals after"
    day.measure()
    assert open_step(seen(day)) == "Discharge and release"
    criteria = ("is_oriented", "walks_steadily", "keeps_fluids_down", "pressure_near_baseline", "adult_stays")
    refused = day.send("end_dosing_session", **{f"criteria__{name}": "yes" for name in criteria})
    assert refused.status_code == 409
    assert "knows when to drive" in refused.text
    ticks = {f"criteria__{name}": "yes" for name in (*criteria, "knows_when_to_drive")}
    day.record("end_dosing_session", **ticks)
    assert session(day).ended_as is SessionEnd.RELEASED
    assert "may drive after a night's sleep, and not before 18 Mar 2026, " in unescape(seen(day))


def test_the_session_is_found_by_number_and_by_id(clinic: Clinic) -> None:
    day = Day(clinic)
    assert clinic.therapist.get(f"{day.course.href}/sessions/{day.session_id}").status_code == 200
    assert clinic.therapist.get(f"{day.course.href}/sessions/2").status_code == 404


def test_limits_stand_in_the_label_and_an_over_limit_value_is_a_warning_with_a_recheck_time(clinic: Clinic) -> None:
    day = Day(clinic).start().ask()
    page = seen(day)
    assert "mmHg, limit 160" in page
    assert 'name="systolic_mmhg"' in page
    assert "systolic limit of 160" in page
    day.measure(168)
    after = seen(day)
    assert open_step(after) == "Vitals before"
    assert "Recheck from 13:15." in after
    assert 'aria-invalid="true"' not in after


def test_the_dose_stays_shut_until_the_earlier_steps_are_done(clinic: Clinic) -> None:
    day = Day(clinic).start()
    answer = day.send("clear_to_dose", "?step=3")
    assert answer.status_code == 409
    assert "this dose may not be taken" in answer.text
    assert "vitals before the dose" in answer.text
    assert 'id="emergency-card"' in answer.text
    assert session(day).clearance is None


def test_an_answer_that_keeps_a_gate_shut_is_named_with_the_way_out(clinic: Clinic) -> None:
    day = Day(clinic).start().ask(alcohol_or_thc_within_hold="true")
    page = seen(day)
    assert open_step(page) == "Checklist"
    assert "48 h without alcohol or cannabis" in page
    assert "with Dr. Rivera" in page


def test_a_slip_in_the_amount_asks_for_the_tablets_on_the_same_page(clinic: Clinic) -> None:
    day = Day(clinic).start().ask().measure()
    day.record("clear_to_dose")
    asked = day.send("record_dose", amount_mg="1000", tablets__0__count="")
    assert asked.status_code == 409
    assert "1000 mg is above the 100 mg expected" in asked.text
    assert "Nobody counted the tablets" in asked.text
    assert 'id="emergency-card"' in asked.text
    assert not session(day).is_dosed


def test_a_dose_that_was_never_cleared_can_be_recorded_and_holds_what_comes_next(clinic: Clinic) -> None:
    day = Day(clinic).start()
    day.record("record_dose", "?step=3&task=dose", amount_mg="300", tablets__0__count="3")
    assert session(day).total_mg == 300
    page = seen(day)
    assert "300 mg (3 tablets of 100 mg) taken" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "not cleared" in page
    assert "Dosing is held: dose above the plan." in page


def test_the_booster_waits_for_its_window_and_for_vitals(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    shut = seen(day, "?step=4&task=clear")
    assert "Wait until 13:" in shut
    assert "vitals since the first part" in shut
    clinic.travel(minutes=18)
    day.record("record_check", "?step=4&task=check", responsive="true", sedation="0")
    day.measure(130, query="?step=4&task=vitals")
    day.record("clear_to_dose", "?step=4&task=clear", patient_was_asked="yes")
    assert "Booster: record" in seen(day)
    day.record("record_dose")
    assert session(day).total_mg == 150


def test_an_overdue_check_turns_its_clock_and_says_so(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    assert "overdue" not in seen(day)
    clinic.travel(minutes=25)
    page = seen(day)
    assert "overdue" in page
    assert 'class="is-overdue"' in page
    assert "Record the check" in page


def test_a_hold_stands_on_the_page_and_only_a_prescriber_is_offered_its_release(clinic: Clinic) -> None:
    day = Day(clinic).start()
    placed = fill(
        clinic.therapist,
        f"{day.course.href}/place-hold?session_id={day.session_id}&back={day.href}",
        reason="medicines",
    )
    assert placed.headers["location"] == day.href
    assert "Dosing is held: medicines." in seen(day)
    assert "Release this hold" not in seen(day)
    (hold_id,) = day.course.state.holds
    theirs = clinic.prescriber.get(day.href).text
    assert f"/release-hold?hold_id={hold_id}" in theirs
    released = fill(
        clinic.prescriber, f"{day.course.href}/release-hold?hold_id={hold_id}&back={day.href}", reason="Well."
    )
    assert released.headers["location"] == day.href
    assert "Dosing is held" not in seen(day)


def test_an_emergency_is_declared_with_one_press_in_any_state(clinic: Clinic) -> None:
    day = Day(clinic)
    assert "Declare emergency" in seen(day)
    for begin in (day.start, day.ask):
        begin()
        assert "Declare emergency" in seen(day)
    day.record("declare_emergency")
    page = seen(day)
    assert "An emergency was declared." in page
    assert ON_CALL_NUMBER in page
    assert session(day).is_emergency


def test_ending_early_asks_for_a_reason_and_an_emergency_for_none(clinic: Clinic) -> None:
    day = Day(clinic).start()
    path = f"{day.course.href}/end-dosing-session?session_id={day.session_id}&back={day.href}"
    without = fill(clinic.therapist, path, ended_as="held_no_dose")
    assert without.status_code == 422
    assert "Say why it ended this way." in without.text
    ended = fill(clinic.therapist, path, ended_as="emergency_transfer")
    assert ended.status_code == 303
    assert session(day).ended_as is SessionEnd.EMERGENCY_TRANSFER


def test_a_session_held_before_the_dose_says_that_none_was_taken(clinic: Clinic) -> None:
    day = Day(clinic).start().ask()
    day.measure(168)
    path = f"{day.course.href}/end-dosing-session?session_id={day.session_id}&back={day.href}"
    assert fill(clinic.therapist, path, ended_as="held_no_dose", reason="Too high today").status_code == 303
    steps = re.findall(r'<li class="step step-(\w+)".*?<h2>(.*?) <small>(.*?)</small>', seen(day), re.S)
    assert [(state, title) for state, title, _ in steps if state == "done"] == [
        ("done", "Checklist"), ("done", "Vitals before"), ("done", "Discharge and release"),
    ]  # fmt: skip
    assert {said for _, title, said in steps if title in ("Dose", "Monitoring and vitals", "Vitals after")} == {
        "no dose was taken"
    }


def test_the_emergency_card_is_there_before_the_dose_and_prints_alone(clinic: Clinic) -> None:
    day = Day(clinic, way="remote")
    day.record("open_dosing_session")
    day.record("record_companion_arrival")
    place = {"address": "12 Harbor Street, Oakland", "call_back": "555-0100", "state": "CA"}
    day.record("confirm_place", "?step=1&task=place", **place)
    day.record("record_checklist", **ANSWERS)
    for page in (seen(day), clinic.therapist.get(f"{day.course.href}/emergency-card").text):
        for words in ("12 Harbor Street, Oakland", "555-0100", "Ben Whitfield", "555-0117", "latex", "Sertraline 50 mg",
                      "70\N{NO-BREAK SPACE}kg", "none taken", ON_CALL_NUMBER, "911", "chest pain"):  # fmt: skip
            assert words in page or words.replace("\N{NO-BREAK SPACE}", " ") in page, words
        assert "data-stays" in page


def test_clocks_are_read_again_without_the_rest_of_the_page(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    page = clinic.therapist.get(f"{day.href}/now").text
    for part in ('id="clocks"', 'id="holds"', 'id="so-far"', "Declare emergency"):
        assert part in page
    assert "Ana Whitfield" not in page


def test_the_patients_sheet_says_what_to_do_in_plain_words(clinic: Clinic) -> None:
    day = Day(clinic)
    sheet = clinic.therapist.get(f"{day.course.href}/instruction-sheet?session=1").text
    for words in (
        "Eat nothing for 4 hours before the session: from 09:00 on.",
        "Take as usual: Sertraline 50 mg.",
        "Keep the tablet in your mouth for 12 minutes",
        "Then spit everything out.",
        "not before Wed 18 Mar 2026",
        f"At night and at any time: Dr. Rivera, {ON_CALL_NUMBER}.",
        "drug take-back",
    ):
        assert words in sheet, words


def test_the_patients_sheet_prints_no_alert(clinic: Clinic) -> None:
    """Whoever is at home reads it too."""
    day = Day(clinic)
    answers = [2, 2, 2, 2, 1, 1, 1, 1, 1]
    clinic.therapist.recorded(
        day.course.episode_id, "record_outcome", instrument="phq-9", answers=answers, taken_at=clinic.now.isoformat()
    )
    sheet = clinic.therapist.get(f"{day.course.href}/instruction-sheet?session=1").text
    assert "Item 9 above 0" in sheet
    assert "Item 9 above 0" not in re.sub(r'<span class="no-print"><(\w+) .*?</\1></span>', "", sheet, flags=re.S)


def test_coordination_and_strangers_find_no_session_page(clinic: Clinic) -> None:
    day = Day(clinic)
    stranger = Browser(clinic, clinic.admit("Dr. Ira Solis", Role.THERAPIST))
    for browser in (clinic.coordinator, stranger):
        for path in (day.href, f"{day.href}/now", f"{day.course.href}/emergency-card"):
            assert browser.get(path).status_code == 404
        assert browser.post(f"{day.href}/record-vitals", data={}).status_code == 404


def test_the_day_after_the_check_in_stands_on_the_page(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    path = f"{day.course.href}/end-dosing-session?session_id={day.session_id}"
    assert fill(clinic.therapist, path, ended_as="stopped_early", reason="Tired.").status_code == 303
    clinic.travel(days=1)
    assert "Check-in on the day after" in seen(day)
    day.record("record_next_day_check_in", well="true")
    assert session(day).checked_in_at is not None


def test_a_prescriber_watches_and_does_not_clear(clinic: Clinic) -> None:
    day = Day(clinic).start().ask().measure()
    page = clinic.prescriber.get(day.href).text
    assert "With Dr. Lindqvist." in page
    answer = clinic.prescriber.post(f"{day.href}/clear-to-dose", data={"dose_mg": "100"})
    assert answer.status_code == 403
    assert session(day).clearance is None


def test_on_a_later_day_the_card_gives_no_whereabouts_and_dates_what_was_taken(clinic: Clinic) -> None:
    day = Day(clinic).dosed()
    card = f"{day.course.href}/emergency-card"
    today = clinic.therapist.get(card).text
    for words in ("Dose today", "at the practice", "100\N{NO-BREAK SPACE}mg at 13:"):
        assert words in today, words
    path = f"{day.course.href}/end-dosing-session?session_id={day.session_id}"
    assert fill(clinic.therapist, path, ended_as="stopped_early", reason="Tired.").status_code == 303
    clinic.travel(days=1)
    later = clinic.therapist.get(card).text
    assert "Last dose" in later
    assert later.count(" at 17 Mar 2026 13:") == 2  # the dose and the vitals
    for words in ("Dose today", "at the practice"):
        assert words not in later, words
