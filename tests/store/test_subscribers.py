"""Subscribers in a real database: keys, grants that bite at once, and walls."""

from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from domain.subscriber.end_subscriber import EndSubscriber, end_subscriber
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.revoke_key import RevokeKey, revoke_key
from domain.subscriber.subscriber import KeyScope, Way
from domain.subscriber.withdraw_grant import WithdrawGrant, withdraw_grant
from store.reader import Reader
from store.subscriber_feed import SubscriberFeed
from store.subscribers import (
    KEY_PREFIX,
    keys_of,
    show_key,
    subscribers,
    subscribers_of,
)
from tests.postgres import Database
from tests.store.house import house
from tests.store.subscribed import Subscribed


def its_time_comes(database: Database, update: str) -> None:
    """As when days had gone by: the database's clock, which decides, cannot be moved."""
    with psycopg.connect(database.superuser_url, autocommit=True) as connection:
        assert connection.execute(update.encode()).rowcount == 1


def test_a_key_is_shown_once_and_kept_as_a_hash(subscribed: Subscribed) -> None:
    key_id, key = subscribed.key()
    assert len(key.removeprefix(KEY_PREFIX)) == 43, "256 bits"
    assert show_key(subscribed.home.datastore, subscribed.home.network_id, key_id) is None
    found = subscribed.holder(key)
    assert found is not None
    assert found.subscriber_id == subscribed.subscriber_id
    text = str(subscribed.home.query("SELECT k::text FROM subscriber_key k")) + str(subscribed.rows())
    assert key not in text
    assert key.removeprefix(KEY_PREFIX) not in text


def test_a_wrong_key_opens_nothing(subscribed: Subscribed) -> None:
    _, key = subscribed.key()
    for wrong in ("", "x", key[:-1], key + "x", key.removeprefix(KEY_PREFIX), "\ud800", "k\x00"):
        assert subscribed.holder(wrong) is None


def test_a_key_opens_what_it_is_for(subscribed: Subscribed) -> None:
    _, key = subscribed.key(scopes=(KeyScope.ACCOUNT,))
    assert subscribed.holder(key, KeyScope.EVENTS) is None
    assert subscribed.holder(key, KeyScope.ACCOUNT) is not None


def test_a_revoked_key_opens_nothing_from_the_next_request_on(subscribed: Subscribed) -> None:
    (key_id, key), (_, other) = subscribed.key(), subscribed.key()
    subscribed.decide(revoke_key, RevokeKey(key_id=key_id))
    assert subscribed.holder(key) is None
    assert subscribed.holder(other) is not None
    assert {kept.key_id for kept in _kept(subscribed) if kept.revoked_at} == {key_id}


def test_an_expired_key_opens_nothing(subscribed: Subscribed, database: Database) -> None:
    _, key = subscribed.key(expires_at=datetime.now(UTC) + timedelta(days=1))
    assert subscribed.holder(key) is not None
    its_time_comes(database, "UPDATE subscriber_key SET expires_at = clock_timestamp()")
    assert subscribed.holder(key) is None


def test_the_use_of_a_key_is_noted(subscribed: Subscribed) -> None:
    _, key = subscribed.key()
    assert [kept.last_used_at for kept in _kept(subscribed)] == [None]
    subscribed.holder(key)
    assert None not in [kept.last_used_at for kept in _kept(subscribed)]


def test_the_end_of_a_subscriber_ends_its_keys(subscribed: Subscribed, database: Database) -> None:
    _, key = subscribed.key()
    subscribed.grant()
    subscribed.decide(end_subscriber, EndSubscriber())
    assert subscribed.holder(key) is None
    assert subscribers_of(subscribed.home.datastore, subscribed.home.network_id) == []


def test_a_key_of_one_network_never_shows_another(subscribed: Subscribed, next_door: Subscribed) -> None:
    _, key = subscribed.key()
    key_id, _ = next_door.key()
    found = subscribed.holder(key)
    assert found is not None
    assert found.network_id == subscribed.home.network_id
    assert subscribers_of(subscribed.home.datastore, subscribed.home.network_id) == [found]
    assert show_key(subscribed.home.datastore, subscribed.home.network_id, key_id) is None
    next_door.grant(with_history=True)
    assert not [row for row in subscribed.rows() if next_door.view.sees(row)]


def test_workers_see_the_subscribers_of_every_network(
    subscribed: Subscribed, next_door: Subscribed, database: Database
) -> None:
    subscribed.grant(stored_names=("PatientReferred",))
    next_door.decide(pause_subscriber, PauseSubscriber())
    with house(database.work_url) as worker:
        found = {one.subscriber_id: one for one in subscribers(worker.datastore, Way.FEED)}
        assert subscribers(worker.datastore, Way.KAFKA) == []
    assert found.keys() == {subscribed.subscriber_id, next_door.subscriber_id}
    assert found[next_door.subscriber_id].is_paused
    assert found[next_door.subscriber_id].grant is None
    grant = found[subscribed.subscriber_id].grant
    assert grant is not None
    assert grant.stored_names == frozenset({"PatientReferred"})


def test_a_grant_begins_with_its_moment_or_with_the_log(subscribed: Subscribed) -> None:
    subscribed.episode()
    subscribed.grant()
    assert [row for row in subscribed.rows() if subscribed.view.sees(row)] == []
    later = subscribed.home.register()
    seen = [row.stream_id for row in subscribed.rows() if subscribed.view.sees(row)]
    assert seen == [later]
    subscribed.grant(stored_names=("PatientReferred",))
    assert subscribed.now.since_position < subscribed.rows()[-2].position, "a change leaves no hole in between"
    subscribed.grant(with_history=True)
    assert len([row for row in subscribed.rows() if subscribed.view.sees(row)]) > 3


def test_what_happens_between_two_grants_stays_undisclosed(subscribed: Subscribed) -> None:
    subscribed.grant()
    subscribed.decide(withdraw_grant, WithdrawGrant())
    subscribed.home.register()
    assert subscribed.now.grant is None
    subscribed.grant()
    assert [row for row in subscribed.rows() if subscribed.view.sees(row)] == []


def test_a_grant_that_grows_after_a_page_was_asked_for_passes_over_nothing(subscribed: Subscribed) -> None:
    subscribed.grant(stored_names=("PlanIssued",), with_history=True)
    _, key = subscribed.key()
    home = subscribed.home
    feed = SubscriberFeed(home.datastore, lambda _: Reader(home.datastore, network_id=home.network_id), key)
    subscribed.grant(stored_names=("PlanIssued", "PatientReferred"))
    subscribed.episode()
    (item,) = feed.page(None, 100).events
    assert item["type"] == "throughline.episode.PatientReferred.v1"
    assert "previous" not in item


def test_a_grant_that_has_run_out_is_none(subscribed: Subscribed, database: Database) -> None:
    subscribed.grant(until_at=datetime.now(UTC) + timedelta(days=1), with_history=True)
    assert subscribed.now.grant is not None
    its_time_comes(database, "UPDATE subscriber SET until_at = clock_timestamp()")
    assert subscribed.now.grant is None
    assert [row for row in subscribed.rows() if subscribed.view.sees(row)] == []


def _kept(subscribed: Subscribed) -> list[Any]:
    return list(keys_of(subscribed.home.datastore, subscribed.home.network_id, subscribed.subscriber_id))
