"""Questionnaires and rating scales to read: what each counts, and where every number of it comes from."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.instrument_view.rules import RuleShown, facts_of, rules_of
from api.pages.protocol import MARKS
from api.shell import page
from api.viewer import ViewerOf
from domain.instrument import Instrument, ids, load

router = APIRouter(include_in_schema=False)


class InstrumentShown(NamedTuple):
    instrument: Instrument
    facts: list[tuple[str, str]]
    rules: list[RuleShown]


@router.get("/instruments")
def instruments_page(request: Request, viewer: ViewerOf) -> HTMLResponse:
    """All there are, shipped and licensed. It is about nobody."""
    known = sorted(map(load, ids()), key=lambda one: one.title.casefold())
    return page(
        request,
        "pages/instruments.html",
        viewer,
        shown=[InstrumentShown(one, facts_of(one), rules_of(one)) for one in known],
        marks={mark.value: words for mark, words in MARKS.items()},
    )
