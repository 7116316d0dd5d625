"""A line delivers what was granted, signed, in order, again where it failed, and never to whom it must not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from domain.subscriber.end_subscriber import EndSubscriber, end_subscriber
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.resume_subscriber import ResumeSubscriber, resume_subscriber
from domain.subscriber.webhook.endpoint import EndpointState
from domain.subscriber.withdraw_grant import WithdrawGrant, withdraw_grant
from store.disclosures import disclosures
from store.feed import log_id_of
from store.row import Row
from store.view import View
from store.webhooks.endpoints import living_endpoints
from tests.postgres import Database
from tests.workers.webhook.hooked import Hooked, agreeing, by_stream, hooked
from tests.workers.webhook.receiver import Received, Reply, is_challenge, receiver
from workers.webhook.intake import take_from_log
from workers.webhook.schedule import MOST_TRIES, PAUSES
from workers.webhook.trying import NOT_IN_WORDS, PAUSE_NOT_IN_WORDS, standing_of


@pytest.fixture
def one(database: Database) -> Iterator[Hooked]:
    with hooked(database) as made:
        yield made


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


def chain(events: list[dict[str, int]]) -> dict[int, int | None]:
    """Each position with the one before it, as a view without a gap has them."""
    positions = sorted(event["position"] for event in events)
    return dict(zip(positions, [None, *positions], strict=False))


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


def test_a_grant_withdrawn_stops_what_waits(one: Hooked) -> None:
    with receiver(agreeing(one, lambda _: Reply(500))) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.decide(withdraw_grant, WithdrawGrant())
        there.answering, count = agreeing(one), len(there.received)
        one.clock.move(timedelta(days=1))
        one.go()
        assert len(there.received) == count
        assert {d.result for d in one.deliveries() if d.kind == "event"} == {"withheld"}


def test_nothing_sealed_leaves_even_in_full(one: Hooked) -> None:
    one.episode()
    one.grant(is_full=True, with_history=True)
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        referred = [event for event in there.events() if event["type"].endswith("PatientReferred.v1")]
        assert referred
        assert referred[0]["data"]["diagnoses"] == ["F33.2"]
        for received in there.received:
            for secret in (b"Ada Canary", b"Low mood", b"Robin Example", b"@example.org", b"1980-05-17", b"sealed.v1"):
                assert secret not in received.body


def test_a_pause_holds_everything_and_loses_nothing(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        count = len(there.events())
        one.decide(pause_subscriber, PauseSubscriber())
        episode_id = one.episode()
        one.go()
        assert len(there.events()) == count
        one.decide(resume_subscriber, ResumeSubscriber())
        one.go()
        assert len(by_stream(there)[f"episode/{episode_id}"]) == 2
        assert {event["position"]: event.get("previous") for event in there.events()} == chain(there.events())


def test_a_local_address_is_not_posted_to_where_development_is_off(one: Hooked) -> None:
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.means = one.means._replace(may_be_local=False)
        one.go()
        assert there.connections == 0
        (delivery,) = one.deliveries()
        assert [attempt.failure for attempt in delivery.attempts] == ["leads_inside"]


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


def test_a_grant_that_grows_while_the_log_is_read_passes_over_nothing(one: Hooked) -> None:
    one.grant(stored_names=("PlanIssued",), with_history=True)
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        with one.work.get_connection() as connection:
            standing = standing_of(connection, one.subscriber_id)
            assert standing is not None
            before = View(standing.subscriber, log_id_of(connection))
        one.grant(stored_names=("PlanIssued", "PatientReferred"))
        one.episode()
        take_from_log(one.work, one.reader, before, one.clock())
        one.go()
        assert [event["type"] for event in there.events()] == ["throughline.episode.PatientReferred.v1"]


def test_under_a_narrower_grant_no_event_names_one_before_it_that_is_withheld(one: Hooked) -> None:
    one.grant(stored_names=("PatientRegistered", "PatientReferred"), with_history=True)
    one.episode()
    one.episode()
    with receiver(agreeing(one, lambda _: Reply(500))) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.grant(stored_names=("PatientReferred",))
        there.received.clear()
        there.answering = lambda _: Reply()
        one.clock.move(PAUSES[0])
        one.go()
        events = there.events()
    assert [event["type"].split(".")[2] for event in events] == ["PatientReferred"] * 2
    assert {event["position"]: event.get("previous") for event in events} == chain(events)


def test_what_a_wider_grant_shows_of_the_past_is_a_hole_that_the_next_event_shows(one: Hooked) -> None:
    one.grant(stored_names=("PatientRegistered",), with_history=True)
    one.episode()
    with receiver(agreeing(one)) as there:
        one.set_webhook(there.url)
        one.confirm_and_go()
        one.grant(stored_names=("PatientRegistered", "PatientReferred"))
        one.episode()
        one.go()
        (known, *later) = there.events()
    new = sorted(later, key=lambda event: int(event["position"]))  # streams are sent side by side
    assert [event["type"].split(".")[2] for event in new] == ["PatientRegistered", "PatientReferred"]
    assert known["position"] < new[0]["previous"] < new[0]["position"]
    assert new[1]["previous"] == new[0]["position"]


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
