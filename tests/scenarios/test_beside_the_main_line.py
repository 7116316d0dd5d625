"""A monitored protocol beside the network's own, a gate passed over, a question by link, a note of one's own."""

from deploy.demo.incidents.check_ins import asked_by_link
from deploy.demo.incidents.devices import monitored
from deploy.demo.incidents.overrides import without_preparation
from deploy.demo.own_note import THOUGHTS, write_own_note
from tests.scenarios.house import House


def test_a_device_is_watched_for_two_hours_at_the_practice(house: House) -> None:
    """Sets and looks at their times; the session ends after two hours, and the form that follows is owed in days."""
    ana = house.tells(monitored, "Ana Device").given("planned")
    assert ana.state.plan is not None
    assert ana.state.plan.protocol_id == "spravato-style"
    ana.given("session 1: booked")
    ana.when("sprayed")
    assert {"vitals_40", "observation", "vitals_leaving"} <= house.therapist.releases(ana, 1).closed.keys()
    ana.when("the form is owed")
    assert any("form" in key for key in ana.owed()), ana.owed().keys()


def test_a_prescriber_passes_over_preparation_with_the_therapists_agreement(house: House) -> None:
    """Closed; overridden by name for one session; the team is told, and the dose is taken under it."""
    ana = house.tells(without_preparation, "Ana Override").given("the gate is closed")
    ana.at(16, "09:00")
    assert "preparation" in ana.closed()
    ana.when("overridden")
    assert "preparation" not in ana.closed()
    assert any("overrode" in line["sentence"] or "verr" in line["sentence"] for line in ana.timeline())
    assert "Override the team has not read" in house.therapist.page("/caseload")
    ana.when("session 1: released")
    assert ana.state.sessions[ana.dosing(1)].is_dosed


def test_a_question_by_link_waits_for_the_patient(house: House) -> None:
    ana = house.tells(asked_by_link, "Ana Link").given("session 2: called the next day")
    ana.when("asked by a link")
    assert "Questionnaires: PHQ-9, GAD-7" in house.therapist.page(ana.href)


def test_a_psychotherapy_note_is_its_authors_alone(house: House) -> None:
    ana = house.tells(without_preparation, "Ana Own Note").given("assigned")
    for _ in range(2):
        write_own_note(house.edge.notes, ana.story.patient)
    assert house.therapist.page(f"{ana.href}/psychotherapy-notes").count(THOUGHTS[:40]) == 1
    assert not house.prescriber.finds(f"{ana.href}/psychotherapy-notes")
    assert THOUGHTS[:40] not in house.prescriber.page(ana.href)
