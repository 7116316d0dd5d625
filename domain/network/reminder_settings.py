"""How a network reminds its staff: what counts as soon, when the daily message goes out, which hours are quiet."""

from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field


class ReminderSettings(BaseModel):
    """Hours are of the network's zone. What was never set has these values; a network changes them at any time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    are_sent: bool = True
    """False stops reminders; alerts, which tell of danger, go out all the same."""
    soon_days: int = Field(default=1, ge=0, le=14)
    """How many days ahead something counts as due soon; 1 is today and tomorrow."""
    digest_hour: int = Field(default=8, ge=0, le=23)
    """From this hour on the one message of the day goes out."""
    quiet_from_hour: int = Field(default=20, ge=0, le=23)
    quiet_until_hour: int = Field(default=7, ge=0, le=23)
    """Quiet from the one hour until the other, over midnight; the same hour twice is no quiet at all."""

    def is_quiet_at(self, moment: datetime, zone: str) -> bool:
        """Whether only what is urgent may go out."""
        return self._is_quiet_hour(moment.astimezone(ZoneInfo(zone)).hour)

    def is_time_for_digest(self, moment: datetime, zone: str) -> bool:
        """Whether the message of the day may go out."""
        hour = moment.astimezone(ZoneInfo(zone)).hour
        return hour >= self.digest_hour and not self._is_quiet_hour(hour)

    @property
    def has_time_for_digest(self) -> bool:
        """Whether any hour of the day lets the message of the day go out."""
        return any(not self._is_quiet_hour(hour) for hour in range(self.digest_hour, 24))

    def _is_quiet_hour(self, hour: int) -> bool:
        begin, end = self.quiet_from_hour, self.quiet_until_hour
        return begin <= hour < end if begin <= end else hour >= begin or hour < end
