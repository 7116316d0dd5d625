"""The protocol that the network has adopted, to read: every rule and number with its source."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from api import formats
from api.protocol_view.measured import measure_words
from api.protocol_view.required import requirement_words
from api.shell import page
from api.viewer import EdgeOf, Viewer, ViewerOf
from domain.instrument import title_of
from domain.network.network import Adoption
from domain.protocol.ending import ending_bases
from domain.protocol.numbers import Amount, Count, Mark
from domain.protocol.protocol import GateClass, Protocol, read
from domain.protocol.words import number_words
from store.errors import NotFound

router = APIRouter(include_in_schema=False)
CLASSES = {
    GateClass.ABSOLUTE: ("blocked", "Absolute"),
    GateClass.OVERRIDE: ("attention", "Prescriber may override"),
    GateClass.INFORMATIONAL: ("info", "Informs"),
}
MARKS = {
    Mark.SOURCE: "from a source that was read",
    Mark.KNOWLEDGE: "background knowledge, to be verified",
    Mark.INFERENCE: "a proposal, to be approved by the clinician who adopts the document",
}


class NumberShown(NamedTuple):
    key: str
    words: str
    value: str
    source: Markup
    mark: str


@router.get("/protocol")
def protocol_page(
    request: Request, edge: EdgeOf, viewer: ViewerOf, version: Annotated[str, Query(max_length=60)] = ""
) -> HTMLResponse:
    """The one in force, or an earlier one that plans were issued under. It is about nobody."""
    adopted = _adoption(viewer, version)
    return document_shown(
        request,
        viewer,
        adopted.document,
        stands=f"adopted {formats.full_moment(adopted.adopted_at, viewer.zone)}",
        sha256=adopted.sha256,
        is_current=adopted is viewer.around.network.current,
        today=formats.day_of(edge.clock(), viewer.zone),
        others=[one.protocol.key for one in viewer.around.network.adoptions.values() if one is not adopted],
    )


def document_shown(
    request: Request,
    viewer: Viewer,
    content: Mapping[str, Any],
    *,
    stands: str,
    sha256: str,
    today: date,
    is_current: bool | None = None,
    others: Sequence[str] = (),
) -> HTMLResponse:
    """Every rule, number and list of a document. `is_current` is None where it is no adopted one that is asked for."""
    document = read(dict(content))
    return page(
        request,
        "pages/protocol.html",
        viewer,
        document=document,
        stands=stands,
        sha256=sha256,
        ending=ending_bases(document, today),
        is_current=is_current,
        others=others,
        requirement_words=requirement_words,
        measure_words=measure_words,
        title_of=title_of,
        classes=CLASSES,
        marks=MARKS,
        numbers=numbers_of(document),
        rule_words=rule_words,
        cited=lambda source: cited(source, document),
        published=formats.full_date(document.published_on),
        seed=_seed(document),
    )


def numbers_of(document: Protocol) -> list[NumberShown]:
    """Every number in the order of the document."""
    found = [(name, one) for name, one in document.numbers if one is not None]
    return [
        NumberShown(name, number_words(name), _quantity(one), cited(one.source, document), one.mark.value)
        for name, one in found
    ]


def cited(source: str, document: Protocol) -> Markup:
    """A source with each key leading to its title at the end of the page."""

    def link(key: str) -> Markup:
        return Markup('<a href="#source-{0}">{0}</a>').format(key) if key in document.sources else escape(key)

    return Markup("").join(link(part) for part in re.split(r"([A-Z][A-Z0-9-]+)", source)) if source else Markup("none")


def rule_words(rule: str) -> str:
    """`Rule 4`, `Rule 4, crisis`; one beyond the numbered rules by its word alone."""
    number, _, word = rule.partition(".")
    if not number.isdigit():
        return rule.removeprefix("+").replace("_", " ").capitalize()
    return f"Rule {number}, {word}" if word else f"Rule {number}"


def _adoption(viewer: Viewer, version: str) -> Adoption:
    network = viewer.around.network
    wanted = network.current
    if version:
        wanted = next((one for one in network.adoptions.values() if one.protocol.key == version), None)
    if wanted is None:
        raise NotFound(NotFound.__doc__)
    return wanted


def _quantity(number: Count | Amount) -> str:
    return f"{formats.number(number.value)}{formats.NO_BREAK}{number.unit}"


def _seed(document: Protocol) -> list[tuple[str, str]]:
    """What a new plan starts from."""
    said = document.plan_seed.model_dump(mode="json", exclude={"source", "mark", "vital_limits"})
    return [
        (number_words(name), ", ".join(value) if isinstance(value, list) else str(value))
        for name, value in said.items()
    ]
