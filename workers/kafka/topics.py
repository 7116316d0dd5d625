"""Topics of a Kafka cluster: which there are, under which id, made and taken away by the admin client."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import (
    AuthorizationError,
    KafkaError,
    NoError,
    SecurityDisabledError,
    TopicAlreadyExistsError,
    UnknownTopicOrPartitionError,
)

from workers.kafka.brokers import ANSWER_MS, Brokers, BrokersDoNotAnswer, WithBrokers, opened
from workers.kafka.permissions import EVERY, Permission


class ClusterHasNoAuthorizer(Exception):
    """This Kafka cluster has no authorizer: whoever reaches it reads all topics. Give it one, or say --without-acls."""


class UserMayNotDoThis(Exception):
    """The cluster refuses; `kind` is the client's word for what."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"This Kafka user may not do this ({kind}); take one that may make topics and permissions.")


THE_CLUSTERS_OWN = -1
"""As many replicas as the cluster gives by itself."""


@dataclass(frozen=True)
class Topic:
    """A topic as it is to be."""

    name: str
    partitions: int = 1
    replicas: int = THE_CLUSTERS_OWN
    settings: Mapping[str, str] = field(default_factory=dict)


class Making(NamedTuple):
    """What a topic is besides its name; one made again has another id."""

    topic_id: UUID
    partitions: int


class Admin(WithBrokers):
    """A session for looking at and changing what the cluster holds."""

    def __init__(self, brokers: Brokers) -> None:
        """Raises BrokersDoNotAnswer, as every question does, or UserMayNotDoThis."""
        self._client = opened(KafkaAdminClient, brokers, bootstrap_timeout_ms=ANSWER_MS, request_timeout_ms=ANSWER_MS)

    def create(self, topics: Iterable[Topic]) -> list[str]:
        """Make the topics that are not there yet, and wait until they can be written; the names of those made."""
        made = []
        for topic in topics:
            wanted = {"num_partitions": topic.partitions, "replication_factor": topic.replicas}
            with _answered(), suppress(TopicAlreadyExistsError):
                self._client.create_topics({topic.name: {**wanted, "configs": dict(topic.settings)}})
                self._client.wait_for_topics([topic.name])
                made.append(topic.name)
        return made

    def delete(self, *names: str) -> None:
        """Take topics away with all they hold; those that are not there are no mistake."""
        for name in names:
            with _answered(), suppress(UnknownTopicOrPartitionError):
                self._client.delete_topics([name])
            while self.ids(name):
                time.sleep(0.05)

    def makings(self, *names: str) -> dict[str, Making]:
        """Those of these topics that are there, as they are now."""
        with _answered():
            found = self._client.describe_topics(list(names))
        return {
            one["name"]: Making(UUID(str(one["topic_id"])), len(one["partitions"]))
            for one in found
            if one["error_code"] == 0
        }

    def deleted(self, *names: str) -> frozenset[str]:
        """Those of these topics of which the cluster says that it has none; not those that it cannot speak of now."""
        with _answered():
            found = self._client.describe_topics(list(names))
        return frozenset(one["name"] for one in found if one["error_code"] == UnknownTopicOrPartitionError.errno)

    def ids(self, *names: str) -> dict[str, UUID]:
        """The id of each of these topics that is there; a topic made again has another."""
        return {name: making.topic_id for name, making in self.makings(*names).items()}

    def making(self, name: str) -> Making | None:
        """One topic as it is now; None where it is not there."""
        return self.makings(name).get(name)

    def correct(self, topics: Iterable[Topic]) -> list[str]:
        """Give topics that are there their settings; the names of those where one was another."""
        corrected = []
        for topic in topics:
            wanted = ConfigResource(ConfigResourceType.TOPIC, topic.name, dict(topic.settings))
            with _answered():
                found = self._client.describe_configs([wanted], config_filter="all")["topic"][topic.name]
            if any(found[name]["value"] != value for name, value in topic.settings.items()):
                with _answered():
                    self._client.alter_configs([wanted])
                corrected.append(topic.name)
        return corrected

    def permissions(self, prefix: str) -> set[Permission]:
        """What is allowed on topics and groups whose names begin so. ClusterHasNoAuthorizer where nothing is denied."""
        with _answered():
            found, _ = self._client.describe_acls(EVERY)
        known = filter(None, map(Permission.of, found))
        return {one for one in known if one.name.startswith(prefix)}

    def allow(self, permissions: Collection[Permission]) -> None:
        """Allow all of these, or say that not all could be."""
        if not permissions:
            return
        with _answered():
            refused = self._client.create_acls([one.acl for one in sorted(permissions)])["failed"]
        if refused:
            raise UserMayNotDoThis(refused[0].__name__)

    def revoke(self, permissions: Collection[Permission]) -> None:
        """Allow none of these any more, or say that not all could be taken away."""
        if not permissions:
            return
        with _answered():
            done = self._client.delete_acls([one.acl_filter for one in sorted(permissions)])
        if refused := [error for _, _, error in done if error is not NoError]:
            raise UserMayNotDoThis(refused[0].__name__)

    def close(self) -> None:
        """Leave."""
        self._client.close()


@contextmanager
def _answered() -> Iterator[None]:
    try:
        yield
    except SecurityDisabledError:
        raise ClusterHasNoAuthorizer(ClusterHasNoAuthorizer.__doc__) from None
    except AuthorizationError as error:
        raise UserMayNotDoThis(type(error).__name__) from None
    except KafkaError as error:
        raise BrokersDoNotAnswer(type(error).__name__) from error
