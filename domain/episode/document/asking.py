"""What asking for a document, a co-signature or an answer has in common: of whom, and by when."""

from datetime import date, datetime
from uuid import UUID

from domain.days import day_of
from domain.episode.document.document import Clinical
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.order import Order
from domain.refusal import Refused


class IsNotOnTheTeam(Refused):
    """This person is not on the care team as {role} and could not open it. Assign them first, or ask the role."""


class DueDayHasPassed(Refused):
    """{on} has passed. Choose today or a later day."""


class AskSomebody(Order):
    """Asks a role, or one person in it. Without a name it is on the list of everybody who has the role."""

    role: Clinical
    due_on: date
    clinician_id: UUID | None = None


def require_may_be_asked(episode: Episode, order: AskSomebody, now: datetime, network: Network) -> None:
    """Whoever is asked by name has to be able to open what they are asked about; today still counts."""
    who = order.clinician_id
    if who is not None and episode.member(who, order.role, now) is None:
        raise IsNotOnTheTeam(field="clinician_id", role=order.role.value)
    if order.due_on < day_of(now, network.zone):
        raise DueDayHasPassed(field="due_on", on=order.due_on)
