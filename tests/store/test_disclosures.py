"""What was disclosed, in a real database: one row a batch, each under the grant and the key it was asked with."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.revoke_key import RevokeKey, revoke_key
from domain.subscriber.subscriber import Way
from store.disclosures import Asked, Contents, Outgoing, disclose_to_holders, disclosures, note_disclosure
from store.subscribers import hash_of_key
from tests.store.subscribed import Subscribed


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
