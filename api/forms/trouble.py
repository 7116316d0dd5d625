"""Why a form came back: fields to mend, a question to answer once more, gates that are closed, a refusal."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.errors import problem_of
from api.formats import number_word
from api.forms.fields import Hidden
from api.forms.form import Form
from api.forms.order import field_at
from api.forms.posted import Posted
from api.forms.section import Section, fields_of
from api.problems import mistakes_in
from api.scene import Scene
from domain.episode.gates.gate import Gate, GatesAreClosed
from domain.episode.plan.terms import TermsDoNotFit
from domain.order import Order
from domain.refusal import AsksAgain, Refused

ENOUGH = 8


class Asked(NamedTuple):
    """The amber question: what is unusual, and the tick that says it is meant."""

    name: str
    what: str
    tick: str
    field: str = ""
    """The field it is about, to stand beneath it."""


class Trouble(NamedTuple):
    """`problems`: (id of the field or None, its label, what is wrong); `errors`: the same by field."""

    status: int
    problems: tuple[tuple[str | None, str, str], ...] = ()
    errors: Mapping[str, str] = {}
    sentence: str = ""
    asked: Asked | None = None
    gates: tuple[Gate, ...] = ()
    asks_to_sign: bool = False

    @property
    def count_words(self) -> str:
        """`Two things`."""
        count = len(self.problems)
        return f"{number_word(count).capitalize()} {'thing' if count == 1 else 'things'}"


def to_mend(
    mistakes: Mapping[str, str], sections: Sequence[Section], posted: Posted, empty: frozenset[str] = frozenset()
) -> Trouble:
    """What was typed cannot be read."""
    found = [(field_at(place, sections, posted), place, says) for place, says in mistakes.items()]
    order = {one.name: n for n, one in enumerate(fields_of(sections))}
    found.sort(key=lambda one: order.get(one[0].name, len(order)) if one[0] else len(order))
    problems = tuple(
        (one.id, one.label, "is missing." if place in empty else f": {says}")
        if one
        else (None, place.replace("_", " "), f": {says}")
        for one, place, says in found
    )
    errors = {one.name: says for one, _, says in found if one}
    return Trouble(422, problems[:ENOUGH], errors)


def also_wrong(order: type[Order], body: Mapping[str, Any], sections: Sequence[Section]) -> dict[str, str]:
    """What is out of bounds where other fields are empty or cannot be read, so that one round names everything."""
    try:
        order.model_validate(body)
    except ValidationError as error:
        found = mistakes_in([one for one in error.errors() if one["type"] != "missing"])  # type: ignore[misc]
        names = {field.name for field in fields_of(sections)}
        return {one.field: one.says for one in found if one.field in names}
    except Refused:
        return {}  # it is said once the fields can be read
    return {}


def trouble_of(
    error: Refused | ValidationError | RequestValidationError,
    form: Form,
    sections: Sequence[Section],
    posted: Posted,
    scene: Scene,
) -> Trouble:
    """What the decision, or the check of its order, had against it."""
    match error:
        case ValidationError() | RequestValidationError():
            mistakes = mistakes_in(list(error.errors()))  # type: ignore[arg-type]
            return to_mend({mistake.field: mistake.says for mistake in mistakes}, sections, posted)
        case TermsDoNotFit():
            return to_mend({problem.field: problem.says for problem in error.problems}, sections, posted)._replace(
                status=409
            )
        case GatesAreClosed():
            return Trouble(409, sentence=error.what, gates=error.gates)
        case AsksAgain():
            return _asking(error, error.confirm, form, sections, posted, scene)
        case Refused() if confirm := getattr(error, "confirm", ""):
            return _asking(error, confirm, form, sections, posted, scene)
    return _refused(error, sections, posted)


def _asking(
    error: Refused, confirm: str, form: Form, sections: Sequence[Section], posted: Posted, scene: Scene
) -> Trouble:
    words = form.confirm.get(confirm)
    tick = words(scene, posted) if words else f"Yes, this is right for {scene.patient}"
    found = field_at(error.field, sections, posted) if error.field else None
    return Trouble(409, asked=Asked(confirm, error.message, tick, found.name if found else ""))


def _refused(error: Refused, sections: Sequence[Section], posted: Posted) -> Trouble:
    problem = problem_of(error)
    found = field_at(error.field, sections, posted) if error.field else None
    if found is None or isinstance(found, Hidden):
        return Trouble(problem.status, sentence=_with_rule(problem.detail, problem.rule))
    problems = ((found.id, found.label, f": {problem.detail}"),)
    return Trouble(problem.status, problems, {found.name: problem.detail})


def _with_rule(sentence: str, rule: str | None) -> str:
    number = (rule or "").partition(".")[0]
    return f"{sentence} (rule {number})" if number.isdigit() else sentence
