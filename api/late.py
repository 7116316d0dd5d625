"""A form that comes after its author was signed out records nothing; what was typed waits until they are back."""

from typing import NamedTuple, Protocol
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from api.confirming import held, hold
from api.edge import Edge
from api.forms.posted import Posted
from api.forms.trouble import Trouble
from api.purpose import PurposeIsMissing
from api.session_cookie import secret_in, take_back
from api.viewer import NobodyIsSignedIn, ReasonIsMissing, Viewer, opened, viewer_as, viewer_of
from store.errors import KeyWasDestroyed, NotFound
from store.sign_in import WhyOut

TYPED = "This is what you typed before. Nothing of it is recorded yet."
RAN_OUT = (WhyOut.IDLE, WhyOut.OVER)
HOLD = "_hold"
"""In a form that the page sends by itself, because its author is about to be signed out: it is not to be recorded."""


class Hold(Protocol):
    """Keeps what was typed, and says at which address it shows again; `api.confirming.hold` for most forms."""

    def __call__(self, edge: Edge, viewer: Viewer, posted: Posted, /, *, place: str, person_id: UUID | None) -> str: ...


def viewer_in_time(
    request: Request, edge: Edge, posted: Posted, *, place: str, episode_id: UUID | None = None, keep: Hold = hold
) -> Viewer:
    """The signed-in person. NobodyIsSignedIn says where what they typed waits, if it is known whose it is."""
    try:
        return viewer_of(request)
    except NobodyIsSignedIn as late:
        if late.why not in RAN_OUT or posted.one("_draft"):
            raise
        waits_at = _kept(request, edge, posted, place=place, episode_id=episode_id, keep=keep)
        raise NobodyIsSignedIn(late.why, waits_at) from late


def hold_and_sign_out(
    request: Request,
    edge: Edge,
    viewer: Viewer,
    posted: Posted,
    *,
    place: str,
    person_id: UUID | None = None,
    keep: Hold = hold,
) -> Response:
    """Nobody has used the page for long: keep what is typed in it, and clear the screen."""
    then = keep(edge, viewer, posted, place=place, person_id=person_id)
    edge.sign_in.end(viewer.secret)
    answer = RedirectResponse(way_back_in(WhyOut.IDLE, then), 303)
    take_back(answer, has_tls=edge.is_under_tls(request))
    return answer


class CameBack(NamedTuple):
    """A form on a page of several: its name, what was typed in it, and what is to be mended, if anything was sent."""

    name: str
    posted: Posted
    trouble: Trouble | None = None

    @property
    def status(self) -> int:
        return self.trouble.status if self.trouble else 200

    @property
    def words(self) -> str:
        return "" if self.trouble else TYPED


def waiting_form(request: Request, edge: Edge, viewer: Viewer, *, name: str, place: str) -> CameBack | None:
    """What was typed in one of a page's forms before its author left; `place` is the address it is sent to."""
    waits = held(request, edge, viewer, place=place, person_id=None)
    return CameBack(name, waits) if waits else None


def way_back_in(why: WhyOut, waits_at: str) -> str:
    """The page to sign in at, and on from there to what waits."""
    return f"/sign-in?{urlencode({'why': why.value, 'kept': 'true', 'then': waits_at})}"


def _kept(request: Request, edge: Edge, posted: Posted, *, place: str, episode_id: UUID | None, keep: Hold) -> str:
    """Under the key of whom it is about, as long as its author may see them; else nowhere."""
    secret = secret_in(request, has_tls=edge.is_under_tls(request))
    author = edge.sign_in.late_holder(secret) if secret else None
    if author is None or secret is None:
        return ""
    viewer = viewer_as(request, edge, author, secret)
    try:
        person_id = opened(edge, viewer, episode_id).episode.patient_id if episode_id else None
        return keep(edge, viewer, posted, place=place, person_id=person_id)
    except (NotFound, PurposeIsMissing, ReasonIsMissing, KeyWasDestroyed):
        return ""
