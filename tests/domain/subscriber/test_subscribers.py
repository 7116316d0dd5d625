"""Who may register, grant, issue and end; what is refused; and that the same again records nothing."""

from datetime import timedelta
from typing import Any

import pytest

import domain.episode
import domain.psychotherapy_note  # noqa: F401  every type of event is known
from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.subscriber.end_subscriber import SubscriberEnded, end_subscriber
from domain.subscriber.grant_disclosure import (
    DisclosureGranted,
    GrantWouldBeOver,
    NoSuchEventType,
    TypeIsNeverDisclosed,
    grant_disclosure,
)
from domain.subscriber.issue_key import MOST_KEYS, ExpiryDoesNotFit, KeyIssued, TooManyKeys, issue_key
from domain.subscriber.pause_subscriber import SubscriberPaused, pause_subscriber
from domain.subscriber.refusals import NoSuchSubscriber, SubscriberHasEnded
from domain.subscriber.register_subscriber import (
    SubscriberIsRegisteredAlready,
    SubscriberRegistered,
    register_subscriber,
)
from domain.subscriber.resume_subscriber import SubscriberResumed, resume_subscriber
from domain.subscriber.revoke_key import KeyRevoked, NoSuchKey, revoke_key
from domain.subscriber.subscriber import KeyScope, Purpose, Way
from domain.subscriber.withdraw_grant import GrantWithdrawn, withdraw_grant
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import LINDQVIST, OKAFOR, PARK, RIVERA, SYSTEM, local

GRANT, KEY = derived_id("grant", 1), derived_id("key", 1)
REGISTERED = at(
    "2026-03-02 09:00", SubscriberRegistered(title="Lakeside Registry", purpose=Purpose.RESEARCH, way=Way.FEED)
)
UNTIL = local("2026-09-01 00:00")
GRANTED = DisclosureGranted(
    grant_id=GRANT,
    purpose=Purpose.RESEARCH,
    stored_names=("PlanIssued",),
    is_full=False,
    with_history=False,
    until_at=UNTIL,
)
ISSUED = KeyIssued(key_id=KEY, scopes=(KeyScope.EVENTS,), expires_at=local("2026-12-01 00:00"))
SAME_GRANT: dict[str, Any] = {"grant_id": GRANT, "stored_names": ("PlanIssued",), "until_at": UNTIL}
ENDED: tuple[History, ...] = (*REGISTERED, GRANTED, ISSUED, SubscriberEnded())


def test_a_subscriber_is_registered_once() -> None:
    wanted: dict[str, Any] = {"title": "Lakeside Registry", "purpose": Purpose.RESEARCH}
    once = given().when(register_subscriber, by=OKAFOR, **wanted)
    once.then(SubscriberRegistered(**wanted, way=Way.FEED)).when(register_subscriber, by=OKAFOR, **wanted).then()
    once.when(register_subscriber, **wanted, way=Way.KAFKA).refused(SubscriberIsRegisteredAlready)
    given(ENDED).when(register_subscriber, **wanted).refused(SubscriberHasEnded)


@pytest.mark.parametrize("title", ["", " Lakeside", "Lake\x00side"])
def test_an_organisation_has_a_name_that_can_be_written(title: str) -> None:
    with pytest.raises(ValueError, match="title"):
        given().when(register_subscriber, title=title, purpose=Purpose.RESEARCH)


def test_compliance_grants_and_nobody_else() -> None:
    for somebody in (RIVERA, LINDQVIST, OKAFOR, SYSTEM):
        given(REGISTERED).when(grant_disclosure, by=somebody, grant_id=GRANT).refused(RoleMayNotDecide)
    given(REGISTERED).when(grant_disclosure, by=PARK, **SAME_GRANT).then(GRANTED)


def test_the_same_grant_again_records_nothing() -> None:
    given(REGISTERED, GRANTED).when(grant_disclosure, by=PARK, **SAME_GRANT).then()


def test_a_grant_takes_the_place_of_the_one_before() -> None:
    wider = {"grant_id": derived_id("grant", 2), "is_full": True, "purpose": Purpose.TREATMENT}
    told = given(REGISTERED, GRANTED).when(grant_disclosure, by=PARK, **wider)
    told.includes(DisclosureGranted, is_full=True, stored_names=None, purpose=Purpose.TREATMENT, until_at=None)
    assert told.state.grant.grant_id == wider["grant_id"]


@pytest.mark.parametrize("name", ["PsychotherapyNoteWritten", "SubscriberRegistered", "KeyIssued"])
def test_what_never_leaves_the_house_cannot_be_granted(name: str) -> None:
    told = given(REGISTERED).when(grant_disclosure, by=PARK, grant_id=GRANT, stored_names=("PlanIssued", name))
    told.refused(TypeIsNeverDisclosed, field="stored_names")


