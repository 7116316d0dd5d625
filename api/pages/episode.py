"""The episode page: where this course stands, whether the next dose may be given, what is next, what has happened."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.alert_view.told import told_in
from api.as_told import counts_told, line_told, outcomes_told, things_told
from api.banner import banner_of
from api.drafting import own_drafts
from api.edge import Edge
from api.episode_view.alerts_shown import alerts_shown, told_together
from api.episode_view.callouts import callouts
from api.episode_view.check_ins_shown import CheckInShown, check_ins_shown
from api.episode_view.coordination_shown import coordination_shown
from api.episode_view.documents_shown import notes_shown
from api.episode_view.gates_shown import gates_shown
from api.episode_view.next_shown import next_shown
from api.episode_view.outcomes_shown import outcomes_shown
from api.episode_view.overrides_shown import overrides_shown
from api.episode_view.side_shown import due_shown, plan_shown, team_shown
from api.episode_view.time_line import time_line
from api.episode_view.timeline_shown import filled, filters_shown, folded, written
from api.formats import full_date, full_moment
from api.history import history_of
from api.pages.check_in_links import SENDING
from api.pages.timeline import Part, href_of, order_of, part_of
from api.reading import log_reading
from api.scene import Scene, scene_of, scene_to_read
from api.shell import page
from api.texts import may_read_texts, texts_for
from api.viewer import EdgeOf, OpenedEpisode, Viewer, ViewerOf, may_decide, opened
from domain.access import READ_ERASURES, permits_in_network
from domain.actor import Role
from domain.decision import decision_of
from domain.episode.question.ask_question import ask_question
from projections.timeline_lines import Order
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
SHOWN_AT_FIRST = 20


@router.get("/episodes/{episode_id}")
def episode_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    episode_id: UUID,
    measure: Annotated[str, Query(max_length=40)] = "",
    only: Annotated[str, Query(max_length=20)] = "",
    by: Annotated[str, Query(max_length=20)] = "happened",
) -> HTMLResponse:
    """The whole page; coordination sees no clinical content, compliance reads only."""
    one = opened(edge, viewer, episode_id)
    log_reading(edge, viewer, "episode", one)
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner)
    with edge.datastore.in_network(viewer.network_id) as connection:
        trajectory, withheld = outcomes_told(connection, one) if scene.shows_clinical else (None, ())
        counts = counts_told(connection, one)
    order = order_of(by)
    newest = part_of(edge, viewer, one, scene, only, order) if scene.shows_clinical else Part([], None)
    days_first, days_folded = folded(newest.days, SHOWN_AT_FIRST)
    said, alone = told_together(callouts(scene), alerts_shown(scene, told_in(edge, viewer, [episode_id])))
    return page(
        request,
        "pages/episode.html",
        viewer,
        banner=banner,
        scene=scene,
        callouts=said,
        alerts=alone,
        gates=gates_shown(scene) if scene.shows_clinical else None,
        coordination=None if scene.shows_clinical else coordination_shown(scene),
        next=next_shown(scene),
        plan=plan_shown(scene) if scene.shows_clinical else None,
        team=team_shown(scene),
        overrides=overrides_shown(scene),
        due=due_shown(scene),
        notes=notes_shown(scene),
        drafts=own_drafts(edge, scene),
        own_notes_href=_own_notes_href(viewer, one, scene),
        check_ins=_check_ins(edge, viewer, one, scene),
        may_send=may_send(viewer, one) and one.episode.closed_at is None and not one.episode.is_imported,
        outcomes=outcomes_shown(trajectory, measure, scene) if scene.shows_clinical else None,
        withheld_outcomes=len(withheld),
        time_line=time_line(scene),
        days=days_first,
        days_folded=days_folded,
        folded_count=sum(len(day.rows) for day in days_folded),
        filters=filters_shown(scene.href, counts, only),
        by=by,
        only=only,
        count=counts["all"],
        record_href=_record_href(viewer, one),
        elsewhere=counts.get(only or "all", 0) - newest.rows if newest.last is not None else 0,
        earlier=href_of(scene, only, order, before=newest.last),
        all_of_it=href_of(scene, only, order, whole="true"),
        full_date=full_date,
        printed=f"{one.episode.reference} · printed {full_moment(scene.now, scene.zone)} · as of event {one.version}",
    )


def may_send(viewer: Viewer, one: OpenedEpisode) -> bool:
    """Whether this person may send the patient a check-in."""
    return may_decide(viewer, one, SENDING)


def _check_ins(edge: Edge, viewer: Viewer, one: OpenedEpisode, scene: Scene) -> list[CheckInShown]:
    if not one.episode.check_in_links:
        return []
    found = edge.links.of_episode(viewer.network_id, one.episode_id)
    return check_ins_shown(scene, found, may_send=may_send(viewer, one))


def _record_href(viewer: Viewer, one: OpenedEpisode) -> str:
    """Where compliance keeps or erases this patient's record."""
    may_see = permits_in_network(viewer.actor, READ_ERASURES) and not one.episode.is_imported
    return f"/erasures/{one.episode.patient_id}" if may_see else ""


