"""Forms of outcome measures: one answer per row, or the total alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from api.forms import grounds
from api.forms.about import about_field, when
from api.forms.fields import Area, Hidden, Number
from api.forms.form import Body, Form
from api.forms.lists import Answers, Option
from api.forms.section import Section, section, side_by_side
from api.forms.times import Moment
from api.scene import Scene
from domain.episode.outcome.outcomes import Outcome
from domain.instrument import Instrument, Item, Rater, ids, load, recorded_with, title_of
from domain.instrument.item import AskedIf


def _instrument(scene: Scene) -> Instrument:
    """The one named, else the main measure of the protocol."""
    named = scene.about.get("instrument", "")
    if named in ids():
        return load(named)
    main = scene.protocol.main_instrument
    return load(main if main in ids() else ids()[0])


def _variants(scene: Scene) -> list[tuple[str, str, bool]]:
    """Those the protocol asks for first."""
    current = _instrument(scene)
    required = [one.instrument for one in scene.protocol.instruments if one.instrument in ids()]
    names = dict.fromkeys([*required, *sorted(ids(), key=lambda name: load(name).title.casefold())])
    return [(f"instrument={name}", load(name).title, name == current.id) for name in names]


def _answers(instrument: Instrument, seed: Sequence[int | None] | None = None) -> Answers:
    """Its questions; of one whose text may not be shipped, the numbers to copy from the paper."""

    def options(item_values: Sequence[tuple[int, str]]) -> list[Option]:
        """With the points of each answer, where it has any."""
        has_points = instrument.has_total
        return [
            (str(value), f"{value} {label}" if has_points and label != str(value) else label)
            for value, label in item_values
        ]

    items = [
        (item.number, _asked(item), options([(o.value, o.label) for o in instrument.options_of(item)]))
        for item in instrument.items
    ]
    return Answers(
        name="answers",
        label="Answers",
        stem=instrument.stem or "",
        items=items,
        seed=seed,
        hints={item.number: _hint(instrument, item) for item in instrument.items},
        notice=instrument.licence.notice,
        rules_href=f"/instruments#{instrument.id}",
        scoring=_live_scoring(instrument),
    )


def _asked(item: Item) -> str:
    return f"{item.number}. {item.text}" if item.text else item.label


def _hint(instrument: Instrument, item: Item) -> str:
    """The item's own hint, when it stays empty, and from where to where its numbers go."""
    said = [item.hint] if item.hint else []
    if item.asked_if is not None:
        said.append(_stays_empty(instrument, item.asked_if))
    if instrument.range is not None and not item.options:
        said.append(f"{instrument.range.lowest} to {instrument.range.highest}")
    return ". ".join(part.rstrip(".") for part in said) + ("." if item.hint or item.asked_if else "")


def _stays_empty(instrument: Instrument, condition: AskedIf) -> str:
    earlier = [instrument.items[number - 1] for number in condition.any_of]
    if len(earlier) > 1:
        return f"Left empty where {' and '.join(str(one.number) for one in earlier)} both count 0"
    milder = [one.label for one in instrument.options_of(earlier[0]) if one.value < condition.at_least]
    return f"Left empty after “{' or '.join(milder)}” to {earlier[0].number}"


def _live_scoring(instrument: Instrument) -> Mapping[str, Any] | None:
    """For the total beneath the last answer; what is recorded is scored anew. Only where a plain sum is meant."""
    has_branches = instrument.scoring.one_of or any(item.asked_if for item in instrument.items)
    if instrument.scoring.reverse_items or has_branches or instrument.range or not instrument.has_total:
        return None
    bands = [[band.lowest, band.highest, band.label] for band in instrument.bands]
    return {"groups": instrument.groups, "times": instrument.scoring.multiply_by, "bands": bands}


def _sections(instrument: Instrument, taken: Moment, old: Outcome | None = None) -> list[Section]:
    total = Number(
        name="total",
        label="Total alone",
        hint=f"{instrument.lowest} to {instrument.highest}; not screened for suicidal thoughts"
        if instrument.asks_about_suicide
        else f"{instrument.lowest} to {instrument.highest}",
        optional=True,
        seed=old.total if old and old.answers is None else None,
    )
    rated = "" if instrument.rater is Rater.SELF else "Asked and rated by a clinician."
    questions = section(_answers(instrument, old.answers if old else None), heading=instrument.title, note=rated)
    if not instrument.has_total:
        return [section(taken), questions]
    alone = section(side_by_side(total), heading="Or the total alone", folded=old is None or old.answers is not None)
    return [section(taken), questions, alone]


