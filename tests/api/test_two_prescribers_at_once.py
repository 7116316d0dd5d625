"""Two people act on one patient at the same moment: whoever comes second is asked again, whichever of them it is."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from domain.actor import Role
from domain.episode.dosing.standing_clearance import stands_at
from domain.episode.episode import EPISODE, Episode
from tests.api.clinic import Browser, Clinic
from tests.api.dosing_day import Day
from tests.domain.people import PROTOCOL


def at_once(*acts: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """Every act in a thread of its own, all begun together."""
    start = threading.Barrier(len(acts))

    def take(act: Callable[[], httpx.Response]) -> httpx.Response:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as people:
        return [one.result() for one in [people.submit(take, act) for act in acts]]


def as_it_stands(day: Day) -> Episode:
    clinic = day.clinic
    episode, _ = clinic.edge.care.state(EPISODE, day.course.episode_id, network_id=clinic.network_id)
    assert isinstance(episode, Episode)
    return episode


def ready(clinic: Clinic) -> Day:
    return Day(clinic).start().ask().measure()


def order(day: Day, **more: Any) -> dict[str, Any]:
    return {"session_id": str(day.session_id)} | more


STOPS: dict[str, Callable[[Day, Episode], tuple[str, dict[str, Any]]]] = {
    "a hold": lambda day, _: ("place_hold", {"reason": "other"}),
    "a lower dose": lambda _, episode: (
        "set_next_dose",
        {"plan_id": str(episode.plan_id), "next_dose_mg": 50, "reason": "sedated last time"},
    ),
    "a suspension": lambda _, episode: ("suspend_plan", {"plan_id": str(episode.plan_id), "reason": "laboratory"}),
}


@pytest.mark.parametrize("what", STOPS)
def test_a_go_and_what_stops_it_at_once_leave_no_go(what: str, clinic: Clinic) -> None:
    """Either the stop comes first and closes the gate, or it comes second and ends the go."""
    day = ready(clinic)
    stop, asked = STOPS[what](day, as_it_stands(day))
    episode_id, go = day.course.episode_id, order(day, dose_mg=100, plan_version=1)
    for browser in (clinic.therapist, clinic.prescriber):
        browser.get("/caseload")  # signed in before the race
    cleared, stopped = at_once(
        lambda: clinic.therapist.decide(episode_id, "clear_to_dose", go),
        lambda: clinic.prescriber.decide(episode_id, stop, asked),
    )
    assert stopped.status_code == 200, stopped.text
    assert cleared.status_code in {200, 409, 422}, cleared.text
    episode = as_it_stands(day)
    session = episode.sessions[day.session_id]
    assert (session.clearance is not None) == (cleared.status_code == 200)
    if session.clearance is not None:
        assert not stands_at(session.clearance, session, clinic.now, PROTOCOL.numbers, episode)


def test_two_prescribers_who_set_another_dose_at_once_do_not_overwrite_each_other_unseen(clinic: Clinic) -> None:
    day = ready(clinic)
    before = as_it_stands(day)
    assert before.plan is not None
    episode_id, second = day.course.episode_id, clinic.prescriber
    set_to = [{"plan_id": str(before.plan_id), "next_dose_mg": mg, "reason": "x"} for mg in (50, 150)]
    answers = at_once(*(lambda one=one: second.decide(episode_id, "set_next_dose", one) for one in set_to))
    assert {answer.status_code for answer in answers} <= {200, 409, 422}
    after = as_it_stands(day)
    assert after.plan is not None
    assert after.plan.version == before.plan.version + sum(answer.status_code == 200 for answer in answers)


def test_a_go_and_a_dose_at_once_are_both_kept_in_order(clinic: Clinic) -> None:
    day = ready(clinic)
    episode_id = day.course.episode_id
    dose = order(day, amount_mg=100, tablets=[{"count": 1, "strength_mg": 100}])
    go = order(day, dose_mg=100, plan_version=1)
    clinic.therapist.get("/caseload")
    cleared, taken = at_once(
        lambda: clinic.therapist.decide(episode_id, "clear_to_dose", go),
        lambda: clinic.prescriber.decide(episode_id, "record_dose", dose),
    )
    assert taken.status_code == 200, taken.text
    session = as_it_stands(day).sessions[day.session_id]
    (known,) = session.doses.values()
    noted = [d for d in as_it_stands(day).deviations.values() if d.code == "not_cleared"]
    assert known.was_cleared == (not noted)
    assert cleared.status_code == 200 or noted


def another(day: Day, role: Role) -> Browser:
    """A second person of that role, on the care team."""
    clinic = day.clinic
    person = clinic.admit("Dr. Noa Abara", role)
    who = {"clinician_id": str(person.actor_id), "role": role.value}
    clinic.coordinator.recorded(day.course.episode_id, "assign_care_team_member", **who)
    browser = Browser(clinic, person)
    browser.get("/caseload")
    return browser


def held(day: Day, *holds: UUID) -> None:
    for hold_id in holds:
        day.clinic.therapist.recorded(day.course.episode_id, "place_hold", hold_id=str(hold_id), reason="other")


def test_two_prescribers_who_release_two_holds_at_once_release_both(clinic: Clinic) -> None:
    day = ready(clinic)
    holds, second = (uuid4(), uuid4()), another(day, Role.PRESCRIBER)
    held(day, *holds)
    people = zip((clinic.prescriber, second), holds, strict=True)
    acts = [
        lambda who=who, hold=hold: who.decide(
            day.course.episode_id, "release_hold", {"hold_id": str(hold), "reason": "looked at it"}
        )
        for who, hold in people
    ]
    assert [answer.status_code for answer in at_once(*acts)] == [200, 200]
    released = [as_it_stands(day).holds[hold] for hold in holds]
    assert [one.released_by for one in released] == [clinic.rivera.actor_id, second.actor.actor_id]


def test_one_hold_that_two_prescribers_release_at_once_is_released_once(clinic: Clinic) -> None:
    day = ready(clinic)
    hold, other, second = uuid4(), uuid4(), another(day, Role.PRESCRIBER)
    held(day, hold, other)
    body = {"hold_id": str(hold), "reason": "looked at it"}
    answers = at_once(
        *(
            lambda who=who: who.decide(day.course.episode_id, "release_hold", body)
            for who in (clinic.prescriber, second)
        )
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(len(answer.json()["events"]) for answer in answers) == [0, 1]
    assert as_it_stands(day).holds[other].is_open


def test_two_therapists_who_clear_at_once_give_one_go(clinic: Clinic) -> None:
    day = ready(clinic)
    second, go = another(day, Role.THERAPIST), order(day, dose_mg=100, plan_version=1)
    answers = at_once(
        *(lambda who=who: who.decide(day.course.episode_id, "clear_to_dose", go) for who in (clinic.therapist, second))
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(as_it_stands(day).sessions[day.session_id].clearances) == 1


def test_one_dose_that_two_people_write_down_at_once_is_one_dose_and_a_question(clinic: Clinic) -> None:
    """Each under a key of their own: the second is asked whether it was one more, and nothing is doubled unsaid."""
    day = ready(clinic)
    second = another(day, Role.THERAPIST)
    clinic.therapist.recorded(day.course.episode_id, "clear_to_dose", **order(day, dose_mg=100, plan_version=1))
    dose = order(day, amount_mg=100, tablets=[{"count": 1, "strength_mg": 100}])
    answers = at_once(
        *(lambda who=who: who.decide(day.course.episode_id, "record_dose", dose) for who in (clinic.therapist, second))
    )
    asked = max(answers, key=lambda answer: answer.status_code)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert "If one more was taken, say so." in asked.json()["detail"]
    assert as_it_stands(day).sessions[day.session_id].total_mg == 100
