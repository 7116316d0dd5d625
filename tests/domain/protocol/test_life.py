"""A protocol's life: drafted, reviewed by a second person, published for good, retired."""

from dataclasses import replace
from typing import Any

from domain.decision import RoleMayNotDecide
from domain.network.network import Network
from domain.protocol.check import check, mistakes
from domain.protocol.draft_protocol import (
    DraftHasNoName,
    DraftIsTooLong,
    ProtocolDrafted,
    VersionIsPublished,
    draft_protocol,
)
from domain.protocol.protocol import hash_of
from domain.protocol.publication import PROTOCOL, Publication
from domain.protocol.publish_protocol import (
    DraftIsNotReviewed,
    ProtocolPublished,
    VersionWasPublishedOtherwise,
    publish_document,
    publish_protocol,
)
from domain.protocol.retire_protocol import ProtocolRetired, VersionIsInForce, retire_protocol
from domain.protocol.review_protocol import (
    AuthorsDoNotReview,
    ProtocolReviewed,
    SayWhatHasToChange,
    SignInAgainToReview,
    review_protocol,
)
from domain.protocol.shipped import CURRENT, document
from domain.protocol.which_version import (
    DocumentHasMistakes,
    DocumentOfAnotherProtocol,
    DraftHasChanged,
    NoSuchDraft,
    NoSuchVersion,
)
from domain.protocol.written import written_out
from tests.domain.given import Scenario, given
from tests.domain.people import ABARA, LINDQVIST, OKAFOR, PARK, RIVERA, SYSTEM, TEST_NETWORK

OURS: dict[str, Any] = document(*CURRENT) | {"protocol_version": "3", "title": "Ours"}
HASH = hash_of(OURS)
EMPTY = given(stream="protocol")
LOOKED: dict[str, Any] = {"protocol_version": "3", "sha256": HASH}


def drafted(**changed: Any) -> Scenario:
    return EMPTY.when(draft_protocol, document=OURS | changed, by=LINDQVIST)


def approved() -> Scenario:
    return drafted().when(review_protocol, **LOOKED, approves=True, by=RIVERA)


def test_a_draft_has_an_author_and_may_have_mistakes() -> None:
    drafted().then(
        ProtocolDrafted(
            protocol_id="kap-core", protocol_version="3", document=OURS, sha256=HASH, author_id=LINDQVIST.actor_id
        )
    )
    drafted().when(draft_protocol, document=OURS, by=OKAFOR).then()
    unfinished = {"protocol_id": "kap-core", "protocol_version": "3"}
    EMPTY.when(draft_protocol, document=unfinished, by=OKAFOR).includes(ProtocolDrafted)
    EMPTY.when(draft_protocol, document=OURS, by=PARK).refused(RoleMayNotDecide)


def test_a_draft_says_what_it_is() -> None:
    for wrong in ({"protocol_id": "KAP core"}, {"protocol_version": 3}, {"protocol_version": "three"}):
        EMPTY.when(draft_protocol, document=OURS | wrong).refused(DraftHasNoName, field="document")
    drafted().when(draft_protocol, document=OURS | {"protocol_id": "other"}).refused(DocumentOfAnotherProtocol)


def test_authors_do_not_review_what_they_wrote_any_of() -> None:
    drafted().when(review_protocol, **LOOKED, approves=True, by=RIVERA).includes(ProtocolReviewed, approves=True)
    own = EMPTY.when(draft_protocol, document=OURS, by=RIVERA)
    own.when(review_protocol, **LOOKED, approves=True, by=RIVERA).refused(AuthorsDoNotReview)
    changed = own.when(draft_protocol, document=OURS | {"title": "x"}, by=LINDQVIST)
    looked = {"protocol_version": "3", "sha256": changed.state.drafts["3"].sha256}
    changed.when(review_protocol, **looked, approves=True, by=RIVERA).refused(AuthorsDoNotReview)
    changed.when(review_protocol, **looked, approves=True, by=ABARA).includes(ProtocolReviewed)


def test_a_review_is_a_prescribers_and_signed_in_person() -> None:
    drafted().when(review_protocol, **LOOKED, approves=True, by=OKAFOR).refused(RoleMayNotDecide)
    later = RIVERA._replace(reauthenticated=False)
    drafted().when(review_protocol, **LOOKED, approves=True, by=later).refused(SignInAgainToReview)


def test_what_was_looked_at_is_what_is_reviewed() -> None:
    changed = drafted().when(draft_protocol, document=OURS | {"title": "x"}, by=OKAFOR)
    changed.when(review_protocol, **LOOKED, approves=True, by=RIVERA).refused(DraftHasChanged, field="sha256")
    EMPTY.when(review_protocol, **LOOKED, approves=True, by=RIVERA).refused(NoSuchDraft)


