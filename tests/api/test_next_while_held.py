"""Next for you while dosing is held: what opens the hold, never the dose behind it."""

from uuid import uuid4

from domain.episode.episode import EPISODE
from domain.episode.safety.place_hold import PlaceHold, place_hold
from domain.episode.safety.safety import HoldReason
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, ready_to_dose
from tests.api.pages_read import Read


def next_for(browser: Browser, course: Course) -> Read:
    page = browser.get(course.href).text
    return Read(page[page.index("<h2>Next for you") : page.index("</section>", page.index("<h2>Next for you"))])


def held(clinic: Clinic, course: Course, *reasons: HoldReason) -> None:
    for reason in reasons:
        order = PlaceHold(hold_id=uuid4(), reason=reason)
        clinic.decide(EPISODE, course.episode_id, place_hold, order, by=clinic.lindqvist)
    clinic.catch_up()


def test_a_held_dose_is_neither_offered_nor_booked_as_the_next_step(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert next_for(clinic.therapist, course).links[0][1] == "Schedule dosing session 1"
    held(clinic, course, HoldReason.OTHER)
    shown = next_for(clinic.therapist, course)
    outside = shown.words.partition(" more ")[0]
    assert "dosing session" not in outside
    assert "Schedule" not in outside
    assert "Dosing is held. Missing: a prescriber's release of the hold, with Dr. Rivera." in shown.words
    release = next_for(clinic.prescriber, course).links[0]
    assert release[1] == "Release a hold"
    held(clinic, course, HoldReason.MEDICINES, HoldReason.CHAPERONE)
    assert "Dosing is held for 3 reasons. Missing:" in next_for(clinic.therapist, course).words


def test_a_booked_dose_is_not_offered_for_its_start_while_it_is_held(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    course.book()
    clinic.catch_up()
    assert next_for(clinic.therapist, course).links[0][1] == "Start dosing session 1"
    held(clinic, course, HoldReason.OTHER)
    shown = next_for(clinic.therapist, course)
    assert "Start dosing session 1" not in shown.words.partition(" more ")[0]
    assert "a prescriber's release of the hold" in shown.words


def test_coordination_learns_that_it_is_held_and_not_why(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    held(clinic, course, HoldReason.HIGH_RISK)
    shown = next_for(clinic.coordinator, course)
    assert "Dosing is held. Waiting for a prescriber's review." in shown.words
    assert "Missing" not in shown.words
