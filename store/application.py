"""The library's application on our connections, recorder and mapper."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application, Repository
from eventsourcing.persistence import (
    EventStore,
    InfrastructureFactory,
    Mapper,
    NotSupportedError,
    Recording,
    Transcoder,
)
from eventsourcing.utils import Environment, EnvType

from domain.stream import Stream
from store.datastore import Datastore
from store.mapper import CareMapper, Fact
from store.memory import Remembered
from store.recorder import CareRecorder


class AnotherKindOfStream(TypeError):
    """There is a stream of that id, and it is not of the kind that was asked for."""


class CareFactory(InfrastructureFactory[Any]):
    """Hands the library what is built here already; it reads no environment variables."""

    def __init__(self, env: Environment, recorder: CareRecorder) -> None:
        super().__init__(env)
        self._recorder = recorder

    def application_recorder(self) -> CareRecorder:
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> CareRecorder:
        raise NotSupportedError(f"there is no table for {purpose}")

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        raise NotSupportedError("read models keep their own checkpoints")

    def process_recorder(self) -> Any:
        raise NotSupportedError("read models keep their own checkpoints")


class CareApplication(Application[UUID]):
    """Events pass through `save`, our mapper and recorder; states come from the repository and a stream's `evolve`."""

    name = "Throughline"
    recorder: CareRecorder

    def __init__(self, datastore: Datastore, *, on_append: Callable[[int], None] | None = None) -> None:
        self._made_recorder = CareRecorder(datastore, on_append=on_append)
        self._repositories: dict[UUID, Repository[UUID]] = {}
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        return Environment(name, env)

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return CareFactory(env, self._made_recorder)

    def construct_mapper(self) -> Mapper[UUID]:
        return CareMapper()

    def construct_transcoder(self) -> Transcoder:
        raise NotSupportedError("payloads are the JSON of the events themselves")

    def save(self, *objs: Any, **kwargs: Any) -> list[Recording[UUID]]:
        """As the library's own, without asking each event at run time whether it satisfies a protocol, and without the
        object that collects events of aggregates: that was a sixth of the Python time of a decision."""
        return self.events.put(objs, **kwargs)

    def repository_in(self, network_id: UUID) -> Repository[UUID]:
        """The library's repository, reading with that network in force."""
        if network_id not in self._repositories:
            events = EventStore(self.mapper, self.recorder.in_network(network_id))
            self._repositories[network_id] = Repository(events)
        return self._repositories[network_id]

    def load(self, network_id: UUID, stream: Stream[Any], stream_id: UUID) -> Remembered:
        """The state of a stream from all its events; the initial one if there are none, or that id is no such stream's.

        Ids come from callers, who may send a person's where an episode's is expected.
        """
        try:
            return self.repository_in(network_id).get(stream_id, projector_func=projector(stream))  # type: ignore[type-var, return-value]
        except (AggregateNotFoundError, AnotherKindOfStream):
            return Remembered(stream.initial, 0, 0)

    def catch_up(self, network_id: UUID, stream: Stream[Any], stream_id: UUID, known: Remembered) -> Remembered:
        """The same from a remembered state and the events after it."""
        later = self.repository_in(network_id).event_store.get(stream_id, gt=known.version)
        return projector(stream)(known, later) or known  # type: ignore[arg-type]

    def facts(self, network_id: UUID, stream_id: UUID, *, after: int = 0, until: int | None = None) -> Iterator[Fact]:
        """The facts of a stream after one version, up to another."""
        return self.repository_in(network_id).event_store.get(stream_id, gt=after, lte=until)  # type: ignore[return-value]


def projector(stream: Stream[Any]) -> Callable[[Remembered | None, Iterable[Fact]], Remembered | None]:
    """How the library folds facts into a state: with the stream's own `evolve`."""

    def project(known: Remembered | None, facts: Iterable[Fact]) -> Remembered | None:
        for fact in facts:
            if fact.envelope.stream_type != stream.name:
                raise AnotherKindOfStream(f"{fact.envelope.stream_type} {fact.envelope.stream_id} is no {stream.name}")
            known = evolved(stream, known or Remembered(stream.initial, 0, 0), fact)
        return known

    return project


def evolved(stream: Stream[Any], known: Remembered, fact: Any) -> Remembered:
    """One step further."""
    envelope = fact.envelope
    return Remembered(stream.evolve(fact.event, known.state, envelope), envelope.version, envelope.position)