def test_a_draft_with_mistakes_is_not_approved_and_can_be_sent_back() -> None:
    broken = {key: value for key, value in OURS.items() if key != "rules"}
    told = EMPTY.when(draft_protocol, document=broken, by=LINDQVIST)
    looked = {"protocol_version": "3", "sha256": hash_of(broken)}
    refused = told.when(review_protocol, **looked, approves=True, by=RIVERA)
    assert "rules is missing" in str(refused.refusal)
    refused.refused(DocumentHasMistakes)
    told.when(review_protocol, **looked, approves=False, by=RIVERA).refused(SayWhatHasToChange, field="remark")
    back = told.when(review_protocol, **looked, approves=False, remark="The rules are missing.", by=RIVERA)
    back.includes(ProtocolReviewed, approves=False)
    back.when(publish_protocol, protocol_version="3").refused(DraftIsNotReviewed)


def test_the_same_review_is_recorded_once() -> None:
    approved().when(review_protocol, **LOOKED, approves=True, by=RIVERA).then()


def test_only_what_a_second_person_approved_is_published() -> None:
    drafted().when(publish_protocol, protocol_version="3", by=RIVERA).refused(DraftIsNotReviewed)
    published = approved().when(publish_protocol, **LOOKED, by=RIVERA)
    published.includes(ProtocolPublished, sha256=HASH, reviewer_id=RIVERA.actor_id, author_ids=(LINDQVIST.actor_id,))
    published.when(publish_protocol, protocol_version="3").then()
    assert published.state.drafts == {}


def test_a_change_after_the_review_needs_another_review() -> None:
    changed = approved().when(draft_protocol, document=OURS | {"title": "x"}, by=OKAFOR)
    changed.when(publish_protocol, protocol_version="3").refused(DraftIsNotReviewed)


def test_the_latest_review_of_a_content_counts() -> None:
    doubted = approved().when(review_protocol, **LOOKED, approves=False, remark="Rule 4 again.", by=ABARA)
    doubted.when(publish_protocol, protocol_version="3").refused(DraftIsNotReviewed)
    again = doubted.when(review_protocol, **LOOKED, approves=True, by=ABARA)
    again.when(publish_protocol, protocol_version="3").includes(ProtocolPublished, reviewer_id=ABARA.actor_id)


def test_a_document_that_nobody_could_check_in_time_is_no_draft() -> None:
    EMPTY.when(draft_protocol, document=OURS | {"title": "x" * 200_000}).refused(DraftIsTooLong, field="document")


def test_a_published_version_keeps_its_content() -> None:
    published = approved().when(publish_protocol, protocol_version="3")
    published.when(draft_protocol, document=OURS | {"title": "x"}).refused(VersionIsPublished)
    assert published.when(draft_protocol, document=OURS | {"protocol_version": "4"}).state.drafts.keys() == {"4"}


def test_the_operator_publishes_a_whole_document() -> None:
    published = EMPTY.when(publish_document, document=OURS)
    published.includes(ProtocolPublished, protocol_version="3", reviewer_id=None)
    published.when(publish_document, document=OURS).then()
    published.when(publish_document, document=OURS | {"title": "x"}).refused(VersionWasPublishedOtherwise)
    published.when(publish_document, document=OURS | {"protocol_id": "other"}).refused(DocumentOfAnotherProtocol)
    EMPTY.when(publish_document, document=OURS, by=RIVERA).refused(RoleMayNotDecide)
    wrong = OURS | {"sources": {}}
    EMPTY.when(publish_document, document=wrong, by=SYSTEM).refused(DocumentHasMistakes)


def test_a_version_in_force_is_not_retired() -> None:
    published = EMPTY.when(publish_document, document=OURS)
    current = replace(TEST_NETWORK.adoptions[CURRENT], protocol_version="3", sha256=HASH, document=OURS)
    network: Network = replace(TEST_NETWORK, current=current)
    order = {"protocol_version": "3", "reason": "A newer one."}
    published.when(retire_protocol, **order, network=network).refused(VersionIsInForce)
    retired = published.when(retire_protocol, **order)
    retired.includes(ProtocolRetired, protocol_version="3", signed_by=RIVERA.actor_id)
    retired.when(retire_protocol, **order).then()
    assert dict(retired.state.documents) == {}
    assert list(retired.state.standings()) == [("3", "retired")]
    EMPTY.when(retire_protocol, **order).refused(NoSuchVersion)


def test_remarks_are_sealed_for_whoever_signed_them() -> None:
    event = drafted().when(review_protocol, **LOOKED, approves=False, remark="Again.", by=RIVERA).events[0]
    assert PROTOCOL.person(Publication(), event) == RIVERA.actor_id


def test_a_document_written_out_keeps_its_content_and_its_lines() -> None:
    for key in (CURRENT, ("spravato-style", "1")):
        text = written_out(document(*key))
        assert mistakes(check(text)) == ()
        assert len(text.splitlines()) > 200
