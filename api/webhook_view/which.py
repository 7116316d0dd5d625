"""Whose webhook a request is about, and who may ask: coordination and compliance of a network, or a key's holder."""

from typing import NamedTuple
from uuid import UUID

from fastapi import HTTPException, Request

from api.edge import Edge
from api.following import BEARER
from api.viewer import Viewer, viewer_of
from domain.actor import Role
from domain.subscriber.subscriber import KeyScope, Way
from store.errors import NotFound
from store.subscriber_feed import KeyOpensNothing
from store.subscribers import Subscriber, subscriber, subscriber_of_key
from store.webhooks.endpoints import Endpoint, endpoint_of

LOOK_AFTER = (Role.COORDINATOR, Role.COMPLIANCE)


class Webhook(NamedTuple):
    """A subscriber that takes webhooks, and its endpoint if one was set."""

    subscriber: Subscriber
    endpoint: Endpoint | None


def webhook_of_viewer(edge: Edge, viewer: Viewer, subscriber_id: UUID) -> Webhook:
    """NotFound for everybody else, for another network's, and for a subscriber that is served in another way."""
    if not viewer.actor.has(*LOOK_AFTER):
        raise NotFound(NotFound.__doc__)
    return _webhook(edge, viewer.network_id, subscriber_id)


def webhook_of_key(request: Request, edge: Edge) -> Webhook:
    """The one of whoever holds the key of this request; 401 where it opens nothing."""
    given = request.headers.get("authorization")
    if given is None:
        viewer_of(request)  # whoever is signed in as a person finds nothing here
        raise NotFound(NotFound.__doc__)
    key = given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else ""
    holder = subscriber_of_key(edge.datastore, key, KeyScope.ACCOUNT)
    if holder is None:
        raise HTTPException(401, KeyOpensNothing().message, {"www-authenticate": "Bearer"})
    return webhook_of_holder(edge, holder)


def webhook_of_holder(edge: Edge, holder: Subscriber) -> Webhook:
    """The one of a subscriber that has shown its key; NotFound where it is served in another way."""
    return _webhook(edge, holder.network_id, holder.subscriber_id)


def _webhook(edge: Edge, network_id: UUID, subscriber_id: UUID) -> Webhook:
    with edge.datastore.in_network(network_id) as connection:
        found, endpoint = subscriber(connection, subscriber_id), endpoint_of(connection, subscriber_id)
    if found is None or found.way is not Way.WEBHOOK:
        raise NotFound(NotFound.__doc__)
    return Webhook(found, endpoint)
