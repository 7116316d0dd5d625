"""The page about one webhook, the same for the clinic and for the integrator save for what each may do."""

from datetime import datetime
from itertools import chain, repeat
from typing import Any, NamedTuple
from uuid import uuid4
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse

from api import formats
from api.edge import Edge
from api.late import TYPED
from api.shell import page
from api.viewer import Viewer
from api.webhook_view.rows import rows_of, standing_of
from api.webhook_view.shown import deliveries_of
from api.webhook_view.which import Webhook
from domain.event import EVENTS
from domain.subscriber.grant_disclosure import NEVER_DISCLOSED
from store.webhooks.endpoints import Endpoint

ROWS = 50
LABELS = {"url": "Address", "overlap_hours": "Hours", "from": "From position", "to": "To position", "type": "Type"}
IDS = {"url": "set-url"}


class CameBack(NamedTuple):
    """A form that was not taken: which, why, and what was typed."""

    form: str
    name: str
    error: str
    typed: dict[str, str]
    status: int = 409
    is_waiting: bool = False
    """It was typed before its author left, and nothing is wrong with it."""
    key: str = ""

    @property
    def field(self) -> str:
        return IDS.get(self.name, self.name)

    @property
    def label(self) -> str:
        return LABELS.get(self.name, "This form")


class Place(NamedTuple):
    """Where the page stands, and who looks; no viewer for an integrator."""

    here: str
    up: str
    up_words: str
    zone: ZoneInfo
    viewer: Viewer | None
    csrf_token: str


def webhook_page(
    request: Request,
    edge: Edge,
    webhook: Webhook,
    place: Place,
    *,
    before: int | None = None,
    came_back: CameBack | None = None,
    secret: str | None = None,
) -> HTMLResponse:
    """Every attempt, how it stands, and what may be done."""
    now = edge.clock()
    deliveries = deliveries_of(edge, webhook, before, ROWS)
    endpoint = webhook.endpoint
    is_living = endpoint is not None and not endpoint.is_disabled
    return page(
        request,
        "pages/webhook.html",
        place.viewer,
        came_back.status if came_back else 200,
        csrf_token=place.csrf_token,
        here=place.here,
        up=place.up,
        up_words=place.up_words,
        zone_name_here="" if place.viewer else str(place.zone),
        title=webhook.subscriber.title,
        is_paused=webhook.subscriber.is_paused,
        standing=standing_of(endpoint),
        facts=_facts(endpoint, place.zone, now) if endpoint else [],
        rows=rows_of(deliveries, place.zone, now, is_posting=is_living),
        has_waiting=is_living and any(one.settled_at is None for one in deliveries),
        older=deliveries[-1].sequence if len(deliveries) == ROWS else None,
        may_set=place.viewer is not None,
        can_be_disabled=is_living,
        types=_types(),
        came_back=came_back,
        typed_words=TYPED,
        secret=secret,
        new_key=lambda: uuid4().hex,
    )


def _facts(endpoint: Endpoint, zone: ZoneInfo, now: datetime) -> list[tuple[str, Any]]:
    def moment(at: datetime) -> Any:
        return formats.time_tag(at, zone, formats.list_moment(at, zone, now))

    found: list[tuple[str, Any]] = [("Address", endpoint.url), ("Stands so since", moment(endpoint.changed_at))]
    words = chain(["Signed with the old secret, too, until"], repeat("With the one before that until"))
    return found + [(said, moment(one.until)) for said, one in zip(words, endpoint.old_secrets_at(now), strict=False)]


def _types() -> list[tuple[str, str]]:
    """Types of events that may leave the house."""
    names = sorted(name for name, kind in EVENTS.items() if kind.stream not in NEVER_DISCLOSED)
    return [(name, name) for name in names]
