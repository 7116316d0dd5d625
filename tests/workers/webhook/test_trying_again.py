"""What fails is tried again in its order, until the receiver is gone, overrun or given up."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from domain.subscriber.end_subscriber import EndSubscriber, end_subscriber
from domain.subscriber.webhook.endpoint import EndpointState
from store.disclosures import Disclosure, disclosures, last_disclosed
from store.webhooks.endpoints import living_endpoints
from tests.workers.webhook.hooked import Hooked, agreeing, by_stream
from tests.workers.webhook.receiver import Received, Reply, receiver
from workers.webhook.schedule import MOST_TRIES, PAUSES


def test_what_fails_is_tried_again_in_its_order_under_the_same_id(one: Hooked) -> None:
    first, second = one.episode(), one.episode()
    broken = {"is": True}

    def failing_for_first(received: Received) -> Reply:
        return Reply(500 if broken["is"] and received.event["subject"] == f"episode/{first}" else 204)

    with receiver(agreeing(one, failing_for_first)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.episode()
        one.go()
        seen = by_stream(there)
        assert len(seen[f"episode/{first}"]) == 1  # what follows in the same episode waits
        assert len(seen[f"episode/{second}"]) == 2  # and no other does
        one.clock.move(PAUSES[0] - timedelta(seconds=1))
        one.go()
        assert by_stream(there) == seen
        broken["is"] = False
        one.clock.move(timedelta(seconds=1))
        one.go()
        ids = [e["id"] for e in there.events() if e["subject"] == f"episode/{first}"]
        assert len(ids) == 3
        assert ids[0] == ids[1]
        assert all(positions == sorted(positions) for positions in by_stream(there).values())
        assert {delivery.result for delivery in one.deliveries()} == {"delivered"}


def test_the_last_failure_disables_and_setting_it_again_loses_nothing(one: Hooked) -> None:
    status = {"is": 503}
    with receiver(agreeing(one, lambda _: Reply(status["is"]))) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        episode_id = one.episode()
        for pause in (*PAUSES, timedelta(0)):
            one.go()
            one.clock.move(pause)
        assert (one.endpoint.state, one.endpoint.because) == ("disabled", "failing")
        assert one.state.webhook is not None
        assert one.state.webhook.state is EndpointState.DISABLED
        tried = max(len(delivery.attempts) for delivery in one.deliveries())
        assert tried == MOST_TRIES
        before = len(there.received)
        one.clock.move(timedelta(days=9))
        one.go()
        assert len(there.received) == before
        status["is"], secret = 204, one.secret
        one.set_webhook(there.url)
        assert one.secret == secret  # the same address keeps its own
        one.confirm_and_go()
        assert len(by_stream(there)[f"episode/{episode_id}"]) == 2
        assert all(delivery.settled_at for delivery in one.deliveries())


def test_a_receiver_that_is_gone_is_believed(one: Hooked) -> None:
    with receiver(agreeing(one, lambda _: Reply(410))) as there:
        one.set_webhook(there.url)
        one.go()
        assert (one.endpoint.state, one.endpoint.because) == ("disabled", "gone")
        assert len({event["subject"] for event in there.events()}) == len(there.events())  # no second try of any


def test_a_redirect_is_a_failure(one: Hooked) -> None:
    with (
        receiver() as elsewhere,
        receiver(agreeing(one, lambda _: Reply(307, (("location", elsewhere.url),)))) as there,
    ):
        one.set_webhook(there.url)
        one.confirm_and_go()
        assert there.events()
        assert elsewhere.received == []
        assert not [d for d in one.deliveries() if d.kind == "event" and d.settled_at]


def test_a_receiver_that_is_overrun_is_left_alone_as_long_as_it_asks(one: Hooked) -> None:
    with receiver(agreeing(one, lambda _: Reply(429, (("retry-after", "900"),)))) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        count = len(there.received)
        one.episode()
        one.clock.move(timedelta(seconds=890))
        one.go()
        assert len(there.received) == count
        there.answering = agreeing(one)
        one.clock.move(timedelta(seconds=11))
        one.go()
        assert {delivery.result for delivery in one.deliveries()} == {"delivered"}


def test_a_new_address_need_not_rest_as_long_as_the_one_before_asked(one: Hooked) -> None:
    one.episode()
    with receiver(agreeing(one, lambda _: Reply(429, (("retry-after", "3600"),)))) as overrun:
        one.set_webhook(overrun.url)
        one.confirm_and_go()
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.go()
        assert len(there.events()) > 1


@pytest.mark.parametrize("status", [204, 410])
def test_a_subscriber_that_ends_while_a_post_is_under_way_leaves_nothing_half_done(one: Hooked, status: int) -> None:
    one.grant(stored_names=("PatientReferred",), with_history=True)
    one.episode()

    def answering(_: Received) -> Reply:
        one.decide(end_subscriber, EndSubscriber())
        return Reply(status)

    with receiver(agreeing(one, answering)) as there:
        one.set_webhook(there.url)
        one.go()
        assert len(there.events()) == 1
    (tried,) = [attempt for found in one.deliveries() if found.kind == "event" for attempt in found.attempts]
    assert tried.status == status
    with one.work.get_connection() as connection:
        assert living_endpoints(connection) == [], "no line is kept for it"


def test_an_answer_of_the_address_before_says_nothing_about_the_new_one(one: Hooked) -> None:
    one.grant(stored_names=("PatientReferred",), with_history=True)
    one.episode()
    with receiver() as there, receiver() as before:
        there.answering = agreeing(one)

        def gone(_: Received) -> Reply:
            one.set_webhook(there.url)
            return Reply(410)

        before.answering = agreeing(one, gone)
        one.set_webhook(before.url)
        one.go()
        one.confirm_and_go()
        assert one.endpoint.url == there.url
        assert [len(found.events()) for found in (before, there)] == [1, 1]


def test_tries_that_reach_nobody_are_one_disclosure_that_has_not_left(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
    before = _disclosed(one)
    one.episode()
    for pause in PAUSES[:3]:
        one.go()
        one.clock.move(pause)
    held = [row for row in _disclosed(one) if row not in before]
    tried = [delivery for delivery in one.deliveries() if delivery.settled_at is None and delivery.attempts]
    assert {len(delivery.attempts) for delivery in tried} == {3}
    assert sorted(row.first_position for row in held) == sorted(delivery.position or 0 for delivery in tried)
    assert all(row.has_not_arrived for row in held)
    assert all(row.arrived_at for row in before)
    with one.home.datastore.in_network(one.home.network_id) as connection:
        assert last_disclosed(connection, one.subscriber_id) == max(row.last_position for row in before)


def test_what_was_sent_to_somebody_who_fails_counts_as_disclosed_each_time(one: Hooked) -> None:
    def begins_to_answer(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 2")

    def broken_off(received: Received) -> Reply:
        return Reply(write=begins_to_answer)

    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        episode_id = one.episode()
        there.answering = broken_off
        one.go()
        there.answering = lambda _: Reply(500)
        one.clock.move(PAUSES[0])
        one.go()
        there.answering = lambda _: Reply(204)
        one.clock.move(PAUSES[1])
        one.go()
        of_episode = [row for row in _disclosed(one) if row.stream_ids == [episode_id]]
    first = min(row.first_position for row in of_episode)
    assert [row.first_position for row in of_episode].count(first) == 3
    assert all(row.arrived_at for row in of_episode)


def test_what_never_left_is_the_same_disclosure_once_it_does(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        port = there.port
    one.episode()
    one.go()
    held = [row for row in _disclosed(one) if row.has_not_arrived]
    assert held
    with receiver(agreeing(one), port=port):
        one.clock.move(PAUSES[0])
        one.go()
    assert not [row for row in _disclosed(one) if row.has_not_arrived]
    assert {row.disclosure_id for row in held} <= {row.disclosure_id for row in _disclosed(one)}


def _disclosed(one: Hooked) -> list[Disclosure]:
    return disclosures(one.home.datastore, one.home.network_id, limit=1_000)


def test_what_was_put_off_by_a_clock_that_was_ahead_waits_no_year_once_it_is_right(one: Hooked) -> None:
    with receiver(agreeing(one, lambda _: Reply(503, (("retry-after", "600"),)))) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.clock.move(timedelta(days=365))
        first = one.episode()
        one.go()
        there.answering = lambda _: Reply(204)
        one.clock.move(-timedelta(days=365))
        one.episode()
        one.go()
        assert all(delivery.settled_at for delivery in one.deliveries())
        assert all(positions == sorted(positions) for positions in by_stream(there).values())
        assert len(by_stream(there)[f"episode/{first}"]) == 2
