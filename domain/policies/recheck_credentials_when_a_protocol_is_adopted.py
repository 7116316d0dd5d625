"""The network adopted a protocol that may ask for other training: whoever plans and sessions count on is looked at."""

from domain.decision import decision_of
from domain.episode.team.recheck_credentials import RecheckCredentials, recheck_credentials
from domain.event import Envelope
from domain.network.adopt_protocol import ProtocolAdopted
from domain.policies.policy import Policy, Where


def _order(event: ProtocolAdopted, envelope: Envelope) -> RecheckCredentials:
    return RecheckCredentials()


RECHECK_CREDENTIALS_WHEN_A_PROTOCOL_IS_ADOPTED = Policy(
    name="recheck_credentials_when_a_protocol_is_adopted",
    when=(ProtocolAdopted,),
    where=Where.OPEN_EPISODES_OF_THE_NETWORK,
    decision=decision_of(recheck_credentials),
    order=_order,
)
