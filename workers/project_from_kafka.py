"""The process that fills read models from Kafka: one member of a group, as many of them as are started."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from uuid import UUID

from projections.engine.group.topic import StreamSource
from projections.engine.pages import LIVE_PAGE
from projections.engine.read_model import ReadModel
from store.feed import log_id_of
from store.publishing import delivered_up_to
from workers.group.feed import Feed
from workers.group.member import Member
from workers.shift import connect, new_holder

OpenFeed = Callable[[UUID], AbstractContextManager[Feed]]
"""Join the group, to read records of this log."""


class MemberProjector:
    """Keeps its share of the read models at the head of what the relay has delivered."""

    def __init__(
        self,
        work_url: str,
        open_source: Callable[[], AbstractContextManager[StreamSource]],
        open_feed: OpenFeed,
        topic: str,
        models: Sequence[ReadModel],
        *,
        page: int = LIVE_PAGE,
    ) -> None:
        self._work_url = work_url
        self._open_source = open_source
        self._open_feed = open_feed
        self._topic = topic
        self._models = models
        self._page = page

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Ends by an error when a connection is lost; the supervisor starts it again."""
        with connect(self._work_url) as connection, self._open_source() as source:
            log_id = log_id_of(connection)
            asked = partial(delivered_up_to, connection, self._topic, log_id)
            with self._open_feed(log_id) as feed:
                member = Member(connection, source, feed, self._models, asked, name=new_holder(), page=self._page)
                while not stop.is_set():
                    member.do_some()
