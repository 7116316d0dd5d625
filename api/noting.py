"""What many streams are about to send, written down together: the rows of all who wait in one commit, then their bytes.

Two hundred streams to which an event goes would otherwise be two hundred commits, each with a wait for the disk.
Whoever is still in line to hear of that event is waited for, so that all of them are in one.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from eventsourcing.persistence import InterfaceError, OperationalError

from api.turns import Turns
from store.disclosures import Outgoing

MOST_AT_ONCE = 250
Note = Callable[[Sequence[Outgoing]], Awaitable[Sequence[bool]]]
"""Which of these are durably noted now; an error where none is known to be."""
OF_ALL = (OperationalError, InterfaceError)
"""What befalls one batch as any other: the database does not answer."""

log = structlog.get_logger(__name__)


class Noting:
    """Takes what waits, again and again. In one event loop only.

    Whoever is told True may send; whoever is told anything else, an error or a cancellation included, may not.
    """

    def __init__(self, note: Note, turns: Turns) -> None:
        self._note, self._turns = note, turns
        self._waiting: list[tuple[Outgoing, asyncio.Future[bool]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def noted(self, batch: Outgoing) -> bool:
        """Whether it is durably noted as disclosed; False where key or grant do not allow it as it is."""
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((batch, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await future

    async def _write(self) -> None:
        taken: list[tuple[Outgoing, asyncio.Future[bool]]] = []
        try:
            while self._waiting:
                await self._turns.all_let_go()
                taken, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
                taken = [one for one in taken if not one[1].done()]  # whose stream is there no more
                if taken:
                    await self._write_down(taken)
        finally:  # also when this task is cancelled: nobody may wait for it for ever, and nobody may send
            self._writing = None
            for _, future in [*taken, *self._waiting]:
                future.cancel()
            self._waiting = []

    async def _write_down(self, taken: Sequence[tuple[Outgoing, asyncio.Future[bool]]]) -> None:
        try:
            answers = await self._note([batch for batch, _ in taken])
        except Exception as error:  # whatever it is, each stream has to hear of it
            if len(taken) > 1 and not isinstance(error, OF_ALL):
                log.error("noted_one_by_one", failure=type(error).__name__, batches=len(taken))
                for one in taken:
                    await self._write_down([one])
                return
            for _, future in taken:
                if not future.done():
                    future.set_exception(error)
            return
        futures = [future for _, future in taken]
        await self._turns.all_let_go(zip(futures, answers, strict=True))
