"""Members of a group on a topic in memory, with every mishap there is: the rows are those of a fold from scratch."""

import random
from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from projections.engine.lease import give_back, take_lease
from projections.engine.pages import apply_all
from projections.engine.parking import parked_events
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import build_missing, rebuild
from projections.engine.runner import Runner
from projections.engine.waiting import read_checkpoints
from tests.projections.conftest import stored_rows
from tests.projections.folded import folded
from tests.projections.tally import LINES, TALLIES, Added, Cleared, Forgotten, Log, StoredEvent, Unheard
from tests.thoroughness import THOROUGH
from tests.workers.group.cluster import Cluster, MemoryFeed, Relay
from workers.group.member import Member

STREAMS = 15
TALLY = ReadModel("tally", 1, (TALLIES, LINES), per_episode=True)
OTHER = ReadModel("other", 1, (TALLIES, LINES), per_episode=True)
MODELS = (TALLY, OTHER)


class Group:
    """Members over one database, and whatever may happen to them."""

    def __init__(self, work: Connection[Any], seed: int) -> None:
        self.work = work
        self.chance = random.Random(seed)
        self.log = Log()
        self.cluster = Cluster()
        self.relay = Relay(self.log, self.cluster)
        self.running: list[Member] = []
        self.frozen: list[Member] = []
        self._names: dict[int, str] = {}
        self._time = count()
        build_missing(work, self.log, MODELS, holder="setup")

    def append(self, events: int = 12) -> None:
        for number in range(events):
            event = self.chance.choice([Cleared(), Forgotten(), Unheard(), *[Added(amount=Decimal(number))] * 6])
            self.log.append(self.chance.randint(1, STREAMS), event)

    def work_on(self, rounds: int = 12) -> None:
        for _ in range(rounds):
            self.chance.choice(self.running).do_some()

    def start(self, members: int = 1) -> None:
        """So many more members; all share everything out anew."""
        for _ in range(members):
            name = f"member {len(self._names)}"
            self.cluster.assign([name], self.chance)
            member = Member(
                self.work, self.log, MemoryFeed(self.cluster, name), MODELS, self.relay.delivered_up_to,
                name=name, page=self.chance.choice([1, 3, 20]), clock=lambda: float(next(self._time)),
            )  # fmt: skip
            self._names[id(member)] = name
            self.running.append(member)
        self._share_out()

    def freeze(self) -> None:
        """Some go on without the others, who do not know it."""
        self.chance.shuffle(self.running)
        going_on = self.chance.randint(1, len(self.running))
        self.frozen += self.running[going_on:]
        del self.running[going_on:]
        self._share_out()

    def thaw(self) -> None:
        """A frozen member goes on with what it was at, then learns that it is none any more and joins again."""
        if self.frozen:
            self.frozen[-1].do_some()
            self.running.append(self.frozen.pop())
            self._share_out()

    def kill(self) -> None:
        if len(self.running) > 1:
            self.running.pop()
            self._share_out()

    def run_from_the_log(self) -> None:
        """A runner of the log takes over one of the read models where it stands, and goes some way."""
        self.work.execute("UPDATE read_models.checkpoint SET leased_until = '-infinity'")
        model = self.chance.choice(MODELS)
        taken = take_lease(self.work, model, "a runner of the log")
        assert taken is not None
        until = taken[1] + self.chance.randint(0, 60)
        apply_all(self.log, [Runner(self.work, model, *taken)], limit=self.chance.randint(1, 20), until=until)
        self.work_on(3)
        give_back(self.work, taken[0])

    def replace_topic(self) -> None:
        """Deleted and made again; the relay refills it from some place, or does not."""
        self.cluster.make_topic(self.chance.choice([3, 4, 5]))
        self.relay.look_again()
        self.relay.position = self.chance.randint(0, self.relay.position)
        self.relay.send(self.chance.choice([0, 200, 10_000]))

    def add_partition(self) -> None:
        """The relay learns of it later."""
        if len(self.cluster.records) < 6:
            self.cluster.add_partition()
            self._share_out()

    def settle(self) -> None:
        """Let everything arrive and everybody finish; those who were frozen wake up last."""
        self.relay.look_again()
        self.relay.send()
        self.start()
        for _ in range(400):
            for member in self.running:
                member.do_some()
            if min(read_checkpoints(self.work).values()) == self.log.head():
                break
        else:
            raise AssertionError(f"{read_checkpoints(self.work)} of {self.log.head()}")
        for member in self.frozen:
            member.do_some()

    def require_rows_of_what_was(self) -> None:
        """Of each stream, rows are those after some of its events, none twice; up to the position none is missing."""
        for model in MODELS:
            position = read_checkpoints(self.work)[(model.name, model.version)]
            rows = stored_rows(self.work, model)
            lines: dict[UUID, int] = {}
            for stream_id, _ in rows[LINES.name]:
                lines[stream_id] = lines.get(stream_id, 0) + 1
            history = [one for one in self.log.stored if one.stored_as in model.stored_names]
            told = []
            for row in history:
                if lines.get(row.stream_id, 0) > 0:
                    told.append(row.recorded)
                    lines[row.stream_id] -= 1
                else:
                    assert row.position > position, f"{model.name}: an event is missing below its position"
            assert rows == folded(model, told)

    def _share_out(self) -> None:
        self.cluster.assign([self._names[id(member)] for member in self.running], self.chance)


