"""The index finds what the framework's own search would find, and leaves the rest to it."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from starlette.responses import PlainTextResponse

from api.route_index import RouteIndex

PATHS = (
    "/",
    "/episodes",
    "/episodes/{episode_id}",
    "/episodes/{episode_id}/timeline",
    "/episodes/{episode_id}/events/{version}",
    "/protocols/draft",
    "/protocols/{protocol_id}/{version}",
    "/subscribers/{subscriber_id}",
    "/subscribers/register",
)


@pytest.fixture
def indexed() -> TestClient:
    """Each route answers with its own pattern; none is found but by the index."""
    described = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for path in PATHS:
        described.add_api_route(path, lambda path=path: PlainTextResponse(path))
    only_index = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    only_index.router.routes[:] = [RouteIndex(described.routes)]
    return TestClient(only_index)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("/", "/"),
        ("/episodes", "/episodes"),
        ("/episodes/7", "/episodes/{episode_id}"),
        ("/episodes/timeline", "/episodes/{episode_id}"),
        ("/episodes/7/timeline", "/episodes/{episode_id}/timeline"),
        ("/episodes/7/events/3", "/episodes/{episode_id}/events/{version}"),
        ("/protocols/draft", "/protocols/draft"),
        ("/protocols/kap-core/2", "/protocols/{protocol_id}/{version}"),
        ("/subscribers/register", "/subscribers/register"),
        ("/subscribers/episodes", "/subscribers/{subscriber_id}"),
    ],
)
def test_it_finds_the_route_that_names_the_later_word(indexed: TestClient, asked: str, found: str) -> None:
    assert indexed.get(asked).text == found


@pytest.mark.parametrize("asked", ["/nowhere", "/episodes/7/nowhere", "/episodes/7/events/3/4", "/protocols/kap-core"])
def test_what_no_route_matches_it_leaves_alone(indexed: TestClient, asked: str) -> None:
    assert indexed.get(asked).status_code == 404


def test_another_method_it_leaves_to_the_framework(indexed: TestClient) -> None:
    assert indexed.post("/episodes").status_code == 404
