"""One message to one person: which notices go into it now, and its words, which tell counts and nothing else."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.days import day_of
from domain.network.reminder_settings import ReminderSettings
from domain.reminder.notice import Mark, Notice


@dataclass(frozen=True)
class Message:
    """At least one notice, all for the same person."""

    recipient_id: UUID
    notices: tuple[Notice, ...]

    @property
    def is_digest(self) -> bool:
        """Whether it is the one message of the day."""
        return any(notice.waits_for_digest for notice in self.notices)


def message(
    recipient_id: UUID,
    notices: Iterable[Notice],
    *,
    told: Collection[Mark],
    last_digest_on: date | None,
    now: datetime,
    settings: ReminderSettings,
    zone: str,
) -> Message | None:
    """What goes out to one person now; None while there is nothing, it was told before, or it is night."""
    is_quiet = settings.is_quiet_at(now, zone)
    may_digest = settings.is_time_for_digest(now, zone) and last_digest_on != day_of(now, zone)

    def goes(notice: Notice) -> bool:
        if notice.is_urgent:
            return True
        return may_digest if notice.waits_for_digest else not is_quiet

    mine = (notice for notice in notices if notice.mark.recipient_id == recipient_id)
    going = tuple(notice for notice in mine if notice.mark not in told and goes(notice))
    return Message(recipient_id, going) if going else None


def subject(notices: Iterable[Notice]) -> str:
    """`Throughline: 1 needs you now, 2 things are due, 1 overdue`. Counts only: mail is read on locked screens."""
    shown = list(notices)
    urgent = sum(notice.is_urgent for notice in shown)
    overdue = sum(notice.is_overdue and not notice.is_urgent for notice in shown)
    due = len(shown) - urgent - overdue
    parts = []
    if urgent:
        parts.append(f"{urgent} {'needs' if urgent == 1 else 'need'} you now")
    if due:
        parts.append(f"{due} {'thing is' if due == 1 else 'things are'} due")
    if overdue:
        things = "" if due else " thing is" if overdue == 1 else " things are"
        parts.append(f"{overdue}{things} overdue")
    return f"Throughline: {', '.join(parts)}"


def body(notices: Iterable[Notice], address: str) -> str:
    """The same with where to sign in."""
    where = f"Sign in: {address}" if address else "Sign in to Throughline to see what."
    return f"{subject(notices)}.\n{where}\n\nThis message holds no health information. Replies to it are not read.\n"