def test_a_grant_names_types_that_exist_and_ends_later_than_now() -> None:
    asked = given(REGISTERED)
    asked.when(grant_disclosure, by=PARK, grant_id=GRANT, stored_names=("PlanIsued {0}",)).refused(
        NoSuchEventType, field="stored_names"
    )
    over = {"grant_id": GRANT, "until_at": local("2026-03-01 09:00")}
    asked.when(grant_disclosure, by=PARK, **over).refused(GrantWouldBeOver, field="until_at")


def test_compliance_withdraws_a_grant_once() -> None:
    told = given(REGISTERED, GRANTED).when(withdraw_grant, by=PARK).then(GrantWithdrawn(grant_id=GRANT))
    assert told.state.grant is None
    told.when(withdraw_grant, by=PARK).then()
    given(REGISTERED, GRANTED).when(withdraw_grant, by=OKAFOR).refused(RoleMayNotDecide)


def test_a_key_is_issued_for_a_year_at_most() -> None:
    told = given(REGISTERED).when(issue_key, by=OKAFOR, now="2026-03-03 09:00", key_id=KEY)
    told.then(KeyIssued(key_id=KEY, scopes=tuple(sorted(KeyScope)), expires_at=local("2027-03-03 09:00")))
    told.when(issue_key, by=OKAFOR, key_id=KEY).then()
    for expires_at in (local("2026-03-03 09:00"), local("2027-03-05 09:00")):
        again = given(REGISTERED).when(issue_key, now="2026-03-03 09:00", key_id=KEY, expires_at=expires_at)
        again.refused(ExpiryDoesNotFit, field="expires_at")


def test_no_more_than_five_keys_are_valid_at_once() -> None:
    keys = [ISSUED.model_copy(update={"key_id": derived_id("key", n)}) for n in range(MOST_KEYS)]
    full = given(REGISTERED, *keys)
    full.when(issue_key, key_id=derived_id("another")).refused(TooManyKeys)
    full.when(revoke_key, key_id=keys[0].key_id).when(issue_key, key_id=derived_id("another")).includes(KeyIssued)
    full.when(issue_key, now="2026-12-02 09:00", key_id=derived_id("another")).includes(KeyIssued)


def test_a_key_is_revoked_once() -> None:
    told = given(REGISTERED, ISSUED).when(revoke_key, key_id=KEY).then(KeyRevoked(key_id=KEY))
    told.when(revoke_key, key_id=KEY).then()
    assert told.state.valid_keys(local("2026-03-04 09:00")) == ()
    told.when(revoke_key, key_id=derived_id("nobody's")).refused(NoSuchKey, field="key_id")


def test_a_subscriber_is_paused_and_resumed() -> None:
    paused = given(REGISTERED).when(pause_subscriber, by=OKAFOR).then(SubscriberPaused())
    paused.when(pause_subscriber).then()
    paused.when(resume_subscriber).then(SubscriberResumed()).when(resume_subscriber).then()


def test_the_end_takes_grant_and_keys_with_it() -> None:
    told = given(REGISTERED, GRANTED, ISSUED).when(end_subscriber, by=OKAFOR).then(SubscriberEnded())
    assert told.state.grant is None
    assert told.state.valid_keys(local("2026-03-04 09:00")) == ()
    told.when(end_subscriber).then()


EACH: tuple[tuple[Any, dict[str, Any]], ...] = (
    (grant_disclosure, {"grant_id": GRANT}),
    (withdraw_grant, {}),
    (issue_key, {"key_id": KEY}),
    (pause_subscriber, {}),
    (resume_subscriber, {}),
)


@pytest.mark.parametrize(("decide", "order"), EACH)
def test_nothing_is_decided_about_one_that_is_not_there_or_has_ended(decide: Any, order: dict[str, Any]) -> None:
    assert isinstance(given(stream="subscriber"), Scenario)
    given().when(decide, **order).refused(NoSuchSubscriber)
    given(ENDED).when(decide, **order).refused(SubscriberHasEnded)


@pytest.mark.parametrize(("decide", "order"), [(end_subscriber, {}), (revoke_key, {"key_id": KEY})])
def test_nobody_is_ended_who_was_never_there(decide: Any, order: dict[str, Any]) -> None:
    given().when(decide, **order).refused(NoSuchSubscriber)


@pytest.mark.parametrize("decide", [register_subscriber, issue_key, revoke_key, pause_subscriber, end_subscriber])
def test_clinicians_have_no_say_in_subscriptions(decide: Any) -> None:
    assert not decide.decision.by & {Role.THERAPIST, Role.PRESCRIBER, Role.PATIENT}


def test_a_grant_holds_until_its_end() -> None:
    state = given(REGISTERED, GRANTED).state
    assert state.grant.is_in_force_at(UNTIL - timedelta(seconds=1))
    assert not state.grant.is_in_force_at(UNTIL)
