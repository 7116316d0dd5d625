"""Creating a network, naming who is on call, adopting a protocol."""

from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.network.adopt_protocol import (
    IsAVersionOfTheOneInForce,
    ProtocolAdopted,
    ProtocolIsNotPublished,
    ProtocolIsRetired,
    ProtocolVersionHasOtherContent,
    SignInAgainToAdopt,
    adopt_protocol,
)
from domain.network.create_network import NetworkCreated, NetworkExistsAlready, ZoneIsUnknown, create_network
from domain.network.name_on_call import (
    OnCallEndsBeforeItBegins,
    OnCallMustBeAPrescriber,
    OnCallNamed,
    name_on_call,
)
from domain.network.network import Network, NoProtocolIsAdopted
from domain.protocol.protocol import ProtocolDocumentIsIncomplete, hash_of
from domain.protocol.publish_protocol import publish_document
from domain.protocol.retire_protocol import retire_protocol
from domain.protocol.shipped import CURRENT, document
from tests.domain.given import at, given
from tests.domain.people import ABARA, LINDQVIST, RIVERA, SYSTEM, clinician, clinicians, local

ORDER: dict[str, Any] = {
    "slug": "hudson",
    "title": "Hudson KAP Network",
    "zone": "America/New_York",
    "crisis_text": "Call 988.",
    "practice_state": "NY",
}
CREATED = at("2026-01-02 09:00", NetworkCreated(**ORDER))
SHIPPED = document(*CURRENT)


def test_a_network_is_created_with_zone_and_crisis_text() -> None:
    created = given(stream="network").when(create_network, **ORDER)
    created.then(NetworkCreated(**ORDER))
    assert created.state.zone == "America/New_York"
    created.when(create_network, **ORDER).then()


def test_a_network_is_created_once() -> None:
    given(CREATED).when(create_network, **(ORDER | {"slug": "other"})).refused(NetworkExistsAlready)


def test_a_network_lives_in_a_zone_that_exists() -> None:
    refused = given(stream="network").when(create_network, **(ORDER | {"zone": "Hudson"}))
    refused.refused(ZoneIsUnknown, field="zone")


def test_a_prescriber_is_named_on_call() -> None:
    order: dict[str, Any] = {"prescriber_id": ABARA.actor_id, "phone": "+1 212 555 0100"}
    named = given(CREATED).when(name_on_call, now="2026-01-02 10:00", **order)
    named.then(OnCallNamed(**order, from_at=local("2026-01-02 10:00")))
    assert named.state.on_call(local("2026-01-02 09:59")) is None
    assert named.state.on_call(local("2026-01-02 10:00")).prescriber_id == ABARA.actor_id
    named.when(name_on_call, **order).then()


def test_another_start_number_or_person_is_another_duty() -> None:
    order: dict[str, Any] = {"prescriber_id": ABARA.actor_id, "phone": "+1 212 555 0100"}
    named = given(CREATED).when(name_on_call, now="2026-01-02 10:00", **order)
    named.when(name_on_call, **(order | {"phone": "+1 212 555 0199"})).includes(OnCallNamed)
    named.when(name_on_call, **(order | {"prescriber_id": RIVERA.actor_id})).includes(OnCallNamed)
    named.when(name_on_call, **order, from_at=local("2026-01-05 08:00")).includes(OnCallNamed)
    named.when(name_on_call, **order, from_at=local("2026-01-02 10:00")).then()


def test_the_duty_named_last_counts_where_two_overlap() -> None:
    always = OnCallNamed(prescriber_id=ABARA.actor_id, phone="1", from_at=local("2026-01-02 10:00"))
    weekend = OnCallNamed(
        prescriber_id=RIVERA.actor_id,
        phone="2",
        from_at=local("2026-03-20 17:00"),
        until_at=local("2026-03-23 08:00"),
    )
    network = given(CREATED, always, weekend).state
    assert network.on_call(local("2026-03-20 21:40")).prescriber_id == RIVERA.actor_id
    assert network.on_call(local("2026-03-23 08:00")).prescriber_id == ABARA.actor_id


def test_only_an_active_prescriber_is_on_call() -> None:
    for who in (LINDQVIST.actor_id, derived_id("nobody")):
        given(CREATED).when(name_on_call, prescriber_id=who, phone="+1 555").refused(OnCallMustBeAPrescriber)
    suspended = clinicians(clinician(ABARA, suspended=True))
    refused = given(CREATED).when(name_on_call, prescriber_id=ABARA.actor_id, phone="+1 555", clinicians=suspended)
    refused.refused(OnCallMustBeAPrescriber)


