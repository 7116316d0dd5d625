"""Who looks at a list and when: what its rows are worded with."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from api import formats
from api.people import Surroundings
from domain.actor import Actor
from projections.glance import Moment


class Look(NamedTuple):
    """One person at one moment."""

    by: Actor
    around: Surroundings
    now: datetime

    @property
    def moment(self) -> Moment:
        return Moment(self.now, self.around.network, self.around.network.protocol, self.around.clinicians)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.around.network.zone)

    @property
    def today(self) -> date:
        return formats.day_of(self.now, self.zone)

    @property
    def now_words(self) -> str:
        """`Thu 12 Mar 2026, 09:42`."""
        return f"{formats.heading_date(self.today)}, {formats.clock(self.now, self.zone)}"

    def name_of(self, who: UUID | None) -> str:
        """As sentences name people; `nobody` where no one is named."""
        return self.around.name_of(who) if who else "nobody"

    def day(self, at: datetime) -> date:
        return formats.day_of(at, self.zone)
