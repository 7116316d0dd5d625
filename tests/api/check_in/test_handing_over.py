"""The staff's side of a link: its address is shown once or mailed, its state is on the episode page, all is logged."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from deploy.check_in_mail import mail_through
from tests.api.check_in.patient import CALM, Patient, kinds, link_of, path_in, sent
from tests.api.clinic import Clinic, opened_clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fill
from tests.postgres import Servers
from tests.workers.mail import Mailbox, mail_server
from workers.channels.email import Email, Server


@pytest.fixture(scope="module")
def clinic(servers: Servers) -> Iterator[Clinic]:
    with servers.get("embedded").fresh_database() as database, opened_clinic(database) as opened:
        yield opened


@pytest.fixture
def course(clinic: Clinic) -> Course:
    return referred(clinic).assign()


@pytest.fixture
def mailbox(clinic: Clinic) -> Iterator[Mailbox]:
    """The clinic with a mail server of its own, while the test lasts."""
    before = clinic.edge
    with mail_server() as mail:
        through = mail_through(Email(Server.at(mail.url)))
        clinic.edge = replace(before, send_mail=through, address="http://testserver")
        clinic.app.state.edge = clinic.edge
        yield mail
    clinic.edge = clinic.app.state.edge = before


def mailed(course: Course, **typed: Any) -> str:
    """Send PHQ-9 by mail; the page that comes."""
    wanted = {"instruments": ["phq-9"], "channel": "email", "email": "ana@example.org", **typed}
    page = fill(course.clinic.coordinator, f"{course.href}/send-check-in-link", **wanted)
    course.clinic.catch_up()
    return page.text


def states(course: Course) -> list[str]:
    """The words of the tags in the list of check-ins."""
    html = course.clinic.therapist.get(course.href).text
    panel = html[html.index('id="check-ins"') :]
    panel = panel[: panel.index("</section>")]
    return [
        word for word in ("Sent", "Opened", "Answered", "Expired", "Taken back", "Locked") if f"{word}</span>" in panel
    ]


def test_the_address_is_shown_once_and_a_new_one_voids_it(course: Course) -> None:
    patient = sent(course, instruments=["phq-9"])
    secret = patient.path.rpartition("/")[2]
    assert secret not in course.clinic.therapist.get(course.href).text
    again = course.clinic.coordinator.post(f"{course.href}/check-in-links/{link_of(course)}/address")
    newer = Patient(course.clinic, path_in(again.text))
    assert newer.path != patient.path
    assert patient.look().status_code == 410
    assert newer.open().status_code == 200


def test_the_list_says_where_each_link_stands(course: Course) -> None:
    assert "Nothing was sent to the patient." in course.clinic.therapist.get(course.href).text
    patient = sent(course, instruments=["phq-9"])
    assert states(course) == ["Sent"]
    patient.open()
    assert states(course) == ["Opened"]
    patient.answer(CALM)
    assert states(course) == ["Answered"]
    sent(course, "chaperone")
    course.clinic.travel(hours=73)
    assert states(course) == ["Answered", "Expired"]
    assert "Check-in unanswered: chaperone" in course.clinic.coordinator.get("/coordination").text


def test_an_answered_link_has_no_new_address(course: Course) -> None:
    patient = sent(course, instruments=["phq-9"])
    patient.open()
    patient.answer(CALM)
    page = course.clinic.therapist.post(f"{course.href}/check-in-links/{link_of(course)}/address")
    assert page.status_code == 409
    assert "There is no address." in page.text


def test_the_mail_names_nobody_and_says_what_to_do(course: Course, mailbox: Mailbox) -> None:
    page = mailed(course, language="es")
    assert "Sent by e-mail." in page
    assert "/check-in/" not in page.replace("/check-in-links/", ""), "what was mailed is shown nowhere else"
    (mail,) = mailbox.to("ana@example.org")
    assert mail.subject == "Su equipo de atención tiene una pregunta para usted"
    for told in ("Ana", "Whitfield", "PHQ", "KAP", "ketamin", course.state.reference):
        assert told not in mail.text + mail.subject
    patient = Patient(course.clinic, path_in(mail.text))
    assert patient.open().status_code == 200
    assert "ana@example.org" not in course.clinic.coordinator.get(course.href).text


def test_the_address_used_last_is_used_again(course: Course, mailbox: Mailbox) -> None:
    mailed(course)
    course.clinic.coordinator.post(f"{course.href}/check-in-links/{link_of(course)}/address")
    assert len(mailbox.to("ana@example.org")) == 2
    mailed(course, email="", instruments=["gad-7"])
    assert len(mailbox.to("ana@example.org")) == 3


@pytest.mark.parametrize("answer", ["451 try later", "550 no such mailbox"])
def test_mail_that_does_not_go_out_is_given_by_hand(course: Course, mailbox: Mailbox, answer: str) -> None:
    mailbox.answer = answer
    page = mailed(course)
    assert "Not sent by e-mail." in page
    assert Patient(course.clinic, path_in(page)).open().status_code == 200


def test_without_a_mail_server_the_link_is_given_by_hand(course: Course) -> None:
    page = mailed(course)
    assert "Not sent by e-mail." in page
    assert "whoever runs it names a mail server in `THROUGHLINE_SMTP_URL`" in page


def test_an_address_that_is_none_is_not_taken(course: Course) -> None:
    page = mailed(course, email="ana at home")
    assert "Write an e-mail address" in page
    assert kinds(course)[-1] != "CheckInLinkSent"


def test_the_language_of_the_referral_is_the_language_of_the_link(clinic: Clinic) -> None:
    body = {"name": "Luz Ortega", "birth_date": "1990-05-04", "reason": "Depression", "language": "es"}
    answer = clinic.therapist.post("/api/referrals", json=body, headers={"idempotency-key": uuid4().hex})
    assert answer.status_code == 200, answer.text
    clinic.catch_up()
    form = clinic.therapist.get(f"/episodes/{answer.json()['episode_id']}/send-check-in-link").text
    assert 'name="language" value="es" checked' in form


def test_a_program_sends_a_link_and_asks_for_its_address(course: Course) -> None:
    clinic = course.clinic
    clinic.therapist.recorded(course.episode_id, "send_check_in_link", purpose="chaperone")
    path = f"/api/episodes/{course.episode_id}/check-in-links/{link_of(course)}/address"
    answer = clinic.therapist.post(path, json={})
    assert answer.status_code == 200, answer.text
    assert Patient(clinic, path_in(answer.json()["address"])).open().status_code == 200
    assert clinic.compliance.post(path, json={}).status_code == 403, "they only read, and say why first"
    assert TestClient(create_app(clinic.edge)).post(path, json={}).status_code == 401
