"""The topics that `topics.yaml` describes, brought about on a cluster."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field

from workers.kafka.names import TopicNames
from workers.kafka.permissions import Permission, Resource
from workers.kafka.topics import Admin, Topic

FILE = Path(__file__).parents[1] / "topics.yaml"


class Described(BaseModel):
    """One kind of topic."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partitions: int = Field(ge=1)
    settings: dict[str, str]
    write: list[str]
    read: list[str]


class TopicsFile(BaseModel):
    """The whole of `topics.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    principals: dict[str, str]
    internal: dict[str, Described]
    subscriber: Described


class Wanted(NamedTuple):
    """Topics and the permissions on them."""

    topics: list[Topic]
    permissions: set[Permission]


class Applied(NamedTuple):
    """What was not so before."""

    made: list[str]
    corrected: list[str]
    allowed: int
    revoked: int


def read_topics_file(path: Path = FILE) -> TopicsFile:
    return TopicsFile.model_validate(yaml.safe_load(path.read_text()))


def wanted(described: TopicsFile, names: TopicNames, subscriber_ids: Iterable[UUID]) -> Wanted:
    """The internal topics, and one for each of these subscribers."""
    topics, permissions = [], set[Permission]()
    internal = {"events": names.events, "state": names.state}
    found = [(internal[kind], one, {"prefix": names.prefix}) for kind, one in described.internal.items()]
    for subscriber_id in subscriber_ids:
        filled = {"prefix": names.prefix, "subscriber_id": str(subscriber_id)}
        found.append((names.of_subscriber(subscriber_id), described.subscriber, filled))
    for name, one, filled in found:
        topics.append(Topic(name, one.partitions, settings=one.settings))
        permissions.update(_permissions(name, one, described.principals, filled))
    return Wanted(topics, permissions)


def apply(admin: Admin, names: TopicNames, wish: Wanted, *, with_acls: bool) -> Applied:
    """Make it so. Permissions come first: no topic is open to others for a moment."""
    allowed, revoked = set[Permission](), set[Permission]()
    if with_acls:
        present = admin.permissions(f"{names.prefix}.")
        allowed, revoked = wish.permissions - present, present - wish.permissions
        admin.revoke(revoked)
        admin.allow(allowed)
    made = admin.create(wish.topics)
    corrected = admin.correct(wish.topics)
    return Applied(made, corrected, len(allowed), len(revoked))


def _permissions(
    topic: str, described: Described, principals: dict[str, str], filled: dict[str, Any]
) -> Iterator[Permission]:
    for role in described.write:
        user = principals[role].format(**filled)
        yield Permission(user, "WRITE", Resource.TOPIC, topic)
        yield Permission(user, "DESCRIBE", Resource.TOPIC, topic)
    for role in described.read:
        user = principals[role].format(**filled)
        yield Permission(user, "READ", Resource.TOPIC, topic)
        yield Permission(user, "DESCRIBE", Resource.TOPIC, topic)
        yield Permission(user, "READ", Resource.GROUP, topic.removesuffix(".v1"), is_prefix=True)
