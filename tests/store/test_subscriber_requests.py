"""Requests to send again or to send a test: put once, seen by whoever serves that way, settled once."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.subscriber.grant_disclosure import NoSuchEventType
from domain.subscriber.subscriber import Way
from store.feed import log_id_of
from store.subscriber_requests import (
    MOST_WAITING,
    FeedIsAsked,
    Kind,
    Outcome,
    StretchIsEmpty,
    TooManyRequestsWait,
    ask_for_test,
    ask_to_resend,
    settle_request,
    trial_item,
    waiting_requests,
)
from tests.postgres import Database
from tests.store.house import House, house
from tests.store.requested import outcomes_of
from tests.store.subscribed import Subscribed


def test_a_request_waits_until_it_is_settled_once(home: House, database: Database) -> None:
    subscribed, request_id = Subscribed(home, Way.WEBHOOK), uuid4()
    for _ in range(2):
        ask_to_resend(home.datastore, subscribed.now, 3, 9, by=subscribed.compliance.actor_id, request_id=request_id)
    with house(database.work_url) as worker:
        (waiting,) = waiting_requests(worker.datastore, Way.WEBHOOK)
        assert (waiting.request_id, waiting.from_position, waiting.to_position) == (request_id, 3, 9)
        assert waiting_requests(worker.datastore, Way.KAFKA) == []
        with worker.datastore.get_connection() as connection:
            assert settle_request(connection, request_id, Outcome.DONE)
            assert not settle_request(connection, request_id, Outcome.NOTHING_TO_SEND)
        assert waiting_requests(worker.datastore, Way.WEBHOOK) == []
    assert outcomes_of(home, subscribed.subscriber_id) == ["done"]


def test_requests_of_one_subscriber_hold_back_nobody_elses(home: House, database: Database) -> None:
    many, other = Subscribed(home, Way.WEBHOOK), Subscribed(home, Way.WEBHOOK)
    asked = [uuid4() for _ in range(MOST_WAITING)]
    for request_id in asked:
        ask_to_resend(home.datastore, many.now, 1, 9, by=uuid4(), request_id=request_id)
    with pytest.raises(TooManyRequestsWait):
        ask_to_resend(home.datastore, many.now, 1, 9, by=uuid4(), request_id=uuid4())
    ask_to_resend(home.datastore, many.now, 1, 9, by=uuid4(), request_id=asked[3])  # said again, and known
    ask_to_resend(home.datastore, other.now, 1, 9, by=uuid4(), request_id=uuid4())
    ask_for_test(home.datastore, other.now, "PatientReferred", by=uuid4(), request_id=uuid4())
    with house(database.work_url) as worker:
        next_ones = waiting_requests(worker.datastore, Way.WEBHOOK)
    assert [one.request_id for one in next_ones if one.subscriber_id == many.subscriber_id] == [asked[0]]
    assert {one.kind for one in next_ones if one.subscriber_id == other.subscriber_id} == set(Kind)


@pytest.mark.parametrize(("first", "last"), [(0, 5), (5, 4), (-1, 1), (1, 2**63)])
def test_a_stretch_has_a_beginning_and_an_end(home: House, first: int, last: int) -> None:
    subscribed = Subscribed(home, Way.WEBHOOK)
    with pytest.raises(StretchIsEmpty):
        ask_to_resend(home.datastore, subscribed.now, first, last, by=uuid4(), request_id=uuid4())
    assert outcomes_of(home, subscribed.subscriber_id) == []


def test_nothing_is_sent_to_one_that_reads_the_feed(home: House) -> None:
    subscribed = Subscribed(home)
    with pytest.raises(FeedIsAsked):
        ask_to_resend(home.datastore, subscribed.now, 1, 2, by=uuid4(), request_id=uuid4())
    with pytest.raises(FeedIsAsked):
        ask_for_test(home.datastore, subscribed.now, "PatientReferred", by=uuid4(), request_id=uuid4())


def test_a_test_is_of_a_type_that_may_leave_and_says_that_it_is_one(home: House) -> None:
    subscribed = Subscribed(home, Way.WEBHOOK)
    for name in ("PsychotherapyNoteWritten", "KeyIssued", "Nonsense"):
        with pytest.raises(NoSuchEventType):
            ask_for_test(home.datastore, subscribed.now, name, by=uuid4(), request_id=uuid4())
    ask_for_test(home.datastore, subscribed.now, "PatientReferred", by=uuid4(), request_id=uuid4())
    with home.datastore.get_connection() as connection:
        log_id = log_id_of(connection)
    item = trial_item(subscribed.now, log_id, "PatientReferred", uuid4(), datetime.now(UTC))
    assert item["test"] is True
    assert item["type"] == "throughline.episode.PatientReferred.v1"
    assert "position" not in item
