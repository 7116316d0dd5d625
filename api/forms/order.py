"""From what a browser sent to the body of an order; pure. What cannot be meant is named field by field."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from api.forms.fields import Field, Reading, Wrong
from api.forms.form import Body, Form
from api.forms.lists import Rows
from api.forms.posted import Posted
from api.forms.section import Section, fields_of


class Filled(NamedTuple):
    """The body, and by field what is to be mended before it can be one; `empty` are those that were left out."""

    body: Body
    mistakes: dict[str, str]
    empty: frozenset[str]


def order_in(form: Form, sections: Sequence[Section], posted: Posted, reading: Reading) -> Filled:
    """Read every field of the form."""
    body: Body = {}
    mistakes: dict[str, str] = {}
    empty: set[str] = set()
    for one in fields_of(sections):
        try:
            value = one.read(posted, reading)
        except Wrong as wrong:
            mistakes[one.name] = str(wrong)
            continue
        if value is not None:
            _put(body, one.name.split("."), value)
        elif not one.optional:
            mistakes[one.name] = one.missing or f"{one.label or 'This'} is missing."
            empty.add(one.name)
    for group, lead in form.together:
        _drop_unless(body, group, lead, mistakes)
    body |= {name: True for name in form.confirm if posted.is_ticked(name)}
    body = form.shape(body)
    mistakes |= {} if mistakes else form.check(body)
    return Filled(body, mistakes, frozenset(empty & mistakes.keys()))


def field_at(place: str, sections: Sequence[Section], posted: Posted) -> Field | None:
    """The field at a place in the order; a refusal may name it by its last words, a list by an entry in it."""
    fields = fields_of(sections)
    for one in fields:
        if isinstance(one, Rows) and place.startswith(f"{one.name}."):
            return _in_rows(one, place, posted)
    exact = next((one for one in fields if one.name == place), None)
    inside = next((one for one in fields if place.startswith(f"{one.name}.") or one.name.startswith(f"{place}.")), None)
    return exact or inside or next((one for one in fields if one.name.endswith(f".{place}")), None)


def _in_rows(rows: Rows, place: str, posted: Posted) -> Field | None:
    """Empty rows were left out of the order, so its numbers are not those of the form."""
    index, _, name = place.removeprefix(f"{rows.name}.").partition(".")
    lead = rows.fields[0].name
    filled = [n for n in range(rows.count(posted)) if posted.one(f"{rows.name}.{n}.{lead}")]
    if not index.isdigit() or int(index) >= len(filled):
        return rows
    row = rows.row(filled[int(index)])
    return next((one for one in row if one.name.endswith(f".{name}")), row[0])


def _put(body: Body, path: list[str], value: Any) -> None:
    for part in path[:-1]:
        body = body.setdefault(part, {})
    body[path[-1]] = value


def _drop_unless(body: Body, group: str, lead: str, mistakes: dict[str, str]) -> None:
    if _get(body, lead.split(".")) is not None or lead in mistakes:
        return
    *above, last = group.split(".")
    holder = _get(body, above) if above else body
    if isinstance(holder, dict):
        holder.pop(last, None)
    for name in [name for name in mistakes if name.startswith(f"{group}.")]:
        del mistakes[name]


def _get(body: Any, path: Sequence[str]) -> Any:
    for part in path:
        body = body.get(part) if isinstance(body, dict) else None
    return body
