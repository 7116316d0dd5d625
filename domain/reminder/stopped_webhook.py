"""Who is told that nothing is posted to a subscriber any more: its events wait, and nobody outside may notice."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from domain.actor import Role
from domain.clinician.clinician import Clinicians
from domain.reminder.notice import Mark, Notice, Tier, coordinators

KEY = "webhook:"


class StoppedWebhook(NamedTuple):
    """An address that was given up by itself: gone, failing to the last try, or never confirmed."""

    subscriber_id: UUID
    endpoint_id: UUID
    stopped_at: datetime


def of_stopped_webhook(stopped: StoppedWebhook, clinicians: Clinicians) -> tuple[Notice, ...]:
    """To everybody who is compliance in the network, else to its coordinators; once for each address."""
    told = tuple(sorted(one for one, person in clinicians.items() if person.is_active_as(Role.COMPLIANCE)))
    key, due = f"{KEY}{stopped.endpoint_id}", stopped.stopped_at.isoformat()
    return tuple(
        Notice(Mark(recipient_id, stopped.subscriber_id, key, due, Tier.SOON))
        for recipient_id in told or coordinators(clinicians)
    )


def is_of_webhook(mark: Mark) -> bool:
    """Whether it tells of a webhook: then it is about a subscriber and not about an episode."""
    return mark.key.startswith(KEY)
