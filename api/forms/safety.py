"""Forms about holds, safety reviews and deviations."""

from collections.abc import Mapping, Sequence

from api.forms import grounds
from api.forms.about import about_field, happened_earlier, when
from api.forms.fields import Area, Hidden, Number
from api.forms.form import Form
from api.forms.lists import Choice, Option, YesNo
from api.forms.section import Section, section, side_by_side
from api.forms.times import Day
from api.forms.words import options_of, rule_words, word_of
from api.scene import Scene
from domain.episode.safety.safety import SAFETY_HOLDS, Hold, HoldReason
from domain.instrument import ids, load

FIRST_TO_PLACE = (HoldReason.VITALS, HoldReason.SUICIDAL_THOUGHTS, HoldReason.MEDICINES, HoldReason.CONSENT)


def _hold(scene: Scene) -> list[Section]:
    reasons = [*FIRST_TO_PLACE, *(reason for reason in HoldReason if reason not in FIRST_TO_PLACE)]
    session = scene.session()
    return [
        section(
            Hidden(name="session_id", seed=session.session_id) if session else None,
            Choice(name="reason", label="Because of", options=options_of(reasons), seed=scene.about.get("reason")),
            Area(name="note", label="Note", optional=True, rows=2),
        ),
        happened_earlier("Since when"),
    ]


def _open_holds(scene: Scene, *, safety: bool | None = None) -> list[Option]:
    found = sorted((h for h in scene.episode.holds.values() if h.is_open), key=lambda h: h.placed_at)
    wanted = [h for h in found if safety is None or (h.reason in SAFETY_HOLDS) is safety]
    return [(str(h.hold_id), _hold_words(scene, h)) for h in wanted]


def _hold_words(scene: Scene, hold: Hold) -> str:
    return f"{word_of(hold.reason)}, since {when(scene, hold.placed_at)}"


def _release(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "hold_id", "Hold", _open_holds(scene)),
            Area(
                name="reason", label="Reason", hint="What you saw, and why dosing may go on", missing="Say why.", rows=2
            ),
        )
    ]


def _named_hold(scene: Scene) -> Sequence[tuple[str, str]]:
    """The hold in question, and its measured values where it came from vitals."""
    named = scene.id("hold_id")
    holds = [h for h in scene.episode.holds.values() if h.is_open]
    hold = scene.episode.holds.get(named) if named else (holds[0] if len(holds) == 1 else None)
    if hold is None:
        return []
    sets = [v for s in scene.episode.sessions.values() for v in s.vitals.values() if v.vitals_id == hold.because_of]
    values = [("Measured", f"{grounds.pressure(v)} at {when(scene, v.taken_at)}") for v in sets]
    return [("Hold", _hold_words(scene, hold)), ("Placed by", scene.name_of(hold.placed_by)), *values]


def _review_safety(scene: Scene) -> list[Section]:
    with_item = [(name, load(name).title) for name in ids() if load(name).safety_item]
    measure = _answered_with(scene, dict(with_item))
    holds = _open_holds(scene, safety=True)
    return [
        section(
            about_field(scene, "hold_id", "Hold", holds) if holds else None,
            Area(name="done", label="What was done, and by whom", rows=4, missing="Say what was done."),
            YesNo(
                name="dosing_may_go_on",
                label="Dosing",
                yes="May go on; the hold is released",
                no="Stays held",
                inline=False,
                missing="Say whether dosing may go on.",
            ),
        ),
        section(
            side_by_side(
                Choice(name="standing.instrument", label="Measure", options=with_item, seed=measure),
                Number(name="standing.up_to_score", label="Answer up to", optional=True, hint="Empty: this once only"),
                Day(name="standing.until_on", label="Until", missing="Say until when."),
                label="Standing review",
            ),
            heading="Standing review",
            note="Dosing then goes on while the answer is at most this, until that day.",
            folded=True,
        ),
    ]


def _answered_with(scene: Scene, with_item: Mapping[str, str]) -> str | None:
    """The measure whose answer placed the hold in question, or the latest open one; else the protocol's main one."""
    named = scene.id("hold_id")
    held = sorted((h for h in scene.episode.holds.values() if h.is_open), key=lambda h: h.placed_at, reverse=True)
    causes = [h.because_of for h in held if h.because_of and named in (None, h.hold_id)]
    answered = [scene.episode.outcomes[cause].instrument for cause in causes if cause in scene.episode.outcomes]
    return next((one for one in (*answered, scene.protocol.main_instrument) if one in with_item), None)


def _deviations(scene: Scene) -> list[Option]:
    waiting = [d for d in scene.episode.deviations.values() if d.reviewed_at is None]
    words = "{code} ({rule}), {when}"
    return [
        (
            str(d.deviation_id),
            words.format(
                code=d.code.replace("_", " ").capitalize(),
                rule=rule_words(d.rule).lower(),
                when=when(scene, d.noted_at),
            ),
        )
        for d in sorted(waiting, key=lambda d: d.noted_at)
    ]


def _review_deviation(scene: Scene) -> list[Section]:
    return [
        section(
            about_field(scene, "deviation_id", "Deviation", _deviations(scene)),
            Area(name="note", label="Assessment", missing="Say how you judge it."),
        )
    ]


def _named_deviation(scene: Scene) -> Sequence[tuple[str, str]]:
    options = {value: words for value, words, *_ in _deviations(scene)}
    named = scene.about.get("deviation_id") or (next(iter(options)) if len(options) == 1 else "")
    return [("Deviation", options[named])] if named in options else []


FORMS = (
    Form(
        decision="place_hold",
        title="Hold dosing",
        sections=_hold,
        follows="No dose is given until a prescriber releases this hold.",
        recorded="hold",
        grounds=grounds.facts(grounds.holds),
    ),
    Form(
        decision="release_hold",
        title="Release a hold",
        button="Release this hold",
        sections=_release,
        follows="Other holds stay.",
        recorded="release of the hold",
        grounds=grounds.facts(_named_hold, grounds.holds, grounds.plan, grounds.scores),
    ),
    Form(
        decision="review_safety",
        title="Review safety",
        button="Record the review",
        sections=_review_safety,
        follows="Where dosing may go on, it releases the hold named and no other.",
        recorded="safety review",
        together=(("standing", "standing.up_to_score"),),
        grounds=grounds.facts(grounds.suicidal_thoughts, grounds.scores, grounds.holds, grounds.doses),
    ),
    Form(
        decision="review_deviation",
        title="Review a deviation",
        button="Record the review",
        sections=_review_deviation,
        follows="What happened stays as it was recorded.",
        recorded="review of the deviation",
        grounds=grounds.facts(_named_deviation, grounds.plan, grounds.doses),
    ),
)