@router.get("/episodes/{episode_id}/events/{version}")
def event_page(request: Request, edge: EdgeOf, viewer: ViewerOf, episode_id: UUID, version: int) -> HTMLResponse:
    """One event: both times, actor, versions, and the facts the decision relied on."""
    one = opened(edge, viewer, episode_id)
    if not one.shows_clinical:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "event", one)
    banner = banner_of(edge, viewer, one)
    scene = scene_to_read(viewer, one, banner, edge.clock())
    with edge.datastore.in_network(viewer.network_id) as connection:
        line = line_told(connection, one, version)
        things = things_told(connection, one)
    recorded = next((r for r in history_of(edge, viewer, one) if r.envelope.version == version), None)
    if line is None or recorded is None:
        raise NotFound(NotFound.__doc__)
    shown = written([line], scene, things, Order.HAPPENED, with_texts=may_read_texts(viewer, one))
    (day,) = filled(shown, texts_for(edge, viewer, one))
    return page(
        request,
        "pages/event.html",
        viewer,
        banner=banner,
        scene=scene,
        number=version,
        last_version=one.version,
        row=day.rows[0],
        heading=day.heading,
        facts=_event_facts(recorded.envelope, recorded.event, scene),
        ask_href=_ask_href(viewer, one, recorded.envelope.event_id, scene),
    )


def _own_notes_href(viewer: Viewer, one: OpenedEpisode, scene: Scene) -> str:
    """For every therapist on the team, whether they have written any or not."""
    is_therapist = one.episode.member(viewer.actor.actor_id, Role.THERAPIST, scene.now) is not None
    return f"{scene.href}/psychotherapy-notes" if is_therapist else ""


def _ask_href(viewer: Viewer, one: OpenedEpisode, event_id: UUID, scene: Scene) -> str:
    """Where a question about the event is asked; nothing for whoever only reads."""
    may = may_decide(viewer, one, decision_of(ask_question))
    return f"{scene.href}/ask-question?event_id={event_id}" if may else ""


def _event_facts(envelope: Any, event: Any, scene: Scene) -> list[tuple[str, str]]:
    relied = ", ".join(f"{one.stream_type} at version {one.version}" for one in envelope.facts)
    return [
        ("Stored as", f"{event.stored_as}, schema version {event.schema_version}"),
        ("Happened", f"{full_moment(envelope.occurred_at, scene.zone)} ({envelope.occurred_zone})"),
        ("Recorded", full_moment(envelope.recorded_at, scene.zone)),
        ("By", f"{scene.name_of(envelope.actor_id)}, {envelope.actor_role}"),
        ("Event of the episode", str(envelope.version)),
        ("Position in the log", str(envelope.position)),
        ("Protocol", envelope.protocol_version or "none asked"),
        ("Relied on", relied or "nothing outside the episode"),
        ("Event id", str(envelope.event_id)),
    ]
