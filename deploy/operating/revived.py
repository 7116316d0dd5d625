"""Recording what a restore ended because it may have been over: in the log, where care teams and compliance see it."""

from typing import TYPE_CHECKING

from deploy.database.revived import Revived
from deploy.operating.acting import act
from domain.episode.check_in.revoke_check_in_link import RevokeCheckInLink, revoke_check_in_link
from domain.episode.episode import EPISODE
from domain.subscriber.pause_subscriber import PauseSubscriber, pause_subscriber
from domain.subscriber.subscriber import SUBSCRIBER

if TYPE_CHECKING:
    from deploy.wiring import Wiring


def record_what_was_ended(wiring: "Wiring", revived: Revived) -> None:
    """Take back each link and pause each subscriber, as the operator who restores."""
    for link in revived.links:
        order = RevokeCheckInLink(link_id=link.link_id)
        act(wiring, link.network_id, EPISODE, link.episode_id, revoke_check_in_link, order)
    for one in revived.subscribers:
        act(wiring, one.network_id, SUBSCRIBER, one.subscriber_id, pause_subscriber, PauseSubscriber())
