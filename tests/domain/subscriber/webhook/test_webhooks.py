"""Where events are posted: who may set it, that a receiver proves itself, how it ends, and how a secret changes."""

from datetime import timedelta
from typing import Any

import pytest

from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.subscriber.end_subscriber import SubscriberEnded
from domain.subscriber.refusals import NoSuchSubscriber, SubscriberHasEnded
from domain.subscriber.register_subscriber import SubscriberRegistered
from domain.subscriber.subscriber import Purpose, Way
from domain.subscriber.webhook.address import AddressIsInside, AddressIsNotHttps, AddressIsNotLocal, NameIsUnknown
from domain.subscriber.webhook.confirm_webhook import WebhookConfirmed, confirm_webhook
from domain.subscriber.webhook.disable_webhook import WebhookDisabled, disable_webhook
from domain.subscriber.webhook.endpoint import DisabledBecause, EndpointState, NoEndpointIsSet, TakesNoWebhooks
from domain.subscriber.webhook.rotate_secret import TooManySecretsSign, WebhookSecretRotated, rotate_secret
from domain.subscriber.webhook.set_webhook import WebhookSet, set_local_webhook, set_webhook
from tests.domain.given import at, given
from tests.domain.people import LINDQVIST, OKAFOR, PARK, RIVERA, local

ENDPOINT, SECRET = derived_id("endpoint", 1), derived_id("secret", 1)
URL = "https://hooks.example.org/in"
PUBLIC: dict[str, Any] = {"addresses": ("93.184.215.14",)}
ORDER: dict[str, Any] = {"url": URL, "endpoint_id": ENDPOINT, "secret_id": SECRET, **PUBLIC}
REGISTERED = at(
    "2026-03-02 09:00", SubscriberRegistered(title="Lakeside Registry", purpose=Purpose.RESEARCH, way=Way.WEBHOOK)
)
SET = WebhookSet(endpoint_id=ENDPOINT, url=URL, is_local=False, secret_id=SECRET)
CONFIRMED = WebhookConfirmed(endpoint_id=ENDPOINT)
GONE = WebhookDisabled(endpoint_id=ENDPOINT, because=DisabledBecause.GONE)


def test_a_public_address_is_set_once() -> None:
    once = given(REGISTERED).when(set_webhook, by=OKAFOR, **ORDER).then(SET)
    assert once.state.webhook.state is EndpointState.UNCONFIRMED
    once.when(set_webhook, **ORDER | {"endpoint_id": derived_id("endpoint", 2)}).then()


def test_the_name_has_to_lead_to_public_addresses_only() -> None:
    asked = given(REGISTERED)
    asked.when(set_webhook, **ORDER | {"addresses": ("93.184.215.14", "10.0.0.1")}).refused(AddressIsInside)
    asked.when(set_webhook, **ORDER | {"addresses": ()}).refused(NameIsUnknown, field="url")
    asked.when(set_webhook, **ORDER | {"url": "http://hooks.example.org/"}).refused(AddressIsNotHttps, field="url")


def test_this_machine_is_a_decision_of_its_own() -> None:
    order = {"url": "http://127.0.0.1:9000/in", "endpoint_id": ENDPOINT, "secret_id": SECRET}
    given(REGISTERED).when(set_local_webhook, **order).includes(WebhookSet, is_local=True)
    given(REGISTERED).when(set_local_webhook, **order | {"url": "http://10.0.0.1/"}).refused(AddressIsNotLocal)


def test_only_a_subscriber_registered_for_webhooks_has_an_address() -> None:
    feed = SubscriberRegistered(title="Lakeside Registry", purpose=Purpose.RESEARCH, way=Way.FEED)
    given(feed).when(set_webhook, **ORDER).refused(TakesNoWebhooks)


def test_another_address_has_another_secret_and_the_same_one_keeps_its_own() -> None:
    another = ORDER | {"endpoint_id": derived_id("endpoint", 2), "secret_id": derived_id("secret", 2)}
    disabled = given(REGISTERED, SET, CONFIRMED, GONE)
    disabled.when(set_webhook, **another).includes(WebhookSet, secret_id=SECRET)
    elsewhere = another | {"url": "https://other.example.org/in"}
    told = given(REGISTERED, SET, CONFIRMED).when(set_webhook, **elsewhere)
    told.includes(WebhookSet, secret_id=derived_id("secret", 2))
    assert told.state.webhook.state is EndpointState.UNCONFIRMED  # whoever is there has to prove it first


