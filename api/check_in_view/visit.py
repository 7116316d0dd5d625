"""One request to a patient's page: who asks for which link, in which language; and how each page of it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from fastapi import Request
from fastapi.responses import HTMLResponse

from api.check_in_view.catalogue import Words, language_asked, words_in
from api.check_in_view.paper import Paper, Setting
from api.check_in_view.proof import proof_for
from api.edge import Edge
from api.forms.fields import Field
from api.forms.lists import Tick
from api.forms.posted import Posted
from api.shell import templates
from api.unsafe_requests import token_of_link
from domain.actor import Actor, Role
from domain.episode.check_in.check_in_link import CheckInPurpose
from domain.episode.episode import EPISODE
from domain.instrument import recorded_with
from domain.network.network import Network
from domain.patient.language import Language
from store.access_log import Read, log_reading
from store.check_in_links import FoundLink

SCREEN = "check_in"


@dataclass(frozen=True)
class Sheet:
    """What stands in the fields, and what is to be mended; as the field macros ask for it."""

    posted: Posted
    errors: dict[str, str]
    prefix: str = ""

    def value(self, name: str) -> str:
        return self.posted.one(name)

    def values(self, name: str) -> tuple[str, ...]:
        return self.posted.all(name)

    def error(self, name: str) -> str:
        return self.errors.get(name, "")

    def id(self, field: Field) -> str:
        return field.id


@dataclass(frozen=True)
class Visit:
    """`link` is None where nothing is open behind the address."""

    request: Request
    edge: Edge
    secret: str
    link: FoundLink | None
    words: Words

    @property
    def address(self) -> str:
        """Where the request comes from, for counting failed tries."""
        return self.request.client.host if self.request.client else "unknown"

    def page(self, name: str, status: int = 200, **shown: Any) -> HTMLResponse:
        """A page of the patient's."""
        known = {
            "t": self.words,
            "action": f"/check-in/{self.secret}",
            "csrf_token": token_of_link(self.secret, self.edge.secret),
            "demo": self.edge.is_demo,
        }
        return HTMLResponse(templates().get_template(f"pages/check_in/{name}.html").render(known | shown), status)

    def closed(self) -> HTMLResponse:
        """The same bytes whether a link is unknown, answered, expired, taken back or locked."""
        return self.page("closed", 410)

    def birth_date(self, status: int = 200, carried: Posted | None = None, **shown: Any) -> HTMLResponse:
        """Asks who it is; what was typed before the proof ran out comes along."""
        pairs = [(name, value) for name, value in (carried or Posted()).pairs() if not name.startswith("_")]
        return self.page("birth_date", status, carried=pairs, **{"error": "", "posted": Posted(), "note": "", **shown})

    def form(
        self, setting: Setting, papers: Sequence[Paper], posted: Posted, status: int = 200, **shown: Any
    ) -> HTMLResponse:
        """What is asked, with what was typed."""
        errors: dict[str, str] = shown.pop("errors", {})
        labels = [
            (one.id, paper.heading if isinstance(one, Tick) else one.label, errors[one.name])
            for paper in papers
            for one in paper.fields
            if one.name in errors
        ]
        more: dict[str, Any] = {"empty": [], "note": "", "sentence": ""}
        return self.page(
            "form",
            status,
            papers=papers,
            is_answerable=is_answerable(papers),
            sheet=Sheet(posted, errors),
            problems=labels,
            network=setting.network,
            crisis=crisis_words(setting.network, setting.words) if asks_about_safety(setting) else None,
            proof=proof_for(setting.link.link_id, setting.now, self.edge.secret),
            until=self.words.moment(setting.link.expires_at, setting.network.zone),
            **(more | shown),
        )


def is_answerable(papers: Sequence[Paper]) -> bool:
    """Whether anything is asked; where all that a link asked for was taken away there is nothing to send."""
    return any(paper.fields for paper in papers)


def visit_to(request: Request, edge: Edge, secret: str, language: str) -> Visit:
    """Looks the link up by one query, whatever is behind the address."""
    link = edge.links.find(secret)
    is_open = link is not None and link.is_open_at(edge.clock())
    own = Language(link.language) if link is not None and is_open else None
    accepts = request.headers.get("accept-language", "")
    return Visit(request, edge, secret, link, words_in(language_asked(language, accepts, own)))


def setting_of(visit: Visit, link: FoundLink) -> Setting | None:
    """The link as the episode knows it; None where it cannot be answered any more, or the patient has died."""
    episode, _ = visit.edge.care.state(EPISODE, link.episode_id, network_id=link.network_id)
    known = episode.check_in_links.get(link.link_id)
    if known is None or not episode.may_answer(link.link_id, visit.edge.clock()):
        return None
    network = visit.edge.people.around(link.network_id).network
    return Setting(known, episode, network, visit.edge.clock(), visit.words)


def actor_of(link: FoundLink) -> Actor:
    """The patient, as far as this link goes."""
    return Actor(link.link_id, link.network_id, frozenset({Role.PATIENT}))


def write_down(visit: Visit, link: FoundLink) -> None:
    """The patient's reading is a reading too."""
    read = [Read(link.patient_id, link.episode_id)]
    log_reading(visit.edge.datastore, actor_of(link), SCREEN, read, correlation_id=uuid4())


def asks_about_safety(setting: Setting) -> bool:
    """Whether an answer may say that somebody is in danger: then whom to call stands above the questions."""
    measures = (recorded_with(name) for name in setting.link.instruments)
    return setting.link.purpose is CheckInPurpose.AFTER_DOSE or any(one.asks_about_suicide for one in measures)


def crisis_words(network: Network, words: Words) -> tuple[str, str]:
    """The network's own words, in the patient's language where it has given them; and the language they are in."""
    spanish = network.check_in_terms.spanish_crisis_text
    if spanish and words.language is Language.SPANISH:
        return spanish, Language.SPANISH.value
    return network.crisis_text, Language.ENGLISH.value
