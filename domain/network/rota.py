"""The rota: who is on call in each stretch of time ahead, where two duties overlap, and where nobody is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from domain.network.network import Network, OnCall


@dataclass(frozen=True)
class Stretch:
    """A time in which the same duties hold. Where several overlap, the one named last counts."""

    from_at: datetime
    until_at: datetime
    duty: OnCall | None
    others: tuple[OnCall, ...] = ()
    """Duties named before it that would hold too."""

    @property
    def is_gap(self) -> bool:
        return self.duty is None


def rota(network: Network, from_at: datetime, until_at: datetime) -> tuple[Stretch, ...]:
    """The stretches of a period, in order, without a hole between them."""
    edges = sorted({from_at, until_at, *_edges_within(network.on_calls, from_at, until_at)})
    stretches: list[Stretch] = []
    for begins, ends in pairwise(edges):
        found = [duty for duty in network.on_calls if duty.is_on_call_at(begins)]
        duty, others = (found[-1], tuple(found[:-1])) if found else (None, ())
        last = stretches[-1] if stretches else None
        if last is not None and (last.duty, last.others) == (duty, others):
            stretches[-1] = Stretch(last.from_at, ends, duty, others)
        else:
            stretches.append(Stretch(begins, ends, duty, others))
    return tuple(stretches)


def _edges_within(duties: Iterable[OnCall], from_at: datetime, until_at: datetime) -> Iterable[datetime]:
    for duty in duties:
        for edge in (duty.from_at, duty.until_at):
            if edge is not None and from_at < edge < until_at:
                yield edge
