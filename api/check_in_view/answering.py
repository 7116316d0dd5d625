"""The answer on its way into the log: whole, once, and never lost by what happens to the reply."""

from hashlib import sha256
from typing import Any
from uuid import uuid4, uuid5

import orjson
import psycopg
from eventsourcing.persistence import PersistenceError
from fastapi import Response
from pydantic import ValidationError

from api.check_in_view.asked import answer, papers
from api.check_in_view.paper import Setting
from api.check_in_view.visit import Visit, actor_of, crisis_words, is_answerable
from api.forms.posted import Posted
from domain.episode.check_in.answer_check_in_link import AnswerCheckInLink, answer_check_in_link
from domain.episode.check_in.symptoms import RED_FLAGS
from domain.episode.episode import EPISODE
from domain.network.network import Network
from domain.refusal import Refused
from store.check_in_links import FoundLink
from store.command import Command, Receipt
from store.errors import Busy, KeyWasDestroyed, KeyWasUsedForAnother, NotFound

RETRY = {"retry-after": "5"}


def send_answer(visit: Visit, link: FoundLink, setting: Setting, posted: Posted) -> Response:
    """Recorded, or the form again with everything that was typed."""
    found, asked = answer(setting, posted), papers(setting)
    if not is_answerable(asked):
        return visit.form(setting, asked, posted, 409)
    if found.mistakes or found.empty:
        return visit.form(setting, asked, posted, 422, errors=dict(found.mistakes), empty=found.empty)
    try:
        order = AnswerCheckInLink.model_validate(found.body)
        receipt = visit.edge.care.decide(
            EPISODE, link.episode_id, answer_check_in_link, order, command=_command(setting.network, link, posted)
        )
    except ValidationError as error:
        return visit.form(setting, asked, posted, 422, errors=_out_of_range(visit, error, setting))
    except KeyWasUsedForAnother:
        return _differs(visit, setting.network)
    except (NotFound, KeyWasDestroyed):
        return visit.closed()
    except Refused:
        sentence = visit.words("This could not be recorded. Call your care team; they can write it down for you.")
        return visit.form(setting, asked, posted, 409, sentence=sentence)
    except (Busy, psycopg.Error, PersistenceError):
        sentence = visit.words(
            "We cannot tell yet whether this was saved. Nothing you typed is lost: send it again as it is in a moment."
        )
        shown = visit.form(setting, asked, posted, 503, sentence=sentence)
        shown.headers.update(RETRY)
        return shown
    if receipt.repeated:
        return visit.page("received", 409, **_danger(receipt, visit, setting.network))
    return visit.page("thanks", **_danger(receipt, visit, setting.network))


def send_once_more(visit: Visit, link: FoundLink, posted: Posted) -> Response:
    """After the answer: the same again, since its reply was lost, or something else. Records nothing."""
    network = visit.edge.people.around(link.network_id).network
    command, nothing = _command(network, link, posted), AnswerCheckInLink()
    try:
        receipt = visit.edge.care.decide(EPISODE, link.episode_id, answer_check_in_link, nothing, command=command)
    except KeyWasUsedForAnother:
        return _differs(visit, network)
    except (NotFound, KeyWasDestroyed, Refused):
        return visit.page("received", 409)
    return visit.page("received", 409, **_danger(receipt, visit, network))


def _differs(visit: Visit, network: Network) -> Response:
    """What they say now reaches nobody, so they are told whom to call, whatever it is."""
    return visit.page("received", 409, differs=True, crisis=crisis_words(network, visit.words))


def _command(network: Network, link: FoundLink, posted: Posted) -> Command:
    """The key belongs to the link: however often an answer is sent, one is recorded."""
    typed = sorted((name, value) for name, value in posted.pairs() if not name.startswith("_") and value)
    digest = sha256(orjson.dumps(typed)).digest()
    return Command(uuid5(link.link_id, "answer"), actor_of(link), digest, uuid4(), zone=network.zone)


def _out_of_range(visit: Visit, error: ValidationError, setting: Setting) -> dict[str, str]:
    """Numbers that cannot be meant, at the field they stand in where its name tells."""
    names = {one.name.rsplit(".", 1)[-1]: one.name for paper in papers(setting) for one in paper.fields}
    places = [str(one["loc"][-1]) for one in error.errors()]
    first = next(iter(names.values()))
    return {names.get(place, first): visit.words("This number cannot be right. Look at it again.") for place in places}


def _danger(receipt: Receipt, visit: Visit, network: Network) -> dict[str, Any]:
    """Whom to call at once, where the answer says that somebody may be in danger."""
    events = [event for event, _ in receipt.recorded]
    thoughts = any(
        getattr(event, "safety_item_is_positive", False) or getattr(event, "suicidal_thoughts", False)
        for event in events
    )
    flagged = any(not RED_FLAGS.isdisjoint(getattr(event, "symptoms", ())) for event in events)
    return {"crisis": crisis_words(network, visit.words) if thoughts or flagged else None, "is_emergency": flagged}
