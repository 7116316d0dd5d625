"""Forms of vitals: limits stand in the label before typing, and a value over them is a warning, never an error."""

from collections.abc import Sequence

from api.formats import EN_DASH, clock
from api.forms import grounds
from api.forms.about import about_field, session_field, when
from api.forms.fields import Area, Field, Hidden, Limit, Number
from api.forms.form import Form
from api.forms.lists import Radio, Tick
from api.forms.posted import Posted
from api.forms.section import Group, Section, section, side_by_side
from api.forms.times import TimeOfDay
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.dosing.record_vitals import VitalsSource
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import Comparator, VitalLimits
from domain.episode.session.session import SessionKind, Vitals, VitalsPhase

NAMES = ("systolic_mmhg", "diastolic_mmhg", "pulse_per_min", "spo2_percent")


def limits_of(scene: Scene) -> VitalLimits | None:
    """Those of the plan the dose is given under."""
    return scene.plan.terms.vital_limits if scene.plan else None


def phase_in(scene: Scene) -> VitalsPhase:
    """The phase named, else the one the session is in."""
    named = scene.about.get("phase", "")
    if named in set(VitalsPhase):
        return VitalsPhase(named)
    session = scene.session()
    if session is None or not session.is_dosed:
        return VitalsPhase.BEFORE
    return VitalsPhase.DURING if session.is_running else VitalsPhase.AFTER


def values_group(scene: Scene, seeds: Vitals | None = None) -> Group:
    """Four big figures, each with this patient's limits."""
    limits = limits_of(scene)
    seed = {name: getattr(seeds, name) for name in NAMES} if seeds else dict.fromkeys(NAMES)
    return side_by_side(
        Number(
            name="systolic_mmhg",
            label="Systolic",
            hint=_hint("mmHg", limits.systolic_limit_mmhg if limits else None),
            seed=seed["systolic_mmhg"],
            limits=_limits(scene, "systolic", limits),
            missing="Write the systolic pressure.",
        ),
        Number(
            name="diastolic_mmhg",
            label="Diastolic",
            hint=_hint("mmHg", limits.diastolic_limit_mmhg if limits else None),
            seed=seed["diastolic_mmhg"],
            limits=_limits(scene, "diastolic", limits),
            optional=True,
            is_quiet=True,
        ),
        Number(
            name="pulse_per_min",
            label="Pulse",
            hint=f"per min, {limits.pulse_min_per_min}{EN_DASH}{limits.pulse_limit_per_min}" if limits else "per min",
            seed=seed["pulse_per_min"],
            limits=_limits(scene, "pulse", limits),
            optional=True,
            is_quiet=True,
        ),
        Number(
            name="spo2_percent",
            label="SpO₂",
            hint=f"%, from {limits.spo2_min_percent}" if limits and limits.spo2_min_percent else "%, if measured",
            seed=seed["spo2_percent"],
            optional=True,
            is_quiet=True,
        ),
        label="Vitals",
        big=True,
    )


def _hint(unit: str, limit: int | None) -> str:
    return f"{unit}, limit {limit}" if limit else unit


def _limits(scene: Scene, name: str, limits: VitalLimits | None) -> tuple[Limit, ...]:
    if limits is None:
        return ()
    suffix = "per_min" if name == "pulse" else "mmhg"
    upper = getattr(limits, f"{name}_limit_{suffix}")
    lower = getattr(limits, f"{name}_min_{suffix}")
    must, is_wrong = ("below", "not below") if limits.comparator is Comparator.BELOW else ("not-above", "above")
    sees = f"{scene.name_of(scene.plan.prescriber_id)} sees it in their list" if scene.plan else "A prescriber sees it"
    then = f"Record it as measured. {sees}; rest, and measure again after {limits.recheck_after_minutes} min."
    return (
        Limit(must, upper, f"{{value}} is {is_wrong} this plan’s {name} limit of {upper}. {then}"),
        Limit("at-least", lower, f"{{value}} is under this plan’s {name} limit of {lower}. {then}"),
    )


SYMPTOMS = Tick(
    name="symptoms",
    label="Chest pain, breathlessness, severe headache, changed sight or weakness",
)


def _measured(scene: Scene) -> list[Section]:
    taken = TimeOfDay(name="taken_at", label="Taken at", seed=scene.now, hint="24 h, hh:mm")
    session = scene.session()
    is_remote = session is not None and session.way is Way.REMOTE
    source: Field = Hidden(name="source", seed=VitalsSource.OBSERVED)
    if is_remote:
        source = Radio(
            name="source", label="How", options=options_of(VitalsSource), inline=True, missing="Say who measured."
        )
    phase: Field = Hidden(name="phase", seed=phase_in(scene))
    return [section(session_field(scene, kind=SessionKind.DOSING), phase, values_group(scene), SYMPTOMS, taken, source)]


def _extreme(scene: Scene, posted: Posted) -> str:
    pressure = "/".join(value for name in NAMES[:2] if (value := posted.one(name)))
    pulse = posted.one("pulse_per_min")
    return f"Yes, {pressure}{f', pulse {pulse}' if pulse else ''}: it was measured so"


def _known(scene: Scene) -> Sequence[tuple[str, str]]:
    session = scene.session()
    sets = sorted(session.vitals.values(), key=lambda v: v.taken_at) if session else []
    return [(str(v.vitals_id), f"{clock(v.taken_at, scene.zone)}: {grounds.pressure(v)}") for v in sets]


def _correct(scene: Scene) -> list[Section]:
    session = scene.session()
    named = scene.id("vitals_id")
    old = session.vitals.get(named) if session and named else None
    return [
        section(
            session_field(scene, kind=SessionKind.DOSING),
            about_field(scene, "vitals_id", "Set of vitals", _known(scene)),
            values_group(scene, old),
            Tick(name=SYMPTOMS.name, label=SYMPTOMS.label, seed=bool(old and old.symptoms)),
            Area(
                name="reason", label="Reason", hint="Both values stay in sight", missing="Say what was wrong.", rows=2
            ),
        )
    ]


def _was(scene: Scene) -> Sequence[tuple[str, str]]:
    """The old values, beside the new ones."""
    session, named = scene.session(), scene.id("vitals_id")
    old = session.vitals.get(named) if session and named else None
    if old is None:
        return []
    pulse = old.pulse_per_min if old.pulse_per_min is not None else "not measured"
    return [("Recorded", f"{grounds.pressure(old)}, pulse {pulse}"), ("Taken", when(scene, old.taken_at))]


FORMS = (
    Form(
        decision="record_vitals",
        title=lambda scene: f"Vitals {phase_in(scene).value} the {'session' if _is_during(scene) else 'dose'}",
        button="Record vitals",
        sections=_measured,
        recorded="vitals",
        confirm={"confirm_extreme": _extreme},
        grounds=grounds.facts(grounds.plan),
    ),
    Form(
        decision="correct_vitals",
        title="Correct vitals",
        sections=_correct,
        follows="Both values stay in the timeline; no hold is lifted by it.",
        recorded="corrected vitals",
        confirm={"confirm_extreme": _extreme},
        grounds=grounds.facts(_was, grounds.plan),
    ),
)


def _is_during(scene: Scene) -> bool:
    return phase_in(scene) is VitalsPhase.DURING
