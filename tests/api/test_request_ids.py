"""A request's id: in its answer, in the log, in what it recorded, and in the log of what reacts to that."""

from typing import Any

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from api.answers import id_in
from domain.episode.episode import EPISODE
from tests.api.clinic import Clinic
from tests.api.course import Course, referred

REQUEST_ID = "0b6f4a52-7a0c-4c0e-9f37-3f6a6c1f9a11"


def report(clinic: Clinic, course: Course) -> Any:
    event = {"term": "nausea", "grade": 3, "serious": True}
    return clinic.therapist.decide(course.episode_id, "report_adverse_event", event, x_request_id=REQUEST_ID)


def test_the_id_that_came_is_found_with_everything_it_caused(clinic: Clinic) -> None:
    course = referred(clinic)
    with capture_logs([merge_contextvars]) as lines:
        answer = report(clinic, course)
        clinic.react()
    assert answer.status_code == 200, answer.text
    assert answer.headers["x-request-id"] == REQUEST_ID
    history = clinic.edge.care.history(EPISODE, course.episode_id, network_id=clinic.network_id)
    assert str(history[-1].envelope.correlation_id) == REQUEST_ID
    answered = next(line for line in lines if line.get("request_id") == REQUEST_ID)
    reacted = next(line for line in lines if line.get("correlation_id") == REQUEST_ID)
    assert (answered["event"], answered["route"], answered["status"]) == (
        "answered", "/api/episodes/{episode_id}/report-adverse-event", 200,
    )  # fmt: skip
    assert (reacted["event"], reacted["policy"]) == ("reacted", "carry_over_adverse_event_when_reported_elsewhere")


def test_reading_leaves_no_line(clinic: Clinic) -> None:
    with capture_logs() as lines:
        assert clinic.therapist.get("/caseload").status_code == 200
    assert lines == []


@pytest.mark.parametrize("sent", [None, b"", b"Ana Whitfield", b"\xff", b"x" * 5000])
def test_only_an_id_is_taken_over(sent: bytes | None) -> None:
    assert id_in(sent) is None
