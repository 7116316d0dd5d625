"""The network adopted another protocol, or another version: open plans are held against it."""

from domain.decision import decision_of
from domain.episode.plan.recheck_plan import RecheckPlan, recheck_plan
from domain.event import Envelope
from domain.network.adopt_protocol import ProtocolAdopted
from domain.policies.policy import Policy, Where


def _order(event: ProtocolAdopted, envelope: Envelope) -> RecheckPlan:
    return RecheckPlan()


RECHECK_PLAN_WHEN_A_PROTOCOL_IS_ADOPTED = Policy(
    name="recheck_plan_when_a_protocol_is_adopted",
    when=(ProtocolAdopted,),
    where=Where.OPEN_EPISODES_OF_THE_NETWORK,
    decision=decision_of(recheck_plan),
    order=_order,
)
