"""Who signed in and out, who was refused, and who confirmed who they are: for compliance (45 CFR 164.308)."""

from collections.abc import Mapping
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.list_view.days import day_in
from api.list_view.headings import DOWN, UP, Heading
from api.shell import page
from api.subscriber_view import Clock
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.access import READ_SIGN_INS, permits_in_network
from store.errors import NotFound
from store.sign_in_records import Asked, Device, Happened, Noted, Sort, sign_ins

router = APIRouter(include_in_schema=False)
SHOWN = 100
COLUMNS = ((Sort.WHEN, "When"), (Sort.WHO, "Who"), (Sort.WHAT, "What"), (Sort.DEVICE, "Device"))
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
    sort: Annotated[str, Query(max_length=20)] = "",
    turned: bool = False,
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    skipped: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> HTMLResponse:
    """The latest first, unless a heading was pressed. A filter that cannot be read is said and counts for nothing."""
    if not permits_in_network(viewer.actor, READ_SIGN_INS):
        raise NotFound(NotFound.__doc__)
    typed = {"person": person, "what": what, "since": since, "until": until}
    people = sorted(viewer.around.colleagues.values(), key=lambda one: one.name.casefold())
    asked, mistakes = _asked(typed, viewer, before)
    by = next((one for one in Sort if one.value == sort), Sort.WHEN)
    by_name = tuple(one.clinician_id for one in people)
    asked = asked._replace(sort=by, turned=turned, by_name=by_name, skipped=skipped)
    found = sign_ins(edge.datastore, viewer.network_id, asked, limit=SHOWN + 1)
    clock = Clock(viewer.zone, edge.clock())
    return page(
        request,
        "pages/sign_ins.html",
        viewer,
        typed=typed,
        mistakes=mistakes,
        people=[(str(one.clinician_id), one.name) for one in people],
        headings=[_heading(column, words, typed, asked) for column, words in COLUMNS],
        sorted_words=_sorted_words(asked),
        sort=by.value if by is not Sort.WHEN or turned else "",
        turned=turned,
        outcomes=[(one.value, words) for one, (_, words) in WHAT.items()],
        rows=[_row(one, viewer, clock) for one in found[:SHOWN]],
        more=_more(typed, asked, found),
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


def _heading(column: Sort, words: str, typed: Mapping[str, str], asked: Asked) -> Heading:
    """A second press turns the order round. Times begin with the latest, words with A."""
    is_current = column is asked.sort
    turns = is_current and not asked.turned
    direction = (DOWN if asked.turned != (column is Sort.WHEN) else UP) if is_current else None
    return Heading(words, _address(typed, column, turned=turns), direction, number=False)


def _sorted_words(asked: Asked) -> str:
    """For the caption, which is all that some people hear of the order."""
    if asked.sort is Sort.WHEN:
        return "the earliest first" if asked.turned else "the latest first"
    words = next(words for column, words in COLUMNS if column is asked.sort).lower()
    return f"sorted by {words}{', turned round' if asked.turned else ''}"


def _more(typed: Mapping[str, str], asked: Asked, found: list[Noted]) -> str | None:
    """Where the list goes on; None where it ends."""
    if len(found) <= SHOWN:
        return None
    if asked.sort is Sort.WHEN and not asked.turned:
        return _address(typed, asked.sort, before=found[SHOWN - 1].record_id)
    before = {"before": asked.before} if asked.before else {}
    return _address(typed, asked.sort, turned=asked.turned, skipped=asked.skipped + SHOWN, **before)


def _address(typed: Mapping[str, str], sort: Sort, *, turned: bool = False, **more: int) -> str:
    """This list, filtered as it is and sorted so."""
    kept: dict[str, str | int] = {name: text for name, text in typed.items() if text}
    kept |= {"sort": sort.value} if sort is not Sort.WHEN or turned else {}
    kept |= {"turned": "true"} if turned else {}
    asked = urlencode(kept | more)
    return f"/sign-ins?{asked}" if asked else "/sign-ins"
