"""The timeline of an episode by itself: page by page, or all of it to print."""

from typing import Annotated, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.as_told import counts_told, lines_told, things_told
from api.banner import banner_of
from api.edge import Edge
from api.episode_view.documents_shown import beside_entries
from api.episode_view.timeline_shown import Day, WrittenDays, filled, written
from api.reading import log_reading
from api.scene import Scene, scene_to_read
from api.shell import page
from api.texts import may_read_texts, texts_for
from api.viewer import OpenedEpisode, Viewer, edge_of, opened, viewer_of
from projections.timeline_lines import Order, timeline_head
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
PAGE = 300
"""As many events are on a page, and on that of the episode."""
LARGEST_VERSION = 2**31 - 1


class Part(NamedTuple):
    """Some of a timeline. `last` is the number of its last event where earlier ones follow."""

    days: list[Day]
    last: int | None

    @property
    def rows(self) -> int:
        return sum(len(day.rows) for day in self.days)


@router.get("/episodes/{episode_id}/timeline")
def timeline_page(
    request: Request,
    episode_id: UUID,
    only: Annotated[str, Query(max_length=20)] = "",
    by: Annotated[str, Query(max_length=20)] = "happened",
    before: Annotated[int | None, Query(ge=1, le=LARGEST_VERSION)] = None,
    whole: bool = False,
) -> HTMLResponse:
    """Nothing but the timeline: the newest events, those `before` an event, or the `whole`."""
    edge, viewer = edge_of(request), viewer_of(request)  # here, not as dependencies: each would be a thread more
    one = opened(edge, viewer, episode_id)
    if not one.shows_clinical:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "timeline", one)
    banner = banner_of(edge, viewer, one)
    scene = scene_to_read(viewer, one, banner, edge.clock())
    order = order_of(by)
    found = part_of(edge, viewer, one, scene, only, order, before=before, whole=whole)
    count = found.rows if found.last is None and before is None else _count(edge, viewer, one, only)
    return page(
        request,
        "pages/timeline.html",
        viewer,
        banner=banner,
        scene=scene,
        days=found.days,
        rows=found.rows,
        count=count,
        newest=href_of(scene, only, order) if before is not None else "",
        earlier=href_of(scene, only, order, before=found.last) if found.last is not None else "",
        all_of_it=href_of(scene, only, order, whole="true"),
    )


def order_of(by: str) -> Order:
    """By when it happened, unless asked for the other."""
    return Order.RECORDED if by == Order.RECORDED else Order.HAPPENED


def href_of(scene: Scene, only: str, order: Order, **more: object) -> str:
    """The timeline by itself, of the same kind and order."""
    return f"{scene.href}/timeline?{urlencode({'only': only, 'by': order, **more})}"


def part_of(
    edge: Edge,
    viewer: Viewer,
    one: OpenedEpisode,
    scene: Scene,
    only: str,
    order: Order,
    *,
    before: int | None = None,
    whole: bool = False,
) -> Part:
    """A page of the timeline, newest first, or the whole; free text is opened for those who may read it."""
    category = only if only not in ("", "all") else None
    with_texts = may_read_texts(viewer, one)
    most = None if whole else PAGE
    with edge.datastore.in_network(viewer.network_id) as connection:

        def write() -> tuple[WrittenDays, int | None]:
            limit = None if most is None else most + 1  # whether another follows
            lines = lines_told(connection, one, order=order, category=category, limit=limit, before=before)
            shown = lines[:most]
            days = written(shown, scene, things_told(connection, one), order, with_texts=with_texts)
            return days, shown[-1].version if len(lines) > len(shown) else None

        head = timeline_head(connection, one.episode_id)
        asked = (one.episode_id, head, category, order, most, before, with_texts)
        around = (viewer.around.names_mark, scene.network.zone, scene.today, frozenset(beside_entries(scene).items()))
        is_short = (most is not None or head.lines <= PAGE) and one.as_read is None
        days, last = edge.timelines.get((viewer.network_id, asked, around), write) if is_short else write()
    return Part(filled(days, texts_for(edge, viewer, one)), last)


def _count(edge: Edge, viewer: Viewer, one: OpenedEpisode, only: str) -> int:
    with edge.datastore.in_network(viewer.network_id) as connection:
        return counts_told(connection, one).get(only or "all", 0)