def test_a_duty_ends_after_it_begins() -> None:
    order = {"prescriber_id": ABARA.actor_id, "phone": "+1 555", "until_at": local("2026-01-02 10:00")}
    given(CREATED).when(name_on_call, now="2026-01-02 10:00", **order).refused(OnCallEndsBeforeItBegins)


def test_adoption_stores_the_whole_document_and_its_hash() -> None:
    adopted = given(CREATED).when(adopt_protocol, document=SHIPPED)
    adopted.then(
        ProtocolAdopted(protocol_id="kap-core", protocol_version="2", sha256=hash_of(SHIPPED), document=SHIPPED)
    )
    network = adopted.state
    assert network.protocol.numbers.vitals_valid_minutes.value == 30
    adopted.when(adopt_protocol, document=SHIPPED).then()


def test_plans_keep_the_protocol_they_were_issued_under() -> None:
    second = SHIPPED | {"protocol_version": "3", "title": "Second"}
    both = given(CREATED).when(adopt_protocol, document=SHIPPED).when(adopt_protocol, document=second, by=SYSTEM)
    network: Network = both.state
    assert network.protocol.title == "Second"
    assert network.protocol_of(*CURRENT).title == SHIPPED["title"]
    assert network.protocol_of("kap-core", "7").title == "Second"
    back = both.when(adopt_protocol, document=SHIPPED)
    assert back.state.protocol.protocol_version == "2"


def test_a_version_keeps_its_content() -> None:
    adopted = given(CREATED).when(adopt_protocol, document=SHIPPED)
    adopted.when(adopt_protocol, document=SHIPPED | {"title": "Other"}, by=SYSTEM).refused(
        ProtocolVersionHasOtherContent
    )


def test_an_incomplete_document_is_not_adopted() -> None:
    refused = given(CREATED).when(adopt_protocol, document={k: v for k, v in SHIPPED.items() if k != "rules"})
    assert "rules" in str(refused.refusal)
    refused.refused(ProtocolDocumentIsIncomplete, field="document")


def test_nothing_is_in_force_before_the_first_adoption() -> None:
    with pytest.raises(NoProtocolIsAdopted):
        _ = given(CREATED).state.protocol


# adoption by a person


def test_a_prescriber_adopts_what_is_shipped_or_published_here() -> None:
    own = SHIPPED | {"protocol_version": "9", "title": "Ours"}
    given(CREATED).when(adopt_protocol, document=own).refused(ProtocolIsNotPublished)
    published = given(stream="protocol").when(publish_document, document=own).state
    given(CREATED).when(adopt_protocol, document=own, publication=published).includes(ProtocolAdopted)
    changed = own | {"title": "Changed since"}
    given(CREATED).when(adopt_protocol, document=changed, publication=published).refused(ProtocolIsNotPublished)


def test_an_adoption_is_signed_in_person_by_a_prescriber() -> None:
    later = RIVERA._replace(reauthenticated=False)
    given(CREATED).when(adopt_protocol, document=SHIPPED, by=later).refused(SignInAgainToAdopt)
    given(CREATED).when(adopt_protocol, document=SHIPPED, by=LINDQVIST).refused(RoleMayNotDecide)


def test_a_retired_version_is_adopted_by_nobody() -> None:
    own = SHIPPED | {"protocol_version": "9"}
    published = given(stream="protocol").when(publish_document, document=own)
    retired = published.when(retire_protocol, protocol_version="9", reason="A newer one.").state
    for who in (RIVERA, SYSTEM):
        asked = given(CREATED).when(adopt_protocol, document=own, publication=retired, by=who)
        asked.refused(ProtocolIsRetired)


def test_a_protocol_adopted_beside_leaves_the_own_in_force() -> None:
    monitored = document("spravato-style", "1")
    both = given(CREATED).when(adopt_protocol, document=SHIPPED).when(adopt_protocol, document=monitored, beside=True)
    network: Network = both.state
    assert network.protocol.protocol_id == "kap-core"
    newest = network.newest_of("spravato-style")
    assert newest is not None
    assert newest.key == "spravato-style-1"
    both.when(adopt_protocol, document=monitored, beside=True).then()
    assert both.when(adopt_protocol, document=monitored).state.protocol.protocol_id == "spravato-style"
    newer = SHIPPED | {"protocol_version": "9"}
    both.when(adopt_protocol, document=newer, beside=True, by=SYSTEM).refused(IsAVersionOfTheOneInForce)
    first = given(CREATED).when(adopt_protocol, document=monitored, beside=True)
    assert first.state.protocol.protocol_id == "spravato-style"
