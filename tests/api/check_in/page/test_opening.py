"""Looking at a patient's page changes nothing, the birth date opens it, and guesses are few."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from domain.episode.episode import EPISODE
from domain.episode.referral.refer import Refer, refer
from tests.api.check_in.page.kept import all_rows
from tests.api.check_in.patient import BORN, CALM, Patient, kinds, link_of, sent
from tests.api.clinic import Clinic
from tests.api.course import Course
from tests.postgres import Database

SCANNER_LOOKS = 20
WRONG = BORN | {"_day": "12"}


def test_a15_looking_changes_nothing_and_tells_nothing(course: Course, patient: Patient, database: Database) -> None:
    before = all_rows(database)
    for _ in range(SCANNER_LOOKS):
        page = patient.look()
        assert page.status_code == 200
        assert patient.http.head(patient.path).status_code == 200
    assert all_rows(database) == before
    for told in ("Whitfield", "1984", "KAP", "PHQ", "ketamine", "Bay KAP", course.state.reference):
        assert told not in page.text
    assert patient.http.cookies == {}


def closed_pages(patient: Patient, clinic: Clinic) -> Iterator[tuple[int, bytes, list[tuple[str, str]]]]:
    """What looking and knocking say, at an address and at one that never was."""
    for path in (patient.path, f"/check-in/{'x' * 43}", "/check-in/x", f"/check-in/{uuid4()}"):
        fresh = TestClient(clinic.app, follow_redirects=False)
        page = fresh.get(path)
        yield page.status_code, page.content, sorted(page.headers.multi_items())


@pytest.mark.parametrize(
    "end", ["answered", "revoked", "expired", "replaced", "died", "discharged_dead", "died_of_it", "died_later"]
)
def test_a15_a_link_that_is_over_looks_like_one_that_never_was(course: Course, patient: Patient, end: str) -> None:
    clinic = course.clinic
    match end:
        case "answered":
            patient.open()
            patient.answer(CALM)
        case "revoked":
            clinic.therapist.recorded(course.episode_id, "revoke_check_in_link", link_id=str(link_of(course)))
        case "expired":
            clinic.travel(hours=72)
        case "replaced":
            page = clinic.therapist.post(f"{course.href}/check-in-links/{link_of(course)}/address")
            assert page.status_code == 200
        case "died":
            died = {"term": "other", "grade": 5, "serious": True}
            clinic.prescriber.recorded(course.episode_id, "report_adverse_event", **died)
        case "discharged_dead":
            clinic.prescriber.recorded(course.episode_id, "discharge_patient", reason="died")
        case "died_of_it":
            event = {"adverse_event_id": str(uuid4())}
            fell = {"term": "fall_or_injury", "grade": 3, "serious": True}
            clinic.prescriber.recorded(course.episode_id, "report_adverse_event", **event, **fell)
            clinic.prescriber.recorded(course.episode_id, "record_adverse_event_outcome", **event, outcome="died")
        case "died_later":
            clinic.prescriber.recorded(course.episode_id, "discharge_patient", reason="patient_choice")
            assert patient.look().status_code == 200, "who was discharged may still answer"
            died = {"term": "other", "grade": 5, "serious": True}
            clinic.prescriber.recorded(referred_again(course).episode_id, "report_adverse_event", **died)
    looks = list(closed_pages(patient, clinic))
    addresses = re.compile(rb"/check-in/[\w-]+")
    assert {(status, addresses.sub(b"", content)) for status, content, _ in looks} == {
        (410, addresses.sub(b"", looks[0][1]))
    }
    assert len({str(headers) for _, _, headers in looks}) == 1
    patient.look()
    assert "ask your care team to send you a new link" in patient.page


def test_a_wrong_birth_date_opens_nothing_and_says_what_to_do(course: Course, patient: Patient) -> None:
    page = patient.open(WRONG)
    assert page.status_code == 422
    assert "This is not the birth date we know" in page.text
    assert "PHQ" not in page.text
    nonsense = patient.send("open", BORN | {"_month": "2", "_day": "31"})
    assert nonsense.status_code == 422
    assert "Give day, month and year" in nonsense.text
    assert patient.send("open", BORN).status_code == 200


def test_a25_too_many_wrong_dates_lock_the_link_and_tell_staff(course: Course, patient: Patient) -> None:
    for _ in range(4):
        assert patient.open(WRONG).status_code == 422
    locked = patient.open(WRONG)
    assert locked.status_code == 410
    assert "Your care team has been told" in locked.text
    assert patient.look().status_code == 410
    patient.http.post(patient.path, data=BORN | {"_step": "open"})
    assert kinds(course).count("CheckInLinkLocked") == 1
    course.clinic.catch_up()
    episode = course.clinic.therapist.get(course.href).text
    assert "Check-in locked: questionnaires" in episode
    assert "Locked" in episode


def test_a25_a_thousand_guesses_at_once_are_no_more_than_five(course: Course, patient: Patient) -> None:
    patient.look()
    page = patient.page

    def guess(day: int) -> int:
        one = Patient(course.clinic, patient.path)
        one.page = page
        return one.send("open", BORN | {"_day": str(day), "_month": "4"}).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, [1 + n % 30 for n in range(24)]))
    assert answers.count(422) <= 4
    assert answers.count(200) == 0
    assert kinds(course).count("CheckInLinkLocked") == 1


def test_a25_one_address_is_throttled_over_all_links(course: Course, patient: Patient) -> None:
    stranger = TestClient(course.clinic.app, follow_redirects=False)
    for n in range(30):
        other = f"/check-in/{'g' * 42}{n % 10}"
        course.clinic.edge.links.failed_from("testclient")
        assert stranger.get(other).status_code == 410
    page = patient.open()
    assert page.status_code == 429
    assert "Wait an hour" in page.text
    course.clinic.travel(hours=1)
    assert patient.open().status_code == 200


def test_what_was_typed_comes_along_when_the_proof_runs_out(course: Course, patient: Patient) -> None:
    patient.open()
    course.clinic.travel(hours=3)
    asked = patient.answer(CALM)
    assert asked.status_code == 403
    assert "What you typed is still here" in asked.text
    assert "CheckInLinkAnswered" not in kinds(course)
    form = patient.send("open", BORN)
    assert form.status_code == 200
    assert patient.answer({}).status_code == 200
    (outcome,) = course.state.outcomes.values()
    assert outcome.total == 8


def test_the_proof_of_another_link_opens_nothing(course: Course, patient: Patient) -> None:
    other = sent(course, "chaperone")
    other.open()
    proof = re.search(r'name="_opened" value="([^"]+)"', other.page)
    assert proof
    patient.look()
    token = re.search(r'name="_csrf" value="([^"]+)"', patient.page)
    assert token
    for forged in (proof[1], "", "9999999999.0", "x.y", f"9999999999.{'0' * 64}"):
        sent_over = CALM | {"_csrf": token[1], "_step": "answer", "_opened": forged}
        assert patient.http.post(patient.path, data=sent_over).status_code == 403
    assert "CheckInLinkAnswered" not in kinds(course)


def test_a_page_tells_its_address_to_nobody(patient: Patient) -> None:
    page = patient.look()
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_a_browser_that_names_no_origin_may_send_the_form(course: Course, patient: Patient) -> None:
    """Under `no-referrer` browsers send `Origin: null`; the token of the address stands for it."""
    patient.look()
    same = {"origin": "null", "sec-fetch-site": "same-origin"}
    assert patient.send("open", BORN, **same).status_code == 200
    elsewhere = {"origin": "null", "sec-fetch-site": "cross-site"}
    assert patient.http.post(patient.path, data=CALM, headers=elsewhere).status_code == 403
    assert patient.http.post(patient.path, data=CALM | {"_csrf": "0" * 64}).status_code == 403


def referred_again(course: Course) -> Course:
    order = Refer.model_validate({"patient_id": course.state.patient_id, "reason": "Again"})
    again = Course(course.clinic, uuid4())
    course.clinic.decide(EPISODE, again.episode_id, refer, order, by=course.clinic.lindqvist)
    return again.assign()
