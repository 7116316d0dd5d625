"""Two people act on one dose at the same moment: whoever comes second is asked again, whichever of them it is."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from domain.episode.dosing.standing_clearance import stands_at
from domain.episode.episode import EPISODE, Episode
from tests.api.clinic import Clinic
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
