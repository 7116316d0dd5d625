"""Alerts on every page: with whom, whom to call, who has taken it on; nobody is said to have been paged who was not."""

from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from domain.actor import Role
from domain.episode.alert.alert import AlertKind, id_of
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from projections.alerting import TO_CHASE
from tests.api.clinic import CRISIS_TEXT, Browser, Clinic
from tests.api.course import Course, referred
from tests.api.forms_driven import fill
from tests.api.pages_read import Read
from tests.postgres import Database

NUMBER = "555-0177"
PAGED = f"Nobody has been paged; call {NUMBER}"


@pytest.fixture
def course(clinic: Clinic) -> Course:
    """Ana, whose C-SSRS of this morning was high. Dr. Abara is on call, and not on the team."""
    course = referred(clinic).assign()
    answers = [1, 1, 1, 1, 0, 0, None]
    clinic.therapist.recorded(
        course.episode_id, "record_outcome", instrument="c-ssrs", answers=answers, taken_at=clinic.now.isoformat()
    )
    return course


@pytest.fixture
def abara(clinic: Clinic) -> Browser:
    """On call, and not on the team."""
    actor = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
    duty = NameOnCall(prescriber_id=actor.actor_id, phone=NUMBER)
    clinic.decide(NETWORK, clinic.network_id, name_on_call, duty)
    clinic.catch_up()
    return Browser(clinic, actor)


def test_p7_a_high_risk_is_with_the_prescriber_on_call_on_every_page(
    clinic: Clinic, abara: Browser, course: Course
) -> None:
    for page in (
        clinic.therapist.get(course.href),
        clinic.therapist.get("/caseload"),
        clinic.prescriber.get("/worklist"),
    ):
        assert "High suicide risk" in page.text
        assert "With Dr. Abara, on call." in page.text
        assert PAGED in Read(page.text).words
    shown = clinic.therapist.get(course.href).text
    assert CRISIS_TEXT in shown
    assert shown.count("This page is not monitored live.") == 1
    assert shown.count('class="callout callout-urgent"') == 1  # the fact and its alert are told together
    assert "High suicide risk, since today 09:42. With Dr. Abara, on call." in shown
    assert "High suicide risk" not in clinic.coordinator.get("/coordination").text
    assert "High suicide risk" not in clinic.coordinator.get(course.href).text


def test_who_is_called_sees_the_reference_alone_says_why_and_takes_it_on(
    clinic: Clinic, abara: Browser, course: Course
) -> None:
    listed = abara.get("/worklist").text
    assert "High suicide risk" in listed
    assert course.state.reference in listed
    assert "Ana Whitfield" not in listed
    assert "Take it on" not in listed
    assert fill_reason(abara, course).status_code == 303
    clinic.catch_up()
    clinic.travel(minutes=10)
    taken = fill(abara, f"{course.href}/acknowledge-alert?alert_id={alert_of(course)}")
    assert taken.status_code == 303, taken.text
    for browser, path in ((clinic.therapist, course.href), (clinic.therapist, "/caseload"), (abara, "/worklist")):
        assert "Dr. Abara has taken it on, today 09:52." in browser.get(path).text, path
    clinic.travel(hours=3)
    assert "Not acknowledged in time" not in clinic.therapist.get(course.href).text


def test_unacknowledged_it_goes_on_and_the_page_says_to_whom(clinic: Clinic, abara: Browser, course: Course) -> None:
    back_up = clinic.admit("Dr. Eli Wren", Role.PRESCRIBER)
    duty = {
        "prescriber_id": abara.actor.actor_id,
        "phone": NUMBER,
        "back_up_id": back_up.actor_id,
        "back_up_phone": "555-0178",
    }
    clinic.decide(NETWORK, clinic.network_id, name_on_call, NameOnCall.model_validate(duty))
    clinic.catch_up()
    assert "It goes on to Dr. Wren, back-up at today 09:57." in clinic.therapist.get(course.href).text
    clinic.travel(minutes=15)
    later = clinic.therapist.get(course.href).text
    assert "Not acknowledged in time; now with Dr. Wren, back-up." in later
    assert "call 555-0178" in Read(later).words
    assert "High suicide risk" in Browser(clinic, back_up).get("/worklist").text


