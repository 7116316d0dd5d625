"""Set how long a proposed erasure waits before a second person may confirm it."""

from pydantic import Field

from domain.actor import Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.erasure_terms import LONGEST_DAYS, SHORTEST_DAYS, ErasureTerms
from domain.network.network import Network, NetworkEvent, evolve
from domain.order import Order
from domain.stream import change


class SetErasureTerms(Order):
    """What is left out stays as it is."""

    waiting_days: int | None = Field(default=None, ge=SHORTEST_DAYS, le=LONGEST_DAYS)


class ErasureTermsSet(NetworkEvent, stored_as="ErasureTermsSet"):
    """The network said how long a proposed erasure waits."""

    waiting_days: int


@decides(Role.SYSTEM)
def set_erasure_terms(network: Network, order: SetErasureTerms) -> list[Event]:
    """For proposals from now on. The operator sets it: who erases must not shorten the time for doubts."""
    wanted = ErasureTerms(order.waiting_days or network.erasure_terms.waiting_days)
    return [] if wanted == network.erasure_terms else [ErasureTermsSet(waiting_days=wanted.waiting_days)]


@evolve.register
def _(event: ErasureTermsSet, network: Network, envelope: Envelope) -> Network:
    return change(network, erasure_terms=ErasureTerms(event.waiting_days))
