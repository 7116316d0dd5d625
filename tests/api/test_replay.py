"""Replay: the state then, what was known, what changed; purpose asked first, every view logged, nothing written."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from api.replay_view.moments import Times, last_event, moments, not_yet_known, read, written
from domain.actor import Role
from domain.episode.episode import EPISODE
from domain.event import Recorded
from tests.api.clinic import ZONE, Browser, Clinic, local
from tests.api.course import Course, ready_to_dose, referred
from tests.api.pages_read import Read, readings

LATER = "2099-01-01 12:00"
"""The clinic's clock stands in the past of the database's, which says when things were known."""


def replay(clinic: Clinic, course: Course, browser: Browser | None = None, **query: str) -> Read:
    answer = (browser or clinic.therapist).get(f"{course.href}/replay", params=query)
    assert answer.status_code == 200, answer.headers.get("location")
    return Read(answer.text)


def history(course: Course) -> list[Recorded]:
    clinic = course.clinic
    return clinic.edge.care.history(EPISODE, course.episode_id, network_id=clinic.network_id)


def as_recorded_at_once(recorded: Recorded) -> Recorded:
    return recorded._replace(envelope=recorded.envelope._replace(recorded_at=recorded.envelope.occurred_at))


def state_in(read: Read) -> str:
    """The panel of the state at A."""
    return read.words.partition("Changed from A to B")[0].partition("As of A")[2]


def purposes(clinic: Clinic, screen: str) -> list[str | None]:
    with clinic.datastore.in_network(clinic.network_id) as connection:
        rows = connection.execute("SELECT purpose FROM access_log WHERE screen = %s ORDER BY entry", [screen])
        return [purpose for (purpose,) in rows]


def give_purpose(clinic: Clinic, course: Course, purpose: str = "complaint") -> str:
    answer = clinic.compliance.post(f"{course.href}/purpose", {"purpose": purpose, "then": f"{course.href}/replay"})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_compliance_is_asked_why_before_anything_is_shown(clinic: Clinic) -> None:
    course = referred(clinic)
    for page in ("", "/replay", "/timeline", "/events/1"):
        answer = clinic.compliance.get(f"{course.href}{page}")
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, f"{course.href}/purpose")
    asked = clinic.compliance.get(f"{course.href}/purpose")
    assert "Why do you read this episode?" in asked.text
    assert "Whitfield" not in asked.text
    assert course.state.reference not in asked.text
    assert readings(clinic, "replay") == readings(clinic, "episode") == []


def test_the_purpose_is_written_beside_every_reading(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert give_purpose(clinic, course) == f"{course.href}/replay"
    read = replay(clinic, course, clinic.compliance)
    assert "Read-only. Purpose: complaint ( change ). This view is logged." in read.words
    assert clinic.compliance.get(course.href).status_code == 200
    assert purposes(clinic, "replay") == purposes(clinic, "episode") == ["complaint"]


def test_a_purpose_counts_for_its_episode_and_sign_in_only(clinic: Clinic) -> None:
    ana, leo = referred(clinic), referred(clinic, "Leo Castellanos")
    give_purpose(clinic, ana)
    assert clinic.compliance.get(f"{leo.href}/replay").status_code == 303
    clinic.travel(minutes=20)  # signed out meanwhile, and in again
    assert clinic.compliance.get(f"{ana.href}/replay").status_code == 303


def test_no_purpose_chosen_asks_again(clinic: Clinic) -> None:
    course = referred(clinic)
    answer = clinic.compliance.post(f"{course.href}/purpose", {"purpose": "curiosity"})
    assert answer.headers["location"] == f"{course.href}/purpose?missing=true"
    assert "Choose one." in clinic.compliance.get(answer.headers["location"]).text


def test_nobody_else_is_asked_and_strangers_find_no_question(clinic: Clinic) -> None:
    course = referred(clinic)
    stranger = Browser(clinic, clinic.admit("Dr. Idris Vance", Role.THERAPIST))
    assert clinic.therapist.get(f"{course.href}/purpose").status_code == 404
    for page in ("purpose", "replay"):
        assert stranger.get(f"{course.href}/{page}").status_code == 404
    assert clinic.coordinator.get(f"{course.href}/replay").status_code == 404
    assert clinic.compliance.get(f"/episodes/{uuid4()}/replay").status_code == 404


def test_a_purpose_leads_to_no_other_site(clinic: Clinic) -> None:
    course = referred(clinic)
    for then in ("https://elsewhere.example", "//elsewhere.example", f"/episodes/{uuid4()}", f"{course.href}evil"):
        answer = clinic.compliance.post(f"{course.href}/purpose", {"purpose": "incident", "then": then})
        assert answer.headers["location"] == f"{course.href}/replay", then


def test_the_state_then_stands_beside_what_changed_since(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    version = len(history(course))
    course.book()
    read = replay(clinic, course, event=str(version))
    assert f"Event {version} of {version + 1}" in read.words
    assert "Preparation session 1 completed" in read.words
    assert f"Dosing session 1 none → booked for 14 Mar 2026 10:12 event {version + 1}" in read.words
    assert "1 event, " in read.words
    assert "May a dose be taken? No: missing" in read.words


def test_slider_and_links_go_from_event_to_event(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    last = len(history(course))
    html = clinic.therapist.get(f"{course.href}/replay?event=5&times=known&b={LATER}").text
    assert f'type="range" id="event" min="1" max="{last}" value="5"' in html
    kept = "b=2099-01-01+12%3A00"
    assert f'data-go="{course.href}/replay?times=known&amp;event={{value}}&amp;{kept}"' in html
    read = Read(html)
    assert read.href("← Event 4") == f"{course.href}/replay?times=known&event=4&{kept}"
    assert read.href("Event 6 →") == f"{course.href}/replay?times=known&event=6&{kept}"


def test_events_of_one_moment_are_stepped_through_one_by_one(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    outcome = {"instrument": "phq-9", "answers": [1] * 9, "taken_at": clinic.now.isoformat()}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **outcome)  # and a hold, in the same append
    last = len(history(course))
    for event in (last, last - 1):
        read = replay(clinic, course, event=str(event), times="known", b=LATER)
        assert f"Event {event} of {last} " in read.words
    assert read.href(f"Event {last} →")


def test_what_was_not_known_yet_is_counted_and_listed(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    taken_at = clinic.now - timedelta(days=1)
    late = {"instrument": "phq-9", "answers": [0] * 9, "taken_at": taken_at.isoformat()}
    clinic.therapist.recorded(course.episode_id, "record_outcome", **late)
    a = written(taken_at + timedelta(hours=1), ZONE)
    happened, known = (replay(clinic, course, a=a, times=times, b=LATER) for times in ("happened", "known"))
    assert "PHQ-9 0, minimal" in state_in(happened)
    assert "PHQ-9 0" not in state_in(known)
    assert re.search(r"\d+ entries were not yet known at A .*Dr. Lindqvist recorded PHQ-9: 0", happened.words)


def test_only_what_was_recorded_in_a_later_minute_was_not_yet_known(clinic: Clinic) -> None:
    events = [as_recorded_at_once(recorded) for recorded in history(ready_to_dose(clinic))]
    moment = events[-1].envelope.occurred_at
    assert not_yet_known(events, moment) == []
    late = events[3]._replace(envelope=events[3].envelope._replace(recorded_at=moment + timedelta(hours=1)))
    assert not_yet_known([*events[:3], late, *events[4:]], moment) == [late]


def test_corrected_values_are_struck(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    before = len(history(course))
    outcome = next(iter(course.state.outcomes.values()))
    corrected = {"outcome_id": str(outcome.outcome_id), "answers": [1] * 8 + [0], "reason": "Misread"}
    clinic.therapist.recorded(course.episode_id, "correct_outcome", **corrected)
    query = {"times": "known", "event": str(before), "b": LATER}
    html = clinic.therapist.get(f"{course.href}/replay", params=query).text
    assert re.search(r"<s>12, moderate.*?</s> → <b>8, mild", html)


def test_a_later_than_b_is_swapped_and_said(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    read = replay(clinic, course, a="2026-03-14 09:00", b="2026-03-12 09:00")
    assert "A is later than B; swapped." in read.words
    assert "As of A 12 Mar 2026, 09:00" in read.words


def test_before_the_first_event_nobody_was_referred(clinic: Clinic) -> None:
    read = replay(clinic, ready_to_dose(clinic), a="2026-01-01 09:00")
    assert "Before event 1" in read.words
    assert "Phase not referred yet" in read.words


def test_no_change_is_said(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    now = written(clinic.now, ZONE)
    assert "No change between A and B; nothing was recorded between them." in replay(clinic, course, a=now, b=now).words


def test_what_is_no_moment_is_named_beside_its_field(clinic: Clinic) -> None:
    read = replay(clinic, ready_to_dose(clinic), a="yesterday", b="2026-13-40")
    assert read.words.count("Write a day and a time, such as 2026-02-19 13:20.") == 2


def test_gates_are_asked_under_the_protocol_in_force_then(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    assert "under protocol kap-core 2" in replay(clinic, course).words
    assert "under protocol" not in replay(clinic, course, a="2025-01-01").words


def test_a_replay_begins_by_picking_an_episode(clinic: Clinic) -> None:
    assert "A reference such as KAP-0012" in clinic.compliance.get("/replay").text
    assert clinic.coordinator.get("/replay").status_code == 404


@pytest.mark.parametrize("typed", ["2026-02-19 13:20", "2026-02-19T13:20", "2026-02-19 13:20:00", "2026-02-19T21:20Z"])
def test_a_typed_moment_includes_its_whole_minute(typed: str) -> None:
    moment = read(typed, ZONE)
    assert moment is not None
    assert local("2026-02-19 13:20") <= moment < local("2026-02-19 13:21")


def test_a_typed_day_includes_all_of_it() -> None:
    moment = read("2026-02-19", ZONE)
    assert moment is not None
    assert local("2026-02-19 23:59") < moment < local("2026-02-20 00:00")


def test_an_event_counts_exactly_until_another_minute_is_typed(clinic: Clinic) -> None:
    course = ready_to_dose(clinic)
    events = history(course)
    exact = Times.KNOWN.of(events[4])

    def asked(a: str) -> int:
        return moments(events, Times.KNOWN, a, LATER, 5, clinic.now, ZONE).event

    assert asked("") == asked(written(exact, ZONE)) == last_event(events, Times.KNOWN, exact)
    assert asked("2020-01-01 00:00") == 0
