"""The patient's page: looking changes nothing, the birth date opens it, one answer is recorded, nothing is lost."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from fastapi.testclient import TestClient

from domain.episode.episode import EPISODE
from domain.episode.referral.refer import Refer, refer
from domain.network.network import NETWORK
from domain.network.set_check_in_terms import SetCheckInTerms, set_check_in_terms
from tests.api.check_in.patient import BORN, CALM, Patient, kinds, link_of, sent
from tests.api.clinic import CRISIS_TEXT, Clinic, opened_clinic
from tests.api.course import Course, referred
from tests.postgres import Database, Servers
from workers.tidy import tidy_once

SCANNER_LOOKS = 20
WRONG = BORN | {"_day": "12"}


@pytest.fixture(scope="module")
def database(servers: Servers) -> Iterator[Database]:
    """One for all of these: a new patient each time is much cheaper than a new clinic."""
    with servers.get("embedded").fresh_database() as fresh:
        yield fresh


@pytest.fixture(scope="module")
def one_clinic(database: Database) -> Iterator[Clinic]:
    with opened_clinic(database) as clinic:
        yield clinic


@pytest.fixture
def clinic(one_clinic: Clinic) -> Clinic:
    """An hour later each time: failed tries are counted by the hour."""
    one_clinic.travel(hours=1)
    return one_clinic


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return referred(clinic).assign()


@pytest.fixture
def patient(course: Course) -> Patient:
    return sent(course, instruments=["phq-9"])


def rows(database: Database, query: str) -> Any:
    with psycopg.connect(database.superuser_url) as connection:
        return connection.execute(query.encode()).fetchall()


def all_rows(database: Database) -> list[Any]:
    link = rows(database, "SELECT * FROM check_in_link")
    counted = rows(database, "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM access_log)")
    return [link, counted, rows(database, "SELECT * FROM check_in_try")]


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


def test_the_answer_is_recorded_as_the_patients_own(course: Course, patient: Patient, database: Database) -> None:
    form = patient.open()
    assert form.status_code == 200, form.text
    assert "Little interest or pleasure in doing things" in form.text
    assert CRISIS_TEXT in form.text
    assert "not watched live" in form.text
    thanks = patient.answer(CALM)
    assert thanks.status_code == 200, thanks.text
    assert CRISIS_TEXT not in thanks.text
    assert kinds(course)[-2:] == ["CheckInLinkAnswered", "OutcomeRecorded"]
    (outcome,) = course.state.outcomes.values()
    assert outcome.total == 8
    said = rows(database, "SELECT actor_id, actor_role FROM events ORDER BY position DESC LIMIT 1")
    assert said == [(link_of(course), "patient")]
    reader = f"WHERE screen = 'check_in' AND actor_id = '{link_of(course)}'"
    read = rows(database, f"SELECT actor_roles, episode_id FROM access_log {reader}")
    assert read == [(["patient"], course.episode_id)]
    course.clinic.catch_up()
    assert "The patient recorded PHQ-9" in course.clinic.therapist.get(f"{course.href}/timeline").text


def test_p1_item_9_shows_whom_to_call_at_once_and_holds_dosing(course: Course, patient: Patient) -> None:
    patient.open()
    thanks = patient.answer(CALM | {"phq-9.9": "2"})
    assert thanks.status_code == 200
    assert CRISIS_TEXT in thanks.text
    assert "not watched live" in thanks.text
    assert kinds(course)[-1] == "HoldPlaced"
    course.clinic.catch_up()
    assert "Item 9 above 0" in course.clinic.prescriber.get("/worklist").text


def test_r_a_lost_reply_neither_doubles_nor_loses_the_answer(course: Course, patient: Patient) -> None:
    patient.open()
    form = patient.page
    assert patient.answer(CALM).status_code == 200
    before = kinds(course)
    patient.page = form
    again = patient.answer(CALM)
    assert again.status_code == 409
    assert "We have your answer" in again.text
    patient.page = form
    other = patient.answer(CALM | {"phq-9.1": "3"})
    assert other.status_code == 409
    assert "We have your answer" in other.text
    assert kinds(course) == before


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


def referred_again(course: Course) -> Course:
    order = Refer.model_validate({"patient_id": course.state.patient_id, "reason": "Again"})
    again = Course(course.clinic, uuid4())
    course.clinic.decide(EPISODE, again.episode_id, refer, order, by=course.clinic.lindqvist)
    return again.assign()


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


def test_a_draft_survives_the_closed_page_and_goes_with_the_answer(
    course: Course, patient: Patient, database: Database
) -> None:
    patient.open()
    saved = patient.send("draft", {"phq-9.1": "3", "phq-9.2": "2"})
    assert saved.status_code == 200
    assert "go on later" in saved.text
    assert patient.send("draft", {"phq-9.3": "1"}, **{"x-keeps-draft": "1"}).status_code == 204
    of_link = f"SELECT draft FROM check_in_link WHERE link_id = '{link_of(course)}'"
    ((draft,),) = rows(database, of_link)
    assert draft.startswith("sealed.v1.")
    again = Patient(course.clinic, patient.path)
    assert "checked" not in again.look().text
    again.open()
    assert re.search(r'name="phq-9.1" value="3" checked', again.page)
    assert re.search(r'name="phq-9.3" value="1" checked', again.page)
    assert again.answer(CALM).status_code == 200
    assert rows(database, of_link) == [(None,)]


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


def test_questions_left_open_are_asked_about_once(course: Course, patient: Patient) -> None:
    patient.open()
    some = {name: value for name, value in CALM.items() if name not in ("phq-9.2", "phq-9.9")}
    asked = patient.answer(some)
    assert asked.status_code == 422
    assert "You left 2 questions open." in asked.text
    assert patient.answer({"as_it_is": "yes"}).status_code == 200
    (outcome,) = course.state.outcomes.values()
    assert (outcome.total, outcome.safety_answer) == (None, None)


def test_an_empty_questionnaire_is_none(course: Course, patient: Patient) -> None:
    patient.open()
    page = patient.answer({"as_it_is": "yes"})
    assert page.status_code == 422
    assert "Answer at least one question." in page.text


def test_the_page_speaks_spanish_with_the_official_questions(course: Course) -> None:
    patient = sent(course, instruments=["phq-9", "audit"], language="es")
    asked = patient.look().text
    assert '<html lang="es">' in asked
    assert "Fecha de nacimiento" in asked
    assert "Date of birth" in patient.look(lang="en").text
    patient.look()
    form = patient.open()
    assert "Poco interés o placer en hacer cosas" in form.text
    assert "Este cuestionario solo está disponible en inglés" in form.text, "of AUDIT there is no Spanish text"
    switched = patient.send("language:en", {"phq-9.1": "2"})
    assert "Little interest or pleasure" in switched.text
    assert re.search(r'name="phq-9.1" value="2" checked', switched.text)


def test_whom_to_call_stands_there_in_the_patients_language(course: Course) -> None:
    clinic, spanish = course.clinic, "Peligro ahora: 911. Línea de crisis 988, oprima 2."
    patient = sent(course, instruments=["phq-9"], language="es")
    patient.open()
    assert f'lang="en">{CRISIS_TEXT}' in patient.page, "its own language is said, for whoever listens to the page"
    clinic.decide(NETWORK, clinic.network_id, set_check_in_terms, SetCheckInTerms(spanish_crisis_text=spanish))
    clinic.catch_up()
    thanks = patient.answer(CALM | {"phq-9.9": "1"})
    assert spanish in thanks.text
    assert CRISIS_TEXT not in thanks.text


def test_drafts_of_expired_links_are_cleared_away(course: Course, patient: Patient, database: Database) -> None:
    """The clinic's clock stands in March; by the database's own, the link expired long ago."""
    patient.open()
    patient.send("draft", {"phq-9.1": "3"})
    of_link = f"SELECT draft FROM check_in_link WHERE link_id = '{link_of(course)}'"
    assert rows(database, of_link) != [(None,)]
    tidy_once(database.work_url)
    assert rows(database, of_link) == [(None,)]
    assert rows(database, "SELECT count(*) FROM check_in_try") == [(0,)]


def test_a_consent_is_read_whole_and_signed_by_name(course: Course) -> None:
    patient = sent(course, "consents", consents=["ketamine", "touch"])
    form = patient.open()
    assert "no agency has approved it for this" in form.text
    missing = patient.answer({"agree.ketamine": "yes"})
    assert missing.status_code == 422
    assert "Write your full name to sign." in missing.text
    signed = {"agree.ketamine": "yes", "agree.touch": "yes", "touch_scope": "hand_only", "signed_name": "Ana Whitfield"}
    assert patient.answer(signed).status_code == 200, patient.page
    assert kinds(course)[-3:] == ["CheckInLinkAnswered", "ConsentSigned", "ConsentSigned"]
    assert [one.consent_type.value for one in course.state.consents] == ["ketamine", "touch"]


def test_a_chaperone_is_named(course: Course) -> None:
    patient = sent(course, "chaperone")
    patient.open()
    said = {"name": "Ben Whitfield", "phone": "555-0117", "relationship": "partner", "is_adult": "false"}
    young = patient.answer(said)
    assert young.status_code == 422
    assert "has to be an adult" in young.text
    assert 'value="Ben Whitfield"' in young.text, "what was typed stays"
    assert patient.answer({"is_adult": "true"}).status_code == 200
    assert kinds(course)[-1] == "ChaperoneNominated"


def test_an_emergency_sign_says_whom_to_call(course: Course) -> None:
    patient = sent(course, "after_dose")
    patient.open()
    said = {"symptoms": ["nausea"], "urgent": ["chest_pain"], "suicidal_thoughts": "false", "wants_call": "yes"}
    thanks = patient.answer(said)
    assert thanks.status_code == 200, thanks.text
    assert "call the emergency number at once" in thanks.text
    assert CRISIS_TEXT in thanks.text
    (report,) = course.state.symptom_reports.values()
    assert [str(one) for one in report.symptoms] == ["nausea", "chest_pain"]
    assert report.wants_call


def test_the_bladder_is_asked_as_a_whole(course: Course) -> None:
    patient = sent(course, "after_dose")
    patient.open()
    half = patient.answer({"suicidal_thoughts": "false", "urinary.frequency_per_day": "6"})
    assert half.status_code == 422
    whole = {f"urinary.{name}": "false" for name in ("urgency", "dysuria", "visible_blood")}
    odd = patient.answer(whole | {"urinary.nocturia_per_night": "99"})
    assert odd.status_code == 422
    assert "This number cannot be right." in odd.text
    assert patient.answer({"urinary.nocturia_per_night": "3"}).status_code == 200
    (report,) = course.state.symptom_reports.values()
    assert report.urinary is not None
    assert report.urinary.nocturia_per_night == 3


def test_y1_tablets_are_counted_by_the_patient(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in().consent().plan()
    patient = sent(course, "medicine_inventory")
    form = patient.open()
    assert "Tablets of 100 mg" in form.text
    words = patient.answer({"known.100.on_hand": "three"})
    assert words.status_code == 422
    assert "Write a number" in words.text
    typed = {"known.100.on_hand": "2.5", "known.100.taken": "1.5", "other.0.strength_mg": "50", "other.0.on_hand": "0"}
    assert patient.answer(typed).status_code == 200, patient.page
    (report,) = course.state.inventory_reports.values()
    assert [(str(one.strength_mg), str(one.on_hand)) for one in report.tablets] == [("100", "2.5"), ("50", "0")]


@pytest.mark.faults
def test_a15_many_answers_at_once_are_one(course: Course, patient: Patient, crash_rounds: int) -> None:
    """A hundred in every run, a thousand in `make faults`."""
    posts = 5 * crash_rounds
    patient.open()
    page = patient.page

    def send(n: int) -> int:
        one = Patient(course.clinic, patient.path)
        one.page = page
        return one.answer(CALM | ({"phq-9.1": "2"} if n % 2 else {})).status_code

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(send, range(posts)))
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 409, 410}
    assert kinds(course).count("OutcomeRecorded") == 1
    assert kinds(course).count("CheckInLinkAnswered") == 1


def test_a16_the_secret_is_in_no_table(course: Course, patient: Patient, database: Database) -> None:
    secret = patient.path.rpartition("/")[2]
    patient.open()
    patient.send("draft", {"phq-9.1": "3"})
    patient.answer(CALM)
    names = [name for (name,) in rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for name in names:
        for (row,) in rows(database, f"SELECT t::text FROM {name} AS t"):
            assert secret not in row, name
    payloads = rows(database, "SELECT convert_from(payload, 'utf8') FROM events")
    assert not [payload for (payload,) in payloads if secret in payload]


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
