"""Subscribers in a real database: keys, grants that bite at once, walls, what each sees, and what is written down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from domain.actor import Role
from domain.episode.course.mark_in_error import MarkInError, mark_in_error
from domain.episode.episode import EPISODE
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.episode.team.assign_care_team_member import AssignCareTeamMember, assign_care_team_member
from domain.sealed import Sealed
from domain.subscriber.end_subscriber import EndSubscriber, end_subscriber
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.revoke_key import RevokeKey, revoke_key
from domain.subscriber.subscriber import KeyScope, Way
from domain.subscriber.withdraw_grant import WithdrawGrant, withdraw_grant
from store.disclosures import Asked, Contents, Outgoing, disclose_to_holders, disclosures, note_disclosure
from store.reader import Reader
from store.subscriber_feed import SubscriberFeed
from store.subscribers import (
    KEY_PREFIX,
    hash_of_key,
    keys_of,
    show_key,
    subscribers,
    subscribers_of,
)
from store.view import View
from tests.postgres import Database
from tests.store.house import House, house
from tests.store.subscribed import ADDRESS, Subscribed


@pytest.fixture
def subscribed(home: House) -> Subscribed:
    return Subscribed(home)


@pytest.fixture
def next_door(database: Database, subscribed: Subscribed) -> Iterator[Subscribed]:
    """A subscriber of another network in the same database."""
    with house(database.app_url) as theirs:
        yield Subscribed(theirs)


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


@pytest.mark.parametrize("names", [None, ("PatientReferred",), ("PatientRegistered", "CareTeamMemberAssigned")])
def test_previous_is_the_position_before_in_the_view(subscribed: Subscribed, names: tuple[str, ...] | None) -> None:
    for _ in range(3):
        subscribed.episode()
    subscribed.grant(stored_names=names, with_history=True)
    view, before = subscribed.view, None
    with subscribed.home.datastore.in_network(subscribed.home.network_id) as connection:
        for row in subscribed.rows():
            if view.sees(row):
                assert view.previous_before(connection, row.position) == before
                before = row.position
    assert before is not None


def test_a_narrowed_view_has_its_own_previous(subscribed: Subscribed) -> None:
    episodes = [subscribed.episode() for _ in range(2)]
    subscribed.grant(with_history=True)
    view = subscribed.view._replace(only_stream=episodes[1])
    seen = [row for row in subscribed.rows() if view.sees(row)]
    assert {row.stream_id for row in seen} == {episodes[1]}
    with subscribed.home.datastore.in_network(subscribed.home.network_id) as connection:
        assert [view.previous_before(connection, row.position) for row in seen] == [
            None,
            *(row.position for row in seen[:-1]),
        ]


def test_narrowing_never_widens_a_grant(subscribed: Subscribed) -> None:
    subscribed.home.register()
    subscribed.grant(stored_names=("PatientReferred",), with_history=True)
    view = subscribed.view._replace(only_names=frozenset({"PatientRegistered"}))
    assert view.names == frozenset()
    assert not [row for row in subscribed.rows() if view.sees(row)]


def test_thin_items_hold_ids_and_full_ones_the_open_fields(subscribed: Subscribed) -> None:
    subscribed.episode()
    subscribed.grant(stored_names=("PatientReferred",), with_history=True)
    (row,) = [row for row in subscribed.rows() if subscribed.view.sees(row)]
    thin = subscribed.view.item(row, 7)
    assert thin["data"]["stream_type"] == EPISODE.name
    assert thin["previous"] == 7
    assert "PatientReferred" not in thin["dataschema"]
    subscribed.grant(stored_names=("PatientReferred",), with_history=True, is_full=True)
    full = subscribed.view.item(row, None)
    assert full["dataschema"] == f"{ADDRESS}/schemas/episode.PatientReferred.v1.json"
    assert "patient_id" in full["data"]
    assert "sealed.v1." not in str(full)
    assert "previous" not in full


@pytest.mark.parametrize("instrument", ["audit", "dast-10"])
def test_results_about_drinking_and_drugs_leave_under_no_grant(subscribed: Subscribed, instrument: str) -> None:
    """Nor does a later item name them as the one before it (42 CFR Part 2)."""
    home, episode_id = subscribed.home, subscribed.episode()
    subscribed.grant(with_history=True, is_full=True)
    therapist = home.admit(Role.THERAPIST)
    for name in ("gad-7", instrument, "gad-7"):
        order = RecordOutcome(outcome_id=uuid4(), instrument=name, taken_at=datetime.now(UTC), total=3)
        member = AssignCareTeamMember(clinician_id=therapist.actor_id, role=Role.THERAPIST)
        home.decide(EPISODE, episode_id, assign_care_team_member, member)
        home.decide(EPISODE, episode_id, record_outcome, order, by=therapist)
    first, guarded, last = (row for row in subscribed.rows() if row.stored_as == "OutcomeRecorded")
    view = subscribed.view
    assert [view.sees(row) for row in (first, guarded, last)] == [True, False, True]
    with pytest.raises(ValueError, match="not in the view"):
        view.item(guarded, None)
    with home.datastore.in_network(home.network_id) as connection:
        assert view.previous_before(connection, last.position) == first.position
        assert view.waiting_after(connection, first.position) == 1
    for row in (guarded, first):
        wrong = MarkInError(event_id=row.event_id, reason=Sealed.of("Another patient's"))
        home.decide(EPISODE, episode_id, mark_in_error, wrong, by=therapist)
    marks = [row for row in subscribed.rows() if row.stored_as == "EntryMarkedInError"]
    assert [view.sees(mark) for mark in marks] == [False, True], "nor is it told that the result was none"
    before_marking = guarded._replace(sensitivity="standard")
    assert "total" in view.item(first, None)["data"]
    assert view.item(before_marking, None)["data"].keys() == thin_view(view).item(first, None)["data"].keys()


@pytest.mark.parametrize("is_full", [False, True])
def test_without_an_address_no_schema_is_named_since_a_path_is_no_uri(subscribed: Subscribed, is_full: bool) -> None:
    subscribed.episode()
    subscribed.grant(stored_names=("PatientReferred",), with_history=True, is_full=is_full)
    (row,) = [row for row in subscribed.rows() if subscribed.view.sees(row)]
    named = subscribed.view.item(row, None)
    assert subscribed.view._replace(address="").item(row, None) == {
        name: value for name, value in named.items() if name != "dataschema"
    }


def thin_view(view: View) -> View:
    """The same under a grant of ids only."""
    assert view.subscriber.grant is not None
    grant = view.subscriber.grant._replace(full=False)
    return view._replace(subscriber=view.subscriber._replace(grant=grant))


def test_an_item_outside_the_view_is_never_made(subscribed: Subscribed) -> None:
    subscribed.grant(stored_names=("PatientReferred",), with_history=True)
    with pytest.raises(ValueError, match="not in the view"):
        subscribed.view.item(subscribed.rows()[0], None)


def test_a_batch_leaves_one_row(subscribed: Subscribed, next_door: Subscribed) -> None:
    patient = subscribed.home.register()
    grant_id = subscribed.grant(with_history=True, is_full=True)
    view = subscribed.view
    items = [view.item(row, None) for row in subscribed.rows() if view.sees(row)]
    home = subscribed.home
    with home.datastore.in_network(home.network_id, read_only=False) as connection:
        note_disclosure(connection, subscriber=view.subscriber, way=Way.FEED, items=items)
        note_disclosure(connection, subscriber=view.subscriber, way=Way.FEED, items=[])
    (noted,) = disclosures(home.datastore, home.network_id)
    assert (noted.grant_id, noted.purpose, noted.is_full, noted.way) == (grant_id, "research", True, Way.FEED)
    assert (noted.first_position, noted.last_position) == (items[0]["position"], items[-1]["position"])
    assert noted.event_count == len(items)
    assert noted.event_types == sorted({item["type"] for item in items})
    assert disclosures(home.datastore, home.network_id, Asked(stream_ids=(uuid4(), patient))) == [noted]
    assert disclosures(home.datastore, home.network_id, Asked(stream_ids=(uuid4(),))) == []
    assert disclosures(home.datastore, home.network_id, Asked(since=datetime.now(UTC) + timedelta(hours=1))) == []
    assert disclosures(home.datastore, home.network_id, Asked(before=noted.disclosure_id)) == []
    assert disclosures(next_door.home.datastore, next_door.home.network_id) == []


def test_batches_of_many_holders_are_noted_together_each_under_its_own_rights(
    subscribed: Subscribed, next_door: Subscribed
) -> None:
    (_, key), (revoked_id, revoked), (_, theirs) = subscribed.key(), subscribed.key(), next_door.key()
    grant_id, their_grant_id = subscribed.grant(is_full=True), next_door.grant()
    subscribed.decide(revoke_key, RevokeKey(key_id=revoked_id))

    def outgoing(key: str, grant: UUID, position: int) -> Outgoing:
        return Outgoing(hash_of_key(key), grant, Contents(position, position + 1, 2, ["a", "b"], [uuid4()]))

    asked = [
        outgoing(key, grant_id, 1),
        outgoing(theirs, their_grant_id, 2),
        outgoing(revoked, grant_id, 3),
        outgoing(theirs, grant_id, 4),
        outgoing("no key", grant_id, 5),
        outgoing(key, uuid4(), 6),
        outgoing(key, grant_id, 7),
    ]
    datastore = subscribed.home.datastore
    assert disclose_to_holders(datastore, Way.FEED, asked) == [True, True, False, False, False, False, True]
    last, first = disclosures(datastore, subscribed.home.network_id)
    (other,) = disclosures(next_door.home.datastore, next_door.home.network_id)
    assert [one.first_position for one in (first, last, other)] == [1, 7, 2]
    assert (first.subscriber_id, first.grant_id, first.is_full) == (subscribed.subscriber_id, grant_id, True)
    assert (first.last_position, first.event_count, first.event_types) == (2, 2, ["a", "b"])
    assert first.stream_ids == asked[0].contents.stream_ids
    assert (other.subscriber_id, other.grant_id, other.is_full) == (next_door.subscriber_id, their_grant_id, False)
    subscribed.decide(pause_subscriber, PauseSubscriber())
    assert disclose_to_holders(datastore, Way.FEED, asked[:2]) == [False, True]


def test_nothing_is_noted_without_a_grant(subscribed: Subscribed) -> None:
    with (
        pytest.raises(ValueError, match="grant"),
        subscribed.home.datastore.in_network(subscribed.home.network_id, read_only=False) as connection,
    ):
        note_disclosure(connection, subscriber=subscribed.now, way=Way.FEED, items=[{"position": 1}])


def _kept(subscribed: Subscribed) -> list[Any]:
    return list(keys_of(subscribed.home.datastore, subscribed.home.network_id, subscribed.subscriber_id))