def test_the_worker_alone_confirms_and_only_the_address_it_asked() -> None:
    asked = given(REGISTERED, SET)
    asked.when(confirm_webhook, by=OKAFOR, endpoint_id=ENDPOINT).refused(RoleMayNotDecide)
    told = asked.when(confirm_webhook, endpoint_id=ENDPOINT).then(CONFIRMED)
    assert told.state.webhook.state is EndpointState.CONFIRMED
    told.when(confirm_webhook, endpoint_id=ENDPOINT).then()
    asked.when(confirm_webhook, endpoint_id=derived_id("endpoint before")).then()
    given(REGISTERED, SET, CONFIRMED, GONE).when(confirm_webhook, endpoint_id=ENDPOINT).then()
    given(REGISTERED).when(confirm_webhook, endpoint_id=ENDPOINT).then()


def test_an_address_is_disabled_once_and_a_late_word_about_another_changes_nothing() -> None:
    confirmed = given(REGISTERED, SET, CONFIRMED)
    told = confirmed.when(disable_webhook, endpoint_id=ENDPOINT, because=DisabledBecause.GONE).then(GONE)
    told.when(disable_webhook).then()
    confirmed.when(disable_webhook, endpoint_id=derived_id("endpoint before")).then()
    confirmed.when(disable_webhook, by=PARK).includes(WebhookDisabled, because=DisabledBecause.BY_HAND)
    given(REGISTERED).when(disable_webhook).refused(NoEndpointIsSet)


def test_a_new_secret_overlaps_with_the_one_before() -> None:
    new = derived_id("secret", 2)
    told = given(REGISTERED, SET).when(rotate_secret, now="2026-03-03 09:00", secret_id=new, overlap_hours=48)
    told.then(WebhookSecretRotated(secret_id=new, old_secret_until=local("2026-03-03 09:00") + timedelta(hours=48)))
    assert (told.state.webhook.secret_id, told.state.webhook.old_secret_id) == (new, SECRET)
    told.when(rotate_secret, secret_id=new).then()
    given(REGISTERED).when(rotate_secret, secret_id=new).refused(NoEndpointIsSet)
    with pytest.raises(ValueError, match="overlap_hours"):
        given(REGISTERED, SET).when(rotate_secret, secret_id=new, overlap_hours=169)


def test_no_more_old_secrets_sign_than_a_receiver_can_tell_apart() -> None:
    def rotated(course: Any, number: int, now: str, overlap_hours: int) -> Any:
        order = {"secret_id": derived_id("secret", number), "overlap_hours": overlap_hours}
        return course.when(rotate_secret, now=now, **order)

    full = given(REGISTERED, at("2026-03-02 09:00", SET))
    for number, overlap_hours in ((2, 48), (3, 168), (4, 168)):
        full = rotated(full, number, "2026-03-03 09:00", overlap_hours)
    refused = rotated(full, 5, "2026-03-04 10:30", 24)
    assert "3 old secrets still sign. Wait 23 h for the first" in str(refused.refusal)
    refused.refused(TooManySecretsSign, field="overlap_hours")
    set_again = SET.model_copy(update={"endpoint_id": derived_id("endpoint", 2), "secret_id": derived_id("secret", 4)})
    rotated(given(*full.as_history(), GONE, set_again), 5, "2026-03-04 10:30", 24).refused(TooManySecretsSign)
    rotated(full, 5, "2026-03-05 09:00", 24).includes(WebhookSecretRotated)
    ended = rotated(full, 5, "2026-03-04 10:30", 0).includes(WebhookSecretRotated)
    rotated(ended, 6, "2026-03-04 10:31", 24).includes(WebhookSecretRotated)


EACH: tuple[tuple[Any, dict[str, Any]], ...] = (
    (set_webhook, ORDER),
    (disable_webhook, {}),
    (rotate_secret, {"secret_id": SECRET}),
)


@pytest.mark.parametrize(("decide", "order"), EACH)
def test_who_may_and_about_whom(decide: Any, order: dict[str, Any]) -> None:
    given().when(decide, **order).refused(NoSuchSubscriber)
    given(REGISTERED, SET, SubscriberEnded()).when(decide, **order).refused(SubscriberHasEnded)
    for somebody in (RIVERA, LINDQVIST):
        given(REGISTERED, SET).when(decide, by=somebody, **order).refused(RoleMayNotDecide)