def fill_reason(browser: Browser, course: Course) -> httpx.Response:
    return browser.post(f"{course.href}/take-access", {"because": "suicide_risk", "reason": "Called."})


def alert_of(course: Course) -> UUID:
    (hold_id,) = course.state.holds
    return id_of(AlertKind.HIGH_RISK, hold_id)


def test_once_a_message_has_left_the_page_says_to_whom_and_not_that_it_was_read(
    clinic: Clinic, abara: Browser, course: Course, database: Database
) -> None:
    message = {"id": uuid4(), "network": clinic.network_id, "to": abara.actor.actor_id, "at": clinic.now}
    notice = message | {"episode": course.episode_id, "key": f"alert:{alert_of(course)}"}
    with psycopg.connect(database.work_url) as connection:
        connection.execute(PLANNED, message)
        connection.execute(NOTICED, notice)
    assert PAGED in Read(clinic.therapist.get(course.href).text).words, "a message that waits has reached nobody"
    with psycopg.connect(database.work_url) as connection:
        connection.execute("UPDATE reminder_message SET settled_at = %(at)s, result = 'sent'", message)
    said = f"A message went to Dr. Abara at 09:42. That it was read is not known; call {NUMBER}"
    for browser, path in ((clinic.therapist, course.href), (clinic.therapist, "/caseload"), (abara, "/worklist")):
        assert said in Read(browser.get(path).text).words, path


PLANNED = """
    INSERT INTO reminder_message (message_id, network_id, recipient_id, channel, is_digest, planned_at, next_try_at)
    VALUES (%(id)s, %(network)s, %(to)s, 'email', false, %(at)s, %(at)s)
"""
NOTICED = """
    INSERT INTO reminder_notice (network_id, recipient_id, episode_id, key, due, tier, message_id)
    VALUES (%(network)s, %(to)s, %(episode)s, %(key)s, 'now', 'alert', %(id)s)
"""


def test_u1_what_nobody_looked_at_comes_to_coordination_without_what_it_is_about(clinic: Clinic) -> None:
    course = referred(clinic).assign().take_in()
    urinary = {"frequency_per_day": 6, "nocturia_per_night": 4, "urgency": True, "dysuria": False}
    reported = {"urinary": urinary | {"visible_blood": False}, "reported_at": clinic.now.isoformat()}
    clinic.therapist.recorded(course.episode_id, "report_symptoms", **reported)
    assert "Urinary symptoms" in clinic.prescriber.get("/worklist").text
    assert TO_CHASE not in clinic.coordinator.get("/coordination").text
    clinic.travel(days=5)
    listed = clinic.coordinator.get("/coordination").text
    assert TO_CHASE in listed
    assert "Not acknowledged in time; now with coordination." in listed
    assert "Ana Whitfield" in listed
    assert not [word for word in ("rinary", "at night", "4 times", "urgency") if word in listed]
    (report_id,) = course.state.symptom_reports
    alert_id = id_of(AlertKind.URINARY, report_id)
    fill(clinic.coordinator, f"{course.href}/acknowledge-alert?alert_id={alert_id}&back=/coordination")
    assert "has taken it on, today 09:42." in clinic.coordinator.get("/coordination").text


def test_many_alerts_fold_and_never_one_that_waits_for_the_reader(clinic: Clinic, abara: Browser) -> None:
    """Six high risks that Dr. Abara was called for; the therapist only has to know of them."""
    for number in range(6):
        course = referred(clinic, f"Ana Number{number}").assign()
        answers = [1, 1, 1, 1, 0, 0, None]
        taken = {"instrument": "c-ssrs", "answers": answers, "taken_at": clinic.now.isoformat()}
        clinic.therapist.recorded(course.episode_id, "record_outcome", **taken)
    known = clinic.therapist.get("/caseload").text
    in_sight, folded = known.split('<details class="fold wide"><summary>3 more alerts, none of them for you to take on')
    assert (in_sight.count("<b>High suicide risk</b>"), folded.count("<b>High suicide risk</b>")) == (3, 3)
    called = abara.get("/worklist").text
    assert (called.count("<b>High suicide risk</b>"), "more alerts" in called) == (6, False)
