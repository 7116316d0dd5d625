"""Everything that can be decided about a care network."""

from domain.decision import Decision, decision_of
from domain.network.adopt_protocol import adopt_protocol
from domain.network.create_network import create_network
from domain.network.name_on_call import name_on_call

DECISIONS: tuple[Decision, ...] = tuple(decision_of(d) for d in (create_network, name_on_call, adopt_protocol))
