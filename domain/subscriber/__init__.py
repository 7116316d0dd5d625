"""Everything that can be decided about a subscriber."""

from domain.decision import Decision, decision_of
from domain.subscriber.end_subscriber import end_subscriber
from domain.subscriber.grant_disclosure import grant_disclosure
from domain.subscriber.issue_key import issue_key
from domain.subscriber.pause_subscriber import pause_subscriber
from domain.subscriber.register_subscriber import register_subscriber
from domain.subscriber.resume_subscriber import resume_subscriber
from domain.subscriber.revoke_key import revoke_key
from domain.subscriber.webhook.confirm_webhook import confirm_webhook
from domain.subscriber.webhook.disable_webhook import disable_webhook
from domain.subscriber.webhook.rotate_secret import rotate_secret
from domain.subscriber.webhook.set_webhook import set_local_webhook, set_webhook
from domain.subscriber.withdraw_grant import withdraw_grant

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (
        register_subscriber,
        # what may be disclosed to it
        grant_disclosure,
        withdraw_grant,
        # how it proves who it is
        issue_key,
        revoke_key,
        # whether it is served
        pause_subscriber,
        resume_subscriber,
        end_subscriber,
    )
)
WEBHOOK_DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (
        # where its events are posted, if it takes webhooks
        set_webhook,
        set_local_webhook,
        confirm_webhook,
        rotate_secret,
        disable_webhook,
    )
)
"""Apart, since some of them make a secret that is shown once."""
