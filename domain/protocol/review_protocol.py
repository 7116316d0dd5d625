"""Review a draft: a prescriber who wrote none of it signs that it may be published, or says what has to change."""

from uuid import UUID

from domain.actor import Actor, Role
from domain.decision import decides
from domain.event import Envelope, Event
from domain.order import Order
from domain.protocol.publication import ProtocolEvent, Publication, Review, evolve
from domain.protocol.which_version import Sha256, VersionName, draft_of, require_no_mistakes
from domain.refusal import Refused, SignInAgain
from domain.sealed import FreeText, Sealed
from domain.stream import change, put


class AuthorsDoNotReview(Refused):
    """You wrote part of this draft. A second person reviews it, who wrote none of it."""


class SignInAgainToReview(SignInAgain):
    """A review is signed in person. Confirm who you are, then sign it again."""


class SayWhatHasToChange(Refused):
    """A review that does not approve says what has to change. Write a remark."""


class ReviewProtocol(Order):
    """`sha256` is the content the reviewer looked at."""

    protocol_version: VersionName
    sha256: Sha256
    approves: bool
    remark: FreeText | None = None


class ProtocolReviewed(ProtocolEvent, stored_as="ProtocolReviewed"):
    """A second person reviewed a draft of a protocol, and approves of it or not."""

    protocol_version: str
    sha256: str
    approves: bool
    signed_by: UUID
    remark: Sealed[str] | None = None


@decides(Role.PRESCRIBER)
def review_protocol(publication: Publication, order: ReviewProtocol, *, by: Actor) -> list[Event]:
    """Sign a review of a draft as it stands; one with mistakes is not approved."""
    draft = draft_of(publication, order.protocol_version, order.sha256)
    if by.actor_id in draft.authors:
        raise AuthorsDoNotReview(field="protocol_version")
    if not by.reauthenticated:
        raise SignInAgainToReview
    latest = draft.review
    if (
        latest is not None
        and latest.reviewer_id == by.actor_id
        and latest.approves is order.approves
        and not order.remark
    ):
        return []
    if not order.approves and order.remark is None:
        raise SayWhatHasToChange(field="remark")
    if order.approves:
        require_no_mistakes(draft.document)
    reviewed = ProtocolReviewed(
        protocol_version=order.protocol_version,
        sha256=draft.sha256,
        approves=order.approves,
        signed_by=by.actor_id,
        remark=order.remark,
    )
    return [reviewed]


@evolve.register
def _(event: ProtocolReviewed, publication: Publication, envelope: Envelope) -> Publication:
    draft = publication.drafts.get(event.protocol_version)
    if draft is None:
        return publication
    review = Review(event.signed_by, event.sha256, event.approves, envelope.recorded_at, event.remark)
    reviewed = change(draft, reviews=(*draft.reviews, review))
    return change(publication, drafts=put(publication.drafts, event.protocol_version, reviewed))
