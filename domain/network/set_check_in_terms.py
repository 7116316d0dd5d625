"""Set how long check-in links stay open, and how many wrong birth dates lock one."""

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.check_in_terms import CheckInTerms
from domain.network.network import Network, NetworkEvent, evolve
from domain.order import Order
from domain.stream import change


class SetCheckInTerms(Order):
    """What is left out stays as it is."""

    valid_hours: int | None = Field(default=None, ge=1, le=336)
    wrong_dates_allowed: int | None = Field(default=None, ge=3, le=10)
    spanish_crisis_text: str | None = Field(default=None, min_length=1, max_length=600)


class CheckInTermsSet(NetworkEvent, stored_as="CheckInTermsSet"):
    """The network said how long check-in links stay valid and after how many wrong birth dates they lock."""

    valid_hours: int
    wrong_dates_allowed: int
    spanish_crisis_text: str | None = None


@decides(Role.COORDINATOR, Role.PRESCRIBER, Role.SYSTEM)
def set_check_in_terms(network: Network, order: SetCheckInTerms) -> list[Event]:
    """Set the terms of links that are sent from now on."""
    known = network.check_in_terms
    wanted = CheckInTerms(
        order.valid_hours or known.valid_hours,
        order.wrong_dates_allowed or known.wrong_dates_allowed,
        order.spanish_crisis_text or known.spanish_crisis_text,
    )
    return [] if known == wanted else [CheckInTermsSet(**wanted.__dict__)]


@evolve.register
def _(event: CheckInTermsSet, network: Network, envelope: Envelope) -> Network:
    return change(
        network, check_in_terms=CheckInTerms(event.valid_hours, event.wrong_dates_allowed, event.spanish_crisis_text)
    )
