"""What somebody asks for: a stretch of events once more under their ids, or an invented one, carried out once."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

import workers.webhook.requests as carrying_out
from store.feed import log_id_of
from store.subscriber_requests import ask_for_test, ask_to_resend
from store.subscribers import Subscriber, subscribers_of
from tests.postgres import Database
from tests.store.requested import outcomes_of
from tests.workers.webhook.hooked import Hooked, agreeing, by_stream, hooked
from tests.workers.webhook.receiver import Receiver, receiver
from workers.webhook.requests import carry_out_requests


@pytest.fixture
def one(database: Database) -> Iterator[Hooked]:
    with hooked(database) as made:
        yield made


@pytest.fixture
def there(one: Hooked) -> Iterator[Receiver]:
    """A receiver that has everything so far."""
    one.episode()
    with receiver(agreeing(one)) as running:
        one.set_webhook(running.url)
        one.confirm_and_go()
        yield running


def subscriber(one: Hooked) -> Subscriber:
    (found,) = subscribers_of(one.home.datastore, one.home.network_id)
    return found


def resend(one: Hooked, first: int, last: int) -> None:
    asked = {"by": one.compliance.actor_id, "request_id": uuid4()}
    ask_to_resend(one.home.datastore, subscriber(one), first, last, **asked)


def carry_out(one: Hooked) -> None:
    with one.work.get_connection() as connection:
        log_id = log_id_of(connection)
    carry_out_requests(one.work, one.reader, log_id, one.clock())
    one.go()


def outcomes(one: Hooked) -> list[str | None]:
    return outcomes_of(one.home, one.subscriber_id)


def test_a_stretch_comes_once_more_as_it_came_the_first_time(one: Hooked, there: Receiver) -> None:
    before = sorted(there.events(), key=lambda event: event["position"])
    wanted = before[2:5]
    resend(one, wanted[0]["position"], wanted[-1]["position"])
    carry_out(one)
    assert sorted(there.events()[len(before) :], key=lambda event: event["position"]) == wanted
    carry_out(one)
    assert len(there.events()) == len(before) + 3
    assert outcomes(one) == ["done"]
    again = [delivery for delivery in one.deliveries() if delivery.kind == "again"]
    assert {delivery.result for delivery in again} == {"delivered"}


def test_a_long_stretch_is_queued_piece_by_piece(one: Hooked, there: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying_out, "PAGE", 3)
    count = len(there.events())
    resend(one, 1, 10**9)
    for _ in range(20):
        carry_out(one)
    assert outcomes(one) == ["done"]
    assert len(there.events()) == 2 * count
    assert all(positions == sorted(positions) for positions in by_stream(there).values())


def test_what_is_not_granted_is_passed_over_without_reading_it(
    one: Hooked, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying_out, "PAGE", 1)
    for _ in range(3):
        one.episode()
    one.grant(stored_names=("PatientReferred",))
    resend(one, 1, 10**9)
    for _ in range(5):  # a page for each event of theirs, one to see that there is no other
        carry_out(one)
    assert outcomes(one) == ["done"]
    again = [delivery.position for delivery in one.deliveries() if delivery.kind == "again"]
    stored = one.home.query("SELECT position FROM events WHERE topic = 'PatientReferred'")
    assert len(again) == len(set(again))
    assert set(again) == {position for (position,) in stored}


def test_a_stretch_without_anything_granted_says_so(one: Hooked, there: Receiver) -> None:
    resend(one, 10**8, 10**9)
    carry_out(one)
    assert outcomes(one) == ["nothing_to_send"]


def test_an_invented_event_says_that_it_is_one_and_discloses_nothing(one: Hooked, there: Receiver) -> None:
    written = one.home.query("SELECT count(*) FROM disclosure")
    asked = {"by": one.compliance.actor_id, "request_id": uuid4()}
    ask_for_test(one.home.datastore, subscriber(one), "PlanIssued", **asked)
    ask_for_test(one.home.datastore, subscriber(one), "PlanIssued", **asked)
    carry_out(one)
    (test,) = [received for received in there.received if received.event.get("test")]
    assert test.verify(one.secret)["type"] == "throughline.episode.PlanIssued.v1"
    assert test.message_id == str(asked["request_id"])
    assert "position" not in test.event
    assert one.home.query("SELECT count(*) FROM disclosure") == written
    assert outcomes(one) == ["done"]
