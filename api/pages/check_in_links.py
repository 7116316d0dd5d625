"""Handing over a check-in link: its secret address goes out by e-mail, or is shown once to whoever sends it."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from api.banner import banner_of
from api.check_in_view.catalogue import words_in
from api.edge import Edge
from api.episode_view.check_ins_shown import what_is_asked
from api.forms.about import when
from api.reading import log_reading, open_text
from api.scene import scene_of
from api.shell import page
from api.viewer import EdgeOf, OpenedEpisode, Viewer, ViewerOf, opened
from domain.access import permits
from domain.decision import decision_of, require_role
from domain.episode.check_in.check_in_link import Channel, CheckInLink
from domain.episode.check_in.send_check_in_link import send_check_in_link
from domain.network.network import Network
from domain.refusal import Refused
from store.command import Receipt
from store.errors import NotFound

router = APIRouter(prefix="/episodes/{episode_id}/check-in-links/{link_id}", include_in_schema=False)
for_programs = APIRouter(prefix="/api/episodes/{episode_id}/check-in-links/{link_id}", tags=["decisions"])
SENDING = decision_of(send_check_in_link)


class LinkIsOver(Refused):
    """This link was answered, taken back or locked, or its time is over. Send a new check-in instead."""


@router.post("/address", response_model=None)
def address(request: Request, episode_id: UUID, link_id: UUID, viewer: ViewerOf, edge: EdgeOf) -> Response:
    """A new address for a link that waits; the former one opens nothing from now on."""
    return _handed_over(request, edge, viewer, _opened_to_send(edge, viewer, episode_id), link_id)


class AddressAnswer(BaseModel):
    """The secret address, this once; the former one opens nothing from now on."""

    address: str
    expires_at: datetime


@for_programs.post("/address")
def address_for_programs(
    request: Request, episode_id: UUID, link_id: UUID, viewer: ViewerOf, edge: EdgeOf
) -> AddressAnswer:
    """Make a new address for a check-in link that waits, for a program that brings it to the patient itself."""
    one = _opened_to_send(edge, viewer, episode_id)
    link = one.episode.check_in_links.get(link_id)
    if link is None:
        raise NotFound(NotFound.__doc__)
    where = _new_address(request, edge, viewer, one, link_id)
    if not where:
        raise LinkIsOver(field="link_id")
    return AddressAnswer(address=where, expires_at=link.expires_at)


NOT_SET_UP = "This installation sends no mail yet: whoever runs it names a mail server in `THROUGHLINE_SMTP_URL`."
NOT_TAKEN = "There is no address on file, or the mail server did not take it."


def _opened_to_send(edge: Edge, viewer: Viewer, episode_id: UUID) -> OpenedEpisode:
    """The episode, for whoever may send the patient something."""
    one = opened(edge, viewer, episode_id)
    if not permits(viewer.actor, SENDING.name, one.relation):
        raise NotFound(NotFound.__doc__)
    require_role(viewer.actor, SENDING.by)
    return one


def _new_address(request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode, link_id: UUID) -> str:
    """Empty where the link cannot be answered any more."""
    may_answer = one.episode.may_answer(link_id, edge.clock())
    secret = edge.links.issue(viewer.network_id, link_id) if may_answer else None
    return f"{edge.address or str(request.base_url).rstrip('/')}/check-in/{secret}" if secret else ""


def after_sending(request: Request, edge: Edge, viewer: Viewer, episode_id: UUID, receipt: Receipt) -> HTMLResponse:
    """What follows the decision to send: the address, this once."""
    sent = next(event for event, _ in receipt.recorded if event.stored_as == "CheckInLinkSent")
    return _handed_over(request, edge, viewer, opened(edge, viewer, episode_id), sent.link_id)  # type: ignore[attr-defined]


def _handed_over(request: Request, edge: Edge, viewer: Viewer, one: OpenedEpisode, link_id: UUID) -> HTMLResponse:
    link = one.episode.check_in_links.get(link_id)
    if link is None:
        raise NotFound(NotFound.__doc__)
    log_reading(edge, viewer, "check_in_link", one)
    where = _new_address(request, edge, viewer, one, link_id)
    was_mailed = _mailed(edge, one, link, viewer.around.network, where) if where else None
    is_set_up = edge.send_mail is not None
    banner = banner_of(edge, viewer, one)
    scene = scene_of(edge, viewer, one, banner)
    return page(
        request,
        "pages/check_in_link.html",
        viewer,
        200 if where else 409,
        banner=banner,
        scene=scene,
        what=what_is_asked(link),
        until=when(scene, link.expires_at),
        address="" if was_mailed else where,
        was_mailed=was_mailed,
        why_not_mailed=(NOT_TAKEN if is_set_up else NOT_SET_UP) if was_mailed is False else "",
        link=link,
    )


def _mailed(edge: Edge, one: OpenedEpisode, link: CheckInLink, network: Network, where: str) -> bool | None:
    """Whether the mail was handed over; None where it was to go by hand. It names nobody, and not what it is for."""
    if link.channel is not Channel.EMAIL:
        return None
    to = open_text(edge, one, one.episode.email, "email")
    if edge.send_mail is None or "@" not in to:
        return False
    words = words_in(link.language)
    body = "\n\n".join(
        (
            words("Your care team has sent you this link. Give your date of birth to open it."),
            where,
            words(
                "The page is open until {until} and can be answered once.",
                until=words.moment(link.expires_at, network.zone),
            ),
            words("The link is for you alone. Do not pass it on."),
        )
    )
    return edge.send_mail(to, words("Your care team has a question for you"), body)