def _record(scene: Scene) -> list[Section]:
    instrument = _instrument(scene)
    about = section(
        Hidden(name="instrument", seed=instrument.id), Hidden(name="instrument_version", seed=instrument.version)
    )
    return [about, *_sections(instrument, Moment(name="taken_at", label="Taken on", seed=scene.now))]


def _follows(scene: Scene) -> str:
    instrument = _instrument(scene)
    if instrument.triage is not None:
        return f"Level {instrument.triage.review_from} or worse holds dosing until a prescriber has reviewed it."
    if instrument.safety_item is not None:
        return "An answer above 0 on suicidal thoughts holds dosing until a prescriber has reviewed it."
    return ""


def _one_of_both(body: Body) -> dict[str, str]:
    """Answers or a total, and not both."""
    if body.get("answers") is None and body.get("total") is None and not _has_total(body):
        return {"answers": "Give the answers."}
    if body.get("answers") is None and body.get("total") is None:
        return {"answers": "Give the answers, or the total alone."}
    if body.get("answers") is not None and body.get("total") is not None:
        return {"total": "Give the answers or the total, not both."}
    return {}


def _has_total(body: Body) -> bool:
    named = body.get("instrument")
    return named not in ids() or load(named).has_total


def _said(outcome: Outcome) -> str:
    """Its total, or the level of a triage."""
    if outcome.level is not None:
        return outcome.level
    return "no total" if outcome.total is None else str(outcome.total)


def _known(scene: Scene) -> list[Option]:
    taken = sorted(scene.episode.outcomes.values(), key=lambda o: o.taken_at, reverse=True)
    return [
        (
            str(o.outcome_id),
            f"{title_of(o.instrument)} {_said(o)}, {when(scene, o.taken_at)}",
        )
        for o in taken
    ]


def _old(scene: Scene) -> Outcome | None:
    named = scene.id("outcome_id")
    if named is None and len(scene.episode.outcomes) == 1:
        return next(iter(scene.episode.outcomes.values()))
    return scene.episode.outcomes.get(named) if named else None


def _correct(scene: Scene) -> list[Section]:
    old, chosen = _old(scene), about_field(scene, "outcome_id", "Outcome", _known(scene))
    reason = Area(
        name="reason", label="Reason", hint="Both values stay in sight", missing="Say what was wrong.", rows=2
    )
    if old is None:
        return [section(chosen, note="Choose it above, to see its answers here.")]
    instrument = recorded_with(old.instrument, old.instrument_version)
    if not instrument.is_here:
        return [section(chosen, note=f"{instrument.title}: it cannot be scored anew. Put the pack back first.")]
    taken = Moment(name="taken_at", label="Taken on", seed=old.taken_at)
    return [section(chosen), *_sections(instrument, taken, old), section(reason)]


def _which(scene: Scene) -> list[tuple[str, str, bool]]:
    old = _old(scene)
    if len(scene.episode.outcomes) < 2:
        return []
    return [
        (f"outcome_id={value}", words, bool(old and str(old.outcome_id) == value)) for value, words, *_ in _known(scene)
    ]


def _was(scene: Scene) -> Sequence[tuple[str, str]]:
    old = _old(scene)
    if old is None:
        return []
    instrument = recorded_with(old.instrument, old.instrument_version)
    words = _said(old) if old.total is None else f"{old.total} {grounds.band_of(instrument, old.total)}".strip()
    return [("Recorded", words), ("Taken", when(scene, old.taken_at))]


FORMS = (
    Form(
        decision="record_outcome",
        title=lambda scene: f"Record {_instrument(scene).title}",
        button="Record outcome",
        sections=_record,
        variants=_variants,
        follows=_follows,
        recorded="outcome",
        check=_one_of_both,
        grounds=grounds.facts(grounds.scores, grounds.doses),
    ),
    Form(
        decision="correct_outcome",
        title="Correct an outcome",
        sections=_correct,
        variants=_which,
        follows="Both values stay in the timeline; no hold is lifted by it.",
        recorded="corrected outcome",
        check=_one_of_both,
        grounds=grounds.facts(_was, grounds.scores),
    ),
)
