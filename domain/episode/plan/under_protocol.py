"""Which protocol an episode is under: its plan's, where that is another than the network's own."""

from datetime import datetime

from domain.episode.episode import Episode
from domain.network.network import Network
from domain.protocol.numbers import Numbers
from domain.protocol.protocol import Protocol


def protocol_of(episode: Episode, network: Network, own: Protocol) -> Protocol:
    """`own` is the network's. A plan issued under a protocol adopted beside it keeps to that one, as it was adopted."""
    plan = episode.plan
    if plan is None or plan.protocol_id in ("", own.protocol_id):
        return own
    adopted = network.adoptions.get((plan.protocol_id, plan.protocol_version))
    return adopted.protocol if adopted else own


def numbers_of(episode: Episode, network: Network, own: Protocol) -> Numbers:
    """Those of the version under which the plan was issued, where there is a plan."""
    plan = episode.plan
    adopted = network.adoptions.get((plan.protocol_id, plan.protocol_version)) if plan else None
    return adopted.protocol.numbers if adopted else own.numbers


def protocol_at(moment: datetime, network: Network, own: Protocol) -> Protocol:
    """`own` as it was in force at that moment: what is recorded late is judged by what held when it happened."""
    then = network.protocol_at(moment)
    return then if then.protocol_id == own.protocol_id else own
