"""Asking for one address as somebody, of an episode that is there or of nothing, and comparing what was answered."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi.testclient import TestClient

from domain.episode.episode import EPISODE
from tests.api.clinic import Browser
from tests.api.course import Course
from tests.security.world import SUBSCRIBER_ID, World

OF_NO_EPISODE: dict[str, Any] = {
    "secret": "x" * 43,
    "link_id": UUID(int=0),
    "version": 1,
    "which": "1",
    "protocol_id": "kap-core",
    "subscriber_id": SUBSCRIBER_ID,
    "file_name": "thin.v1.json",
    "stream": "episode",
    "stored_as": "DoseTaken",
}
"""Names in addresses that are the same for every episode: version 1 of an event, or of the protocol shipped."""


def strangers(world: World) -> dict[str, Callable[..., httpx.Response]]:
    """Those who are not signed in, or not any more."""
    nobody = TestClient(world.clinic.app, follow_redirects=False)
    return {"nobody": nobody.request, "suspended": world.visitors["suspended"].http.request}


def send(world: World, visitor: Browser, decision: str, course: Course | None) -> httpx.Response:
    """A readable order, under a key of its own."""
    order = world.order(decision.replace("-", "_"))
    return visitor.post(path_of(course, decision), json=order, headers={"idempotency-key": uuid4().hex})


def path_of(course: Course | None, decision: str) -> str:
    return f"/api/episodes/{course.episode_id if course else uuid4()}/{decision}"


def ids(course: Course | None) -> dict[str, Any]:
    """The ids of an address: of something in this course, or of nothing."""
    if course is None:
        return OF_NO_EPISODE | {"episode_id": uuid4(), "entry_id": uuid4(), "patient_id": uuid4()}
    about = {"episode_id": course.episode_id, "entry_id": entry_of(course), "patient_id": course.state.patient_id}
    return OF_NO_EPISODE | about


def entry_of(course: Course) -> UUID:
    """The first entry of an episode."""
    (entry, *_) = course.clinic.edge.care.history(EPISODE, course.episode_id, network_id=course.clinic.network_id)
    return entry.envelope.event_id


def same(one: httpx.Response, other: httpx.Response) -> bool:
    """Whether nobody could tell the two answers apart."""
    return (one.status_code, one.content, sorted(one.headers.multi_items())) == (
        other.status_code,
        other.content,
        sorted(other.headers.multi_items()),
    )
