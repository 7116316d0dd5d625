"""The page of the rota: who is on call now and ahead, gaps marked, planned by prescribers and coordinators."""

from tests.api.clinic import CRISIS_TEXT, Clinic
from tests.api.forms_driven import fields_in

HERE = "/on-call"


def planned(clinic: Clinic, **typed: str) -> str:
    """A week from Friday on, named by the coordinator, and the page after it."""
    page = clinic.coordinator.get(HERE).text
    sent = fields_in(page, f"{HERE}/name-on-call") | {
        "prescriber_id": str(clinic.rivera.actor_id),
        "phone": "555-0177",
        "from_at.day": "2026-03-20",
        "from_at.time": "17:00",
        "until_at.day": "2026-03-27",
        "until_at.time": "17:00",
        **{name.replace("__", "."): value for name, value in typed.items()},
    }
    answer = clinic.coordinator.post(f"{HERE}/name-on-call", sent)
    return answer.text if answer.status_code != 303 else clinic.coordinator.get(HERE).text


def test_the_rota_shows_who_is_on_call_now_and_the_crisis_text(clinic: Clinic) -> None:
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator, clinic.compliance):
        page = browser.get(HERE).text
        assert "Dr. Rivera" in page
        assert "555-0142" in page
        assert CRISIS_TEXT in page
        assert "not monitored live" in page
    assert "name-on-call" not in clinic.therapist.get(HERE).text
    assert "note-absence" in clinic.therapist.get(HERE).text


def test_a_duty_is_planned_ahead_and_taken_back_and_gaps_are_marked(clinic: Clinic) -> None:
    page = planned(clinic)
    assert "555-0177" in page
    assert "Also named: Dr. Rivera." in page
    assert "Nobody is on call" not in page
    now = next(part for part in page.split("<tr")[2:] if "End it now" in part)
    duty_id = now.split('name="duty_id" value="')[1].split('"')[0]
    assert clinic.coordinator.post(f"{HERE}/take-back", {"duty_id": duty_id, "_key": "k" * 32}).status_code == 303
    after = clinic.coordinator.get(HERE).text
    assert "Nobody is on call now. No dose is cleared in hours that nobody answers for." in after


def test_what_cannot_be_planned_comes_back_with_what_was_typed(clinic: Clinic) -> None:
    page = planned(clinic, until_at__day="2026-03-19", phone="555-0188")
    assert "The duty would end before it begins" in page
    assert "555-0188" in page
    assert "Not recorded. One thing to mend:" in planned(clinic, phone="")
