"""Everything that can be decided about a protocol, in the order of its life: drafted, reviewed, published, retired.

It stands beside the package's own table of contents, because every part of the domain reads protocols, while these
decisions read networks and plans.
"""

from domain.decision import Decision, decision_of
from domain.protocol.draft_protocol import draft_protocol
from domain.protocol.publish_protocol import publish_document, publish_protocol
from domain.protocol.retire_protocol import retire_protocol
from domain.protocol.review_protocol import review_protocol

DECISIONS: tuple[Decision, ...] = tuple(
    decision_of(decide)
    for decide in (draft_protocol, review_protocol, publish_protocol, publish_document, retire_protocol)
)
