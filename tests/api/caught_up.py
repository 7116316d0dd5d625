"""Read models that are brought up to date, and policies carried out, when a test says so: no worker runs beside it."""

from collections.abc import Iterable
from concurrent.futures import Future
from typing import Any

import psycopg

from domain.policies import POLICIES
from projections import READ_MODELS
from projections.engine.catch_up import catch_up
from projections.engine.read_model import ReadModel
from projections.engine.rebuild import build_missing
from store.datastore import Datastore
from store.reader import Reader
from store.row import decode
from workers.react import react_to_all
from workers.reaction import Reaction


class Log(Reader):
    """The log as read models take it in."""

    def decode(self, row: Any) -> Any:
        return decode(row)


class CaughtUp:
    """Stands where pages wait for their read models: it brings them up to date instead, there and then."""

    def __init__(self, work_url: str) -> None:
        self._connection = psycopg.connect(work_url, autocommit=True)
        self._datastore = Datastore(work_url, max_size=2)
        self._log = Log(self._datastore)
        build_missing(self._connection, self._log, READ_MODELS, holder="test")

    def reached(self, position: int, models: Iterable[ReadModel] = ()) -> Future[bool]:
        done: Future[bool] = Future()
        done.set_result(self.wait_until(position, models))
        return done

    def wait_until(self, position: int = 0, models: Iterable[ReadModel] = (), timeout: float = 2.0) -> bool:
        return catch_up(self._connection, self._log, READ_MODELS, holder="test")

    def react(self, reaction: Reaction) -> None:
        """Carry out policies to the end of the log."""
        react_to_all(self._connection, self._log, POLICIES, reaction)

    def close(self) -> None:
        self._datastore.close()
        self._connection.close()
