"""The caseload: most urgent first, every count a list, every reading written down, nothing for anybody else."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from api import lag
from api.list_view.caseload_rows import EMPTY
from domain.episode.episode import EPISODE
from domain.episode.safety.place_hold import PlaceHold, place_hold
from domain.episode.safety.safety import HoldReason
from projections.caseload import Filter
from store.datastore import Datastore
from store.keyring import Keyring
from tests.api.clinic import ZONE, Clinic, local
from tests.api.course import Course, ready_to_dose, referred
from tests.api.pages_read import Read, addresses_in, readings
from tests.postgres import Database

FLAGGED = [2, 2, 2, 2, 1, 1, 1, 1, 1]


def caseload(clinic: Clinic, query: str = "") -> Read:
    answer = clinic.therapist.get(f"/caseload{query}")
    assert answer.status_code == 200
    return Read(answer.text)


def with_item_9_above_0(clinic: Clinic, course: Course) -> Course:
    taken_at = clinic.now.isoformat()
    outcome = {"instrument": "phq-9", "answers": FLAGGED, "taken_at": taken_at}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **outcome)
    return course


def hold(clinic: Clinic, course: Course) -> None:
    """Recorded; the lists do not know it yet."""
    order = PlaceHold(hold_id=uuid4(), reason=HoldReason.OTHER)
    clinic.decide(EPISODE, course.episode_id, place_hold, order, by=clinic.lindqvist)


def test_an_empty_caseload_says_how_it_fills(clinic: Clinic) -> None:
    read = caseload(clinic)
    assert EMPTY[Filter.ALL] in read.words
    assert read.href("Refer a patient") == "/refer"


def test_an_empty_filter_leads_back_to_everybody(clinic: Clinic) -> None:
    referred(clinic)
    read = caseload(clinic, "?show=needs_me")
    assert "Nobody needs you today." in read.words
    assert read.href("Show all open episodes") == "/caseload"


def test_whoever_may_be_in_danger_stands_first_with_the_reason_and_whose_move_it_is(clinic: Clinic) -> None:
    referred(clinic, "Leo Castellanos", "1998-01-29")
    ana = with_item_9_above_0(clinic, ready_to_dose(clinic))
    first = caseload(clinic).rows[0]
    assert first.startswith("Ana Whitfield")
    assert "Item 9 above 0" in first
    assert "Safety review with Dr. Rivera" in first
    assert "item 9 was 1" in first
    assert "held since today" in first
    assert caseload(clinic).href("Safety review") == f"{ana.href}#gates"


def test_a_row_tells_scores_phase_and_doses_left(clinic: Clinic) -> None:
    ready_to_dose(clinic)
    (row,) = caseload(clinic).rows
    assert "12 one score moderate" in row
    assert "Preparation 1 done" in row
    assert "12 Mar 2 days ago" in row
    assert row.endswith("2 of 2")


def test_a_booked_dose_is_told_with_its_gates(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    course.book()
    (row,) = caseload(clinic).rows
    assert "Dosing session 1, today 10:12 All gates are open" in row
    hold(clinic, course)
    clinic.catch_up()
    (row,) = caseload(clinic).rows
    assert "Held since 14 Mar 2026 09:42: a reason given in words; held by Dr. Lindqvist" in row


def test_a_next_step_of_ones_own_leads_to_its_form_and_back(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    href = caseload(clinic).href("Book the next dosing session")
    assert href == f"{course.href}/book-session?kind=dosing&back=%2Fcaseload"
    course.book()
    assert caseload(clinic).href("Dosing session 1, today 10:12") == f"{course.href}/sessions/1"


def test_every_count_opens_the_list_it_counts(clinic: Clinic) -> None:
    referred(clinic, "Noor Haddad", "1990-05-02")
    with_item_9_above_0(clinic, ready_to_dose(clinic))
    filters = [(href, said) for href, said in caseload(clinic).links if href.startswith("/caseload?show=")]
    filters = [(href, said) for href, said in filters if "sort=" not in href]
    assert len(filters) == len(Filter)
    for href, said in filters:
        count = int(re.findall(r"\d+$", said)[0])
        assert len(caseload(clinic, href.removeprefix("/caseload")).rows) == count, said


def test_any_heading_sorts_and_turns_round(clinic: Clinic) -> None:
    for name in ("Zora Adeyemi", "Ana Whitfield", "Leo Castellanos"):
        referred(clinic, name)
    by_name = [row.split()[0] for row in caseload(clinic, "?sort=patient").rows]
    turned = [row.split()[0] for row in caseload(clinic, "?sort=patient&turned=true").rows]
    assert (by_name, turned) == (["Ana", "Leo", "Zora"], ["Zora", "Leo", "Ana"])
    html = clinic.therapist.get("/caseload?sort=patient").text
    assert 'aria-sort="ascending"><a href="/caseload?show=all&amp;sort=patient&amp;turned=true">Patient' in html


def test_one_reading_per_patient_is_written_down(clinic: Clinic) -> None:
    courses = [referred(clinic, name) for name in ("Zora Adeyemi", "Ana Whitfield")]
    caseload(clinic)
    assert sorted(readings(clinic, "caseload")) == sorted(course.episode_id for course in courses)


def test_only_what_is_shown_is_read(clinic: Clinic) -> None:
    for name in ("Zora Adeyemi", "Ana Whitfield"):
        referred(clinic, name)
    read = caseload(clinic, "?sort=patient&rows=1")
    assert len(read.rows) == len(readings(clinic, "caseload")) == 1
    assert len(caseload(clinic, read.href("Show the next 1").removeprefix("/caseload")).rows) == 2


def test_a_colleagues_patients_are_not_there(clinic: Clinic) -> None:
    course = referred(clinic)
    removed = {"clinician_id": str(clinic.lindqvist.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(course.episode_id, "remove_care_team_member", **removed)
    clinic.travel(minutes=1)
    assert caseload(clinic).rows == []
    assert readings(clinic, "caseload") == []


def test_a_discharged_patient_is_shown_to_those_on_the_team_only(clinic: Clinic) -> None:
    stays, goes = referred(clinic, "Ana Whitfield").assign(), referred(clinic, "Leo Castellanos").assign()
    removed = {"clinician_id": str(clinic.lindqvist.actor_id), "role": "therapist"}
    clinic.coordinator.recorded(goes.episode_id, "remove_care_team_member", **removed)
    clinic.travel(minutes=1)
    for course in (stays, goes):
        clinic.prescriber.recorded(course.episode_id, "discharge_patient", reason="patient_choice")
    read = caseload(clinic, "?show=discharged")
    assert [row.split()[0] for row in read.rows] == ["Ana"]
    assert "Discharged 1" in read.words


def test_there_is_no_caseload_for_other_roles(clinic: Clinic) -> None:
    for browser in (clinic.prescriber, clinic.coordinator, clinic.compliance):
        assert browser.get("/caseload").status_code == 404


def test_no_name_stands_in_an_address(clinic: Clinic) -> None:
    referred(clinic)
    assert not [one for one in addresses_in(clinic.therapist.get("/caseload").text) if "Ana" in one or "Whit" in one]


def test_an_erased_patient_is_told_as_erased(clinic: Clinic, database: Database) -> None:
    course = referred(clinic)
    referred(clinic, "Leo Castellanos")
    patient_id = course.state.patient_id
    assert patient_id is not None
    worker = Datastore(database.work_url, max_size=1)
    Keyring(worker, clinic.edge.kek).destroy(clinic.network_id, patient_id)
    worker.close()
    clinic.edge = replace(clinic.edge, keyring=Keyring(clinic.datastore, clinic.edge.kek))  # remembers no key
    clinic.app.state.edge = clinic.edge
    names = sorted(row.split()[0] for row in caseload(clinic).rows)
    assert names == ["Leo", "erased"]


def test_a_list_that_is_behind_says_so(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lag, "WORTH_SAYING", timedelta(0))  # instead of waiting five seconds
    course = referred(clinic)
    assert "behind" not in caseload(clinic).words
    hold(clinic, course)
    said = r"This list is \d+ s behind\. Entries since .* may be missing\. Load again"
    assert re.search(said, caseload(clinic).words)
    clinic.catch_up()
    assert "behind" not in caseload(clinic).words


def test_a_patient_not_seen_for_28_days_is_counted(clinic: Clinic) -> None:
    referred(clinic)
    clinic.now += timedelta(days=28)
    assert "Not seen in 28 days 1" in caseload(clinic).words


def test_how_far_behind_is_said_in_seconds_then_minutes() -> None:
    since = local("2026-03-12 09:41")
    assert lag.words(since, timedelta(seconds=40), ZONE) == (
        "This list is 40 s behind. Entries since 09:41 may be missing."
    )
    assert "3 min behind" in lag.words(since, timedelta(minutes=3), ZONE)
