"""What a round of reminding remembers: an episode is planned anew only when its answer may have changed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.reminder.notice import Notice, Watch

Plan = Callable[[list[UUID]], Mapping[UUID, Watch]]
"""Plans these episodes now; one that is not answered for is not remembered."""


class Known(NamedTuple):
    """One episode as it was planned: under which version of itself and of what surrounds it, and when."""

    version: int
    around: tuple[int, ...]
    planned_at: datetime
    watch: Watch

    def holds(self, version: int, around: tuple[int, ...], now: datetime) -> bool:
        """A clock that was set back asks anew, too."""
        return (self.version, self.around) == (version, around) and self.planned_at <= now < self.watch.until


@dataclass
class Remembered:
    """By network, the episodes of its last round. Lost with the process, and then planned anew."""

    planned_anew: int = 0
    """Episodes planned since the process began."""
    _of: dict[UUID, dict[UUID, Known]] = field(default_factory=dict)

    def notices(
        self, network_id: UUID, versions: Mapping[UUID, int], around: tuple[int, ...], now: datetime, plan: Plan
    ) -> Iterable[Notice]:
        """Everything to be told; `versions` are the episodes watched now, `around` those of what they rest on."""
        before = self._of.get(network_id, {})
        still = {
            one: known
            for one, version in versions.items()
            if (known := before.get(one)) is not None and known.holds(version, around, now)
        }
        planned = plan([one for one in versions if one not in still])
        new = {one: Known(versions[one], around, now, watch) for one, watch in planned.items()}
        self.planned_anew += len(new)
        self._of[network_id] = still | new
        return [notice for known in (still | new).values() for notice in known.watch.notices]
