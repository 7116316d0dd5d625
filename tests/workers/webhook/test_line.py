"""A line delivers what was granted, signed, once and in order, to a receiver that proved itself."""

from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from store.disclosures import disclosures
from store.row import Row
from store.view import View
from tests.workers.webhook.hooked import Hooked, agreeing, by_stream, chain
from tests.workers.webhook.receiver import Reply, is_challenge, receiver
from workers.webhook.schedule import MOST_TRIES, PAUSES
from workers.webhook.trying import NOT_IN_WORDS, PAUSE_NOT_IN_WORDS


def test_events_arrive_signed_once_and_in_order_and_are_written_down(one: Hooked) -> None:
    one.episode()
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.go()
        events = there.events()
        for received in there.received:
            assert received.verify(one.secret)["id"] == received.message_id
            assert received.headers["content-type"].startswith("application/cloudevents+json")
    assert len({event["id"] for event in events}) == len(events) > 4
    assert all(positions == sorted(positions) for positions in by_stream(there).values())
    assert {event["position"]: event.get("previous") for event in events} == chain(events)
    written = disclosures(one.home.datastore, one.home.network_id)
    assert sorted(row.first_position for row in written) == sorted(event["position"] for event in events)
    assert {row.event_count for row in written} == {1}
    settled = [delivery for delivery in one.deliveries() if delivery.kind == "event"]
    assert {delivery.result for delivery in settled} == {"delivered"}
    assert all(attempt.status == 204 for delivery in settled for attempt in delivery.attempts)


def test_an_event_that_cannot_be_put_into_words_is_put_off_and_holds_back_its_own_stream_alone(
    one: Hooked, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, others, item_of = one.episode(), [one.episode() for _ in range(6)], View.item

    def item(view: View, row: Row, previous: int | None) -> dict[str, object]:
        if row.stream_id == poisoned:
            raise KeyError("an upcaster of ours")
        return item_of(view, row, previous)

    monkeypatch.setattr(View, "item", item)
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        arrived = by_stream(there)
        assert all(len(arrived[f"episode/{episode_id}"]) == 2 for episode_id in others)
        assert f"episode/{poisoned}" not in arrived
        for _ in range(MOST_TRIES + 1):
            one.clock.move(PAUSE_NOT_IN_WORDS)
            one.go()
        held = [delivery for delivery in one.deliveries() if delivery.settled_at is None]
        assert sorted(len(delivery.attempts) for delivery in held) == [0, MOST_TRIES + 2]
        assert {attempt.failure for delivery in held for attempt in delivery.attempts} == {NOT_IN_WORDS}
        monkeypatch.undo()
        one.clock.move(PAUSE_NOT_IN_WORDS)
        one.go()
        assert len(by_stream(there)[f"episode/{poisoned}"]) == 2
    assert one.is_confirmed


def test_nothing_but_the_challenge_is_posted_until_the_receiver_proves_itself(one: Hooked) -> None:
    with receiver(lambda received: Reply(200, body=b"yes, do")) as there:
        one.set_webhook(there.url)
        one.go()
        assert [is_challenge(received) for received in there.received] == [True]
        assert one.endpoint.is_unconfirmed
        (delivery,) = one.deliveries()
        assert [attempt.failure for attempt in delivery.attempts] == ["wrong_answer"]
        there.answering = agreeing(one)
        one.clock.move(PAUSES[0])
        one.confirm_and_go()
        first, second = (received.event["data"]["challenge"] for received in there.received[:2])
        assert first != second
        assert there.events()


def test_a_receiver_that_never_proves_itself_is_disabled(one: Hooked) -> None:
    with receiver() as there:
        one.set_webhook(there.url)
        for pause in (*PAUSES, timedelta(0)):
            one.go()
            one.clock.move(pause)
        assert one.endpoint.because == "unanswered"
        assert there.events() == []


def test_while_a_secret_is_changed_both_sign_and_then_only_the_new_one(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        old = one.rotate(overlap_hours=24)
        one.episode()
        one.go()
        changing = there.received[-1]
        assert changing.verify(old) == changing.verify(one.secret)
        assert len(changing.headers["webhook-signature"].split()) == 2
        one.clock.move(timedelta(hours=25))
        one.episode()
        one.go()
        headers = there.received[-1].headers
        assert len(headers["webhook-signature"].split()) == 1
        older = one.rotate(overlap_hours=0)
        one.episode()
        one.go()
        assert len(there.received[-1].headers["webhook-signature"].split()) == 1
        with pytest.raises(WebhookVerificationError):
            there.received[-1].verify(older)


def test_a_secret_signs_as_long_as_was_said_although_the_secret_is_changed_again(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        first = one.rotate(overlap_hours=24)
        second = one.rotate(overlap_hours=48)  # the one that was shown was lost on its way
        one.episode()
        one.go()
        for secret in (first, second, one.secret):
            there.received[-1].verify(secret)
        third = one.rotate(overlap_hours=0)  # somebody has it who should not: no older one signs either
        one.clock.move(timedelta(minutes=1))
        one.episode()
        one.go()
        there.received[-1].verify(one.secret)
        for secret in (first, second, third):
            with pytest.raises(WebhookVerificationError):
                there.received[-1].verify(secret)
        one.rotate(overlap_hours=24)
        one.rotate(overlap_hours=48)
        one.clock.move(timedelta(hours=25))
        one.episode()
        one.go()
        assert len(there.received[-1].headers["webhook-signature"].split()) == 2


def test_a_body_that_was_altered_is_refused_by_the_receivers_library(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        received = there.received[-1]
        received.verify(one.secret)
        for altered in (
            received._replace(body=received.body.replace(b"position", b"positiom")),
            received._replace(headers=received.headers | {"webhook-id": f"{received.message_id}.1"}),
            received._replace(headers=received.headers | {"webhook-timestamp": "1"}),
        ):
            with pytest.raises(WebhookVerificationError):
                altered.verify(one.secret)


def test_two_lines_to_one_receiver_deliver_nothing_twice(one: Hooked) -> None:
    """A process that was frozen and goes on finds tried what it had looked up before."""
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.episode()
        with one.line() as first, one.line() as second:
            while first.round() | second.round():
                pass
        ids = [event["id"] for event in there.events()]
        assert len(ids) == len(set(ids))
