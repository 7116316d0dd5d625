"""A member of the group in a process of its own, which tests kill and freeze."""

import multiprocessing
import os
import signal
from collections.abc import Sequence
from functools import partial
from multiprocessing.process import BaseProcess

import workers.group.kafka_feed
from deploy.read_models import open_log
from projections import READ_MODELS
from workers.group.kafka_feed import open_kafka_feed
from workers.kafka.brokers import Brokers
from workers.kafka.names import TopicNames
from workers.project_from_kafka import MemberProjector
from workers.supervisor import Supervisor

SESSION_SECONDS = 1.0
METADATA_MS = 1_000

forked = multiprocessing.get_context("forkserver")
"""From a process that has imported everything and runs no thread: the client does not survive a fork of its own."""
forked.set_forkserver_preload([__name__])


def run(
    work_url: str, brokers: Brokers, names: TopicNames, models: Sequence[str], session_seconds: float, page: int
) -> None:
    """Fill read models, by their names, until the process is killed, as `throughline work` does: begun again where the
    database ended a connection, as it does to a member that was frozen in a transaction.
    """
    setattr(workers.group.kafka_feed, "METADATA_MS", METADATA_MS)  # noqa: B010 in this process, which ends with it
    chosen = [model for model in READ_MODELS if model.name in models]
    group = names.projectors(model.known_as for model in chosen)
    feed = partial(open_kafka_feed, brokers, names.events, group, session_seconds=session_seconds)
    member = MemberProjector(work_url, partial(open_log, work_url), feed, names.events, chosen, page=page)
    supervisor = Supervisor({"project": member.run})
    supervisor.start()
    supervisor.wait()


class Members:
    """Processes that fill read models, each a member of the group."""

    def __init__(
        self,
        work_url: str,
        brokers: Brokers,
        names: TopicNames,
        models: Sequence[str],
        *,
        session_seconds: float = SESSION_SECONDS,
        page: int = 50,
    ) -> None:
        self._arguments = (work_url, brokers, names, list(models), session_seconds, page)
        self.running: list[BaseProcess] = []
        self.frozen: list[BaseProcess] = []

    def start(self) -> None:
        process = forked.Process(target=run, args=self._arguments)
        process.start()
        self.running.append(process)

    def kill(self) -> None:
        _signal(self.running.pop(0), signal.SIGKILL).join()

    def freeze(self) -> None:
        self.frozen.append(_signal(self.running.pop(0), signal.SIGSTOP))

    def thaw(self) -> None:
        self.running.append(_signal(self.frozen.pop(0), signal.SIGCONT))

    def end(self) -> None:
        for process in (*self.running, *self.frozen):
            _signal(process, signal.SIGKILL).join()
        self.running, self.frozen = [], []


def _signal(process: BaseProcess, number: signal.Signals) -> BaseProcess:
    os.kill(process.pid or 0, number)
    return process
