"""What delivering is done with, and the ways to post that the threads of one line share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import NamedTuple

from domain.subscriber.webhook.address import is_loopback, is_public
from store.care import Care
from store.datastore import Datastore
from store.key_file import KeyEncryptionKey
from store.webhooks.resolving import Resolver, resolve
from workers.webhook.post import SECONDS, Post
from workers.webhook.schedule import Chance


class Means(NamedTuple):
    """`datastore` is of the workers' role; `may_be_local` opens this very machine, for development; `address` is where
    this installation is reached, as items name their schemas.
    """

    datastore: Datastore
    care: Care
    kek: KeyEncryptionKey
    clock: Callable[[], datetime]
    chance: Chance
    may_be_local: bool = False
    address: str = ""
    resolver: Resolver = resolve
    seconds: float = SECONDS


class Posts:
    """Ways to post, one for each thread that does so at a time; their connections are kept."""

    def __init__(self, means: Means, *, is_local: bool) -> None:
        self._permit = is_loopback if is_local and means.may_be_local else is_public
        self._means = means
        self._idle: SimpleQueue[Post] = SimpleQueue()
        self._all: list[Post] = []

    @contextmanager
    def one(self) -> Iterator[Post]:
        """One that nobody else uses meanwhile."""
        try:
            post = self._idle.get_nowait()
        except Empty:
            post = Post(self._permit, resolver=self._means.resolver, seconds=self._means.seconds)
            self._all.append(post)
        try:
            yield post
        finally:
            self._idle.put(post)

    def hang_up(self) -> None:
        """Break off whatever is under way."""
        for post in list(self._all):
            post.hang_up()

    def close(self) -> None:
        """Close those that are not in use."""
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return