@pytest.mark.parametrize("seed", range(60 if THOROUGH else 4))
def test_whatever_happens_nothing_is_left_out_or_folded_twice(work: Connection[Any], seed: int) -> None:
    group = Group(work, seed)
    group.append(40)
    group.start(2)
    mishaps = [
        lambda: group.relay.die_while_sending(15, group.chance),
        group.start, group.freeze, group.thaw, group.kill, group.run_from_the_log,
        lambda: group.cluster.drop_first(group.chance),
        group.replace_topic, group.add_partition, group.relay.look_again,
    ]  # fmt: skip
    for _ in range(60):
        group.append()
        group.relay.send(group.chance.randint(0, 30))
        group.work_on()
        group.require_rows_of_what_was()
        if group.chance.random() < 0.5:
            group.chance.choice(mishaps)()
            group.require_rows_of_what_was()
    group.settle()
    for model in MODELS:
        assert stored_rows(work, model) == folded(model, group.log.history())


def test_a_rebuild_finds_what_members_wrote_beyond_the_position(work: Connection[Any]) -> None:
    group = Group(work, 1)
    group.start(2)
    group.append(30)
    group.relay.send()
    group.work_on(40)
    group.append(30)
    group.relay.die_while_sending(30, group.chance)  # so that streams are ahead of the position
    group.work_on(40)
    ahead = work.execute("SELECT count(*) FROM read_models.stream_ahead").fetchone()
    head = min(read_checkpoints(work).values())
    assert ahead != (0,)
    assert head < group.log.head()
    setattr(group.log, "head", lambda: head)  # noqa: B010 nobody has to catch up first
    rebuilt = rebuild(work, group.log, MODELS, holder="r")
    delattr(group.log, "head")
    assert [one.differences for one in rebuilt] == [0, 0]
    group.require_rows_of_what_was()
    group.settle()
    assert stored_rows(work, TALLY) == folded(TALLY, group.log.history())


def test_a_poison_event_holds_its_own_stream_and_no_other(work: Connection[Any]) -> None:
    group = Group(work, 2)
    group.start(2)
    poison = group.log.append(1, Added(amount=Decimal(1), note="poison"))
    group.log.append(1, Added(amount=Decimal(2)))
    group.log.append(2, Added(amount=Decimal(3)))
    group.settle()
    assert [(one.position, one.failure is None) for one in parked_events(work) if one.read_model == "tally"] == [
        (poison, False),
        (poison + 1, True),
    ]
    assert [row.total for row in stored_rows(work, TALLY)["tally"].values()] == [Decimal(3)]


def test_a_stream_in_another_partition_than_its_own_sends_everybody_to_the_log(work: Connection[Any]) -> None:
    group = Group(work, 3)
    group.start(1)
    group.append(20)
    group.relay.send()
    group.work_on(40)
    group.log.append(1, Added(amount=Decimal(7)))
    (row,) = group.log.rows(group.relay.position, 10)
    group.cluster.records[0].append(row)
    assert group.cluster.owner(row.stream_id) != 0
    group.running[0].do_some()
    distrusted = work.execute("SELECT count(*) FROM read_models.topic_partition WHERE next_offset IS NULL").fetchone()
    assert distrusted == (len(MODELS) * len(group.cluster.records),)
    group.settle()
    assert stored_rows(work, TALLY) == folded(TALLY, group.log.history())


def test_a_topic_made_anew_while_a_member_asks_about_it_hides_nothing(work: Connection[Any]) -> None:
    group = Group(work, 4)
    one, other = 1, 1 + len(group.cluster.records)  # streams of one partition
    group.log.append(one, Added(amount=Decimal(1)))
    group.relay.send()
    group.start()
    group.cluster.at_next_question = group.cluster.make_topic
    rows = group.log.rows

    def rows_and_then(after: int, limit: int) -> Sequence[StoredEvent]:
        found = rows(after, limit)
        delattr(group.log, "rows")
        group.log.append(other, Added(amount=Decimal(2)))
        group.relay.send()  # what is new only: it stands where the one before stood in the topic that is gone
        return found

    setattr(group.log, "rows", rows_and_then)  # noqa: B010 the log fills in, and meanwhile it grows
    group.running[0].do_some()
    group.settle()
    for model in MODELS:
        assert stored_rows(work, model) == folded(model, group.log.history())
