"""Who signed in and out, who was refused, and who confirmed who they are: for compliance (45 CFR 164.308)."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.list_view.days import day_in
from api.shell import page
from api.subscriber_view import Clock
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.access import READ_SIGN_INS, permits_in_network
from store.errors import NotFound
from store.sign_in_records import Asked, Device, Happened, Noted, sign_ins

router = APIRouter(include_in_schema=False)
SHOWN = 100
WHAT = {
    Happened.SIGNED_IN: ("open", "signed in"),
    Happened.SUSPENDED: ("blocked", "refused: suspended"),
    Happened.CONFIRMED: ("neutral", "confirmed for signing"),
    Happened.SOMEBODY_ELSE: ("blocked", "refused: somebody else confirmed"),
    Happened.SIGNED_OUT: ("neutral", "signed out"),
    Happened.SIGNED_OUT_EVERYWHERE: ("attention", "signed out on every device"),
}
DEVICES = {Device.COMPUTER: "computer", Device.TABLET: "tablet", Device.TELEPHONE: "telephone", Device.OTHER: "another"}


class Row(NamedTuple):
    at: str
    who: str
    what: tuple[str, str]
    """Kind of tag and words."""
    device: str


@router.get("/sign-ins")
def sign_ins_page(
    request: Request,
    edge: EdgeOf,
    viewer: ViewerOf,
    person: str = "",
    what: str = "",
    since: str = "",
    until: str = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> HTMLResponse:
    """The latest first. A filter that cannot be read is said beside it and counts for nothing."""
    if not permits_in_network(viewer.actor, READ_SIGN_INS):
        raise NotFound(NotFound.__doc__)
    typed = {"person": person, "what": what, "since": since, "until": until}
    asked, mistakes = _asked(typed, viewer, before)
    found = sign_ins(edge.datastore, viewer.network_id, asked, limit=SHOWN + 1)
    clock = Clock(viewer.zone, edge.clock())
    people = sorted(viewer.around.colleagues.values(), key=lambda one: one.name)
    return page(
        request,
        "pages/sign_ins.html",
        viewer,
        typed=typed,
        mistakes=mistakes,
        people=[(str(one.clinician_id), one.name) for one in people],
        outcomes=[(one.value, words) for one, (_, words) in WHAT.items()],
        rows=[_row(one, viewer, clock) for one in found[:SHOWN]],
        older=_older(typed, found),
    )


def _row(one: Noted, viewer: Viewer, clock: Clock) -> Row:
    colleague = viewer.around.colleagues.get(one.actor_id)
    who = colleague.name if colleague else str(one.actor_id)[:8]
    return Row(clock.moment(one.at), who, WHAT[one.what], DEVICES[one.device])


def _asked(typed: Mapping[str, str], viewer: Viewer, before: int | None) -> tuple[Asked, dict[str, str]]:
    """What is filtered by, and what cannot be meant, by field. Nobody of another network is known here."""
    mistakes: dict[str, str] = {}
    person = next((one for one in viewer.around.colleagues if str(one) == typed["person"]), None)
    what = next((one for one in Happened if one.value == typed["what"]), None)
    since = day_in(typed, "since", viewer.zone, mistakes)
    until = day_in(typed, "until", viewer.zone, mistakes, days=1)
    return Asked(person, what, since, until, before), mistakes


def _older(typed: Mapping[str, str], found: list[Noted]) -> str | None:
    """Where the list goes on; None where it ends."""
    if len(found) <= SHOWN:
        return None
    asked = {name: text for name, text in typed.items() if text}
    return f"/sign-ins?{urlencode({**asked, 'before': found[SHOWN - 1].record_id})}"
