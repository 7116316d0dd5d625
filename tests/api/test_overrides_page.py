"""Overrides for compliance and for the team: every number opens the rows it counts, reasons stay in the entries."""

import re

from domain.actor import Role
from tests.api.clinic import Browser, Clinic
from tests.api.course import Course, ready_to_dose
from tests.api.forms_driven import fill

REASON = "Patient knows the therapist well."


def overridden(clinic: Clinic) -> tuple[Course, Browser]:
    """A booked dose; one override signed by one, one that waits for Dr. Abara."""
    course = ready_to_dose(clinic)
    session_id = course.book()
    second = clinic.admit("Dr. Noor Abara", Role.PRESCRIBER)
    clinic.catch_up()
    again = Browser(clinic, clinic.rivera)
    order = {"session_id": str(session_id), "reason": REASON}
    again.recorded(course.episode_id, "grant_override", rule="13", **order)
    again.recorded(course.episode_id, "grant_override", rule="11", second_prescriber_id=str(second.actor_id), **order)
    return course, Browser(clinic, second)


def counts_on(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'rule=[^"]*">(\d+)</a>', page)]


def test_compliance_counts_overrides_per_clinician_and_rule_and_opens_the_rows(clinic: Clinic) -> None:
    course, _ = overridden(clinic)
    page = clinic.compliance.get("/overrides").text
    assert counts_on(page) == [1, 1]
    assert "Rule 11, Days between doses" in page
    assert "not signed by Dr. Abara" in page
    assert course.state.reference in page
    assert REASON not in page
    assert "Ana Whitfield" not in page
    address = re.findall(r'href="(/overrides\?[^"]*rule=11)"', page)[0].replace("&amp;", "&")
    opened = clinic.compliance.get(address).text
    assert "Dr. Rivera: Rule 11, Days between doses" in opened
    assert opened.count(course.state.reference) == 1
    for browser in (clinic.therapist, clinic.prescriber, clinic.coordinator):
        assert browser.get("/overrides").status_code == 404


def test_the_second_prescriber_reads_the_episode_and_signs_in_person(clinic: Clinic) -> None:
    course, second = overridden(clinic)
    assert second.get(course.href).status_code == 200
    assert "opens nothing until Dr. Abara has signed" in clinic.therapist.get(course.href).text
    assert second.decide(course.episode_id, "suspend_plan", {}).status_code in (404, 422)
    form = second.get(f"{course.href}/confirm-override").text
    assert "Days between doses" in form
    signed = fill(second, f"{course.href}/confirm-override", _sign="yes")
    assert signed.status_code == 303, signed.text
    clinic.catch_up()
    assert "confirmed the override of rule 11 as second prescriber." in clinic.therapist.get(course.href).text
    assert "Dr. Abara, " in clinic.compliance.get("/overrides").text
    clinic.travel(hours=25)
    assert second.get(course.href).status_code == 404


def test_taking_it_on_is_offered_to_those_who_may_and_not_to_whoever_granted_it(clinic: Clinic) -> None:
    course, _ = overridden(clinic)
    asked = "Override the team has not read"
    for path in (course.href, "/caseload"):
        page = clinic.therapist.get(path).text
        assert asked in page
        assert "Take it on" in page
    granter = Browser(clinic, clinic.rivera)
    assert asked in granter.get(course.href).text
    assert "Take it on" not in granter.get(course.href).text
    assert asked not in granter.get("/worklist").text
