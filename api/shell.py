"""How a page is put together: the template, the bar with the viewer's pages, and what every page shows."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from api import formats
from api.edge import Edge
from api.notice import notice_left, take_away
from api.viewer import Viewer, edge_of
from domain.access import READ_SUBSCRIBERS, permits_in_network
from domain.actor import Role
from store.sign_in import IDLE
from store.webhooks.endpoints import stopped_endpoints

TEMPLATES = Path(__file__).parent / "templates"
THEME_COOKIE = "theme"
PAGES_OF_ROLE: dict[Role, tuple[tuple[str, str], ...]] = {
    Role.THERAPIST: (("/caseload", "Caseload"),),
    Role.PRESCRIBER: (("/worklist", "Worklist"), ("/on-call", "On call")),
    Role.COORDINATOR: (
        ("/coordination", "Coordination"),
        ("/on-call", "On call"),
        ("/late-entries", "Late entries"),
        ("/subscribers", "Subscribers"),
    ),
    Role.COMPLIANCE: (
        ("/replay", "Replay"),
        ("/late-entries", "Late entries"),
        ("/overrides", "Overrides"),
        ("/disclosures", "Disclosures"),
        ("/sign-ins", "Sign-ins"),
        ("/subscribers", "Subscribers"),
    ),
}


class Bar(NamedTuple):
    """What the bar on top says about the viewer."""

    name: str
    role_word: str
    network_name: str
    network_href: str | None
    pages: tuple[tuple[str, str, bool, int], ...]
    """Address, name, whether it is this one, and how many things there nobody has seen to."""


@cache
def templates() -> Environment:
    """The templates, compiled once; a name that is missing is an error, not an empty word."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        auto_reload=False,  # else every page asks the file system whether a template has changed
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["formats"] = formats
    environment.filters |= {"unbroken": formats.unbroken_ranges, "dial": formats.to_dial}
    return environment


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro of the templates, for what is written piece by piece; it knows its arguments and nothing of a page."""
    found: Callable[..., Markup] = getattr(templates().get_template(template).module, name)
    return found


def bar_of(viewer: Viewer, path: str, waiting: Mapping[str, int]) -> Bar:
    """The pages of every role the viewer has, in the order of the roles; `waiting` counts things by page."""
    links = (link for role, links in PAGES_OF_ROLE.items() if role in viewer.actor.roles for link in links)
    pages = tuple((href, label, path == href, waiting.get(href, 0)) for href, label in dict.fromkeys(links))
    roles = " and ".join(role.value for role in PAGES_OF_ROLE if role in viewer.actor.roles)
    return Bar(viewer.name, roles, viewer.around.network.title, None, pages)


def home_of(viewer: Viewer) -> str:
    """The page a person lands on."""
    return PAGES_OF_ROLE[viewer.role][0][0]


def page(request: Request, template: str, viewer: Viewer | None, status: int = 200, **shown: Any) -> HTMLResponse:
    """The whole page. What every template may use: viewer, csrf_token, demo, zone_name, theme, notice, version.

    `idle_seconds`: when to ask whether somebody is still there; None where nobody is, as in a session.
    """
    edge = edge_of(request)
    notice = notice_left(request, edge.secret, edge.clock()) if viewer else None
    theme = request.cookies.get(THEME_COOKIE)
    context: dict[str, Any] = {
        "viewer": bar_of(viewer, request.url.path, _waiting(edge, viewer)) if viewer else None,
        "csrf_token": viewer.csrf_token if viewer else "",
        "demo": edge.is_demo,
        "zone_name": viewer.around.network.zone if viewer else "",
        "theme": theme if theme in ("light", "dark") else None,
        "notice": notice,
        "version": edge.version,
        "idle_seconds": int(IDLE.total_seconds()) if viewer else None,
        "stay_href": "/stay",
    }
    answer = HTMLResponse(templates().get_template(template).render(context | shown), status)
    if notice:
        take_away(answer)
    return answer


def _waiting(edge: Edge, viewer: Viewer) -> dict[str, int]:
    """Webhooks that were given up, for whoever looks after subscribers: nobody outside may notice that they stopped."""
    if not permits_in_network(viewer.actor, READ_SUBSCRIBERS):
        return {}
    with edge.datastore.in_network(viewer.network_id) as connection:
        return {"/subscribers": len(stopped_endpoints(connection, viewer.network_id))}


Page = Callable[..., HTMLResponse]
