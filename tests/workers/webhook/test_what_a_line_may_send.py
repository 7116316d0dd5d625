"""A line sends under its grant only: nothing withheld, nothing sealed, nothing while it is paused."""

from datetime import timedelta

from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.resume_subscriber import ResumeSubscriber, resume_subscriber
from domain.subscriber.withdraw_grant import WithdrawGrant, withdraw_grant
from store.feed import log_id_of
from store.view import View
from tests.workers.webhook.hooked import Hooked, agreeing, by_stream, chain
from tests.workers.webhook.receiver import Reply, receiver
from workers.webhook.intake import take_from_log
from workers.webhook.schedule import PAUSES
from workers.webhook.trying import standing_of


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
