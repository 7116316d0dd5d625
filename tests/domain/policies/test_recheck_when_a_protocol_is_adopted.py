"""Adopting a protocol is looked at in every open episode of the network."""

from domain.episode.plan.recheck_plan import RecheckPlan
from domain.episode.team.recheck_credentials import RecheckCredentials
from domain.network.adopt_protocol import ProtocolAdopted
from domain.order import Order
from domain.policies import POLICIES
from domain.policies.policy import Where
from domain.protocol.shipped import CURRENT, document
from tests.domain.given import given


def test_plans_and_credentials_are_looked_at_in_every_open_episode() -> None:
    adopted = ProtocolAdopted(protocol_id=CURRENT[0], protocol_version="3", sha256="", document=document(*CURRENT))
    (recorded,) = given(adopted).recorded
    orders: list[Order | None] = []
    for policy in POLICIES:
        if ProtocolAdopted in policy.when:
            assert policy.where is Where.OPEN_EPISODES_OF_THE_NETWORK
            orders.append(policy.order(*recorded))
    assert orders == [RecheckCredentials(), RecheckPlan()]
