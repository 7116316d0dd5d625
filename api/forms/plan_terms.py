"""The fields of a plan's terms, as issuing and amending it show them, and what they start from."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from api.formats import number
from api.forms.fields import Field, Number
from api.forms.form import Body
from api.forms.lists import Choice, Many, Radio, Tick
from api.forms.section import Section, section, side_by_side
from api.forms.times import Day
from api.forms.words import options_of
from api.scene import Scene
from domain.episode.intake.intake import Way
from domain.episode.plan.plan import AfterHold, Comparator, Depth, Divisible, MedicineForm, PlanTerms, Rescue
from domain.instrument import ids, load
from domain.protocol.protocol import Protocol

SEED = "Seed, change it"
TOGETHER = (("terms.booster", "terms.booster.dose_mg"),)


def plan_sections(scene: Scene, known: PlanTerms | None) -> list[Section]:
    """All terms, starting from a plan's or from the protocol's seeds."""
    seeds = known.model_dump() if known else seeds_of(scene)
    hint = "" if known else SEED
    build = _Build(seeds, hint)
    return [_dose(scene, build), _sessions(scene, build), _limits(build), _day(build), _review(scene, build)]


def protocol_in(scene: Scene) -> Protocol:
    """The protocol a new plan would be issued under: the one named, else the newest version of the episode's."""
    wanted = scene.about.get("protocol_id") or scene.protocol.protocol_id
    return scene.network.newest_of(wanted) or scene.protocol


def seeds_of(scene: Scene) -> dict[str, Any]:
    """What the protocol proposes; dose and maximum it leaves to the prescriber."""
    protocol = protocol_in(scene)
    seed = protocol.plan_seed
    proposed = seed.model_dump(exclude={"source", "mark", "tablet_strengths_mg", "divisible", "medicine_form"})
    window = {"from_minutes": seed.booster_from_minutes, "until_minutes": seed.booster_until_minutes, "dose_mg": 0}
    tablets = {
        "strength_mg": max(seed.tablet_strengths_mg, default=None),
        "divisible": seed.divisible,
        "form": seed.medicine_form,
    }
    instruments = [required.instrument for required in protocol.instruments]
    review_by = scene.today + timedelta(days=seed.review_after_days)
    return {**proposed, "booster": window, "tablets": tablets, "instruments": instruments, "review_by": review_by}


class _Build:
    """Fields with their seeds, by the term's name."""

    def __init__(self, seeds: dict[str, Any], hint: str) -> None:
        self.seeds, self.hint = seeds, hint

    def seed(self, term: str) -> Any:
        value: Any = self.seeds
        for part in term.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def number(self, term: str, label: str, unit: str = "", hint: str = "", **more: Any) -> Field:
        seed = self.seed(term)
        said = hint or (self.hint if seed is not None else "")
        return Number(name=f"terms.{term}", label=label, unit=unit, seed=seed, hint=said, **more)


def _dose(scene: Scene, build: _Build) -> Section:
    is_first = not scene.episode.plans
    strengths = sorted({*protocol_in(scene).plan_seed.tablet_strengths_mg, *_strength(build)})
    return section(
        side_by_side(
            build.number("next_dose_mg", "First dose" if is_first else "Next dose", "mg", whole=False),
            build.number("maximum_mg", "Most per session", "mg", whole=False, hint="Booster included"),
            build.number("booster.dose_mg", "Booster", "mg", whole=False, hint="0 for none", optional=True),
            label="Dose",
        ),
        side_by_side(
            build.number("booster.from_minutes", "Booster from", "min", hint="After the first part"),
            build.number("booster.until_minutes", "Booster until", "min", hint="After the first part"),
            label="Booster",
        ),
        side_by_side(
            Choice(
                name="terms.tablets.strength_mg",
                label="Strength",
                options=[(number(mg), f"{number(mg)} mg") for mg in strengths],
                seed=build.seed("tablets.strength_mg"),
            ),
            Choice(
                name="terms.tablets.divisible",
                label="Divisible",
                options=options_of(Divisible),
                seed=build.seed("tablets.divisible"),
            ),
            Choice(
                name="terms.tablets.form",
                label="Form",
                options=options_of(MedicineForm),
                seed=build.seed("tablets.form") or MedicineForm.TABLET,
            ),
            label="Tablets",
        ),
        heading="Dose",
    )


def _strength(build: _Build) -> Sequence[Decimal]:
    seed = build.seed("tablets.strength_mg")
    return [seed] if seed is not None else []


def _sessions(scene: Scene, build: _Build) -> Section:
    self_guided = Tick(name="terms.self_guided", label="Sessions may be self-guided", seed=build.seed("self_guided"))
    return section(
        side_by_side(
            build.number("sessions_authorised", "Sessions"),
            build.number("usual_days", "Usually every", "days"),
            build.number("minimum_interval_days", "At least every", "days"),
            label="Sessions",
        ),
        Many(
            name="terms.ways",
            label="Way",
            options=options_of(Way),
            seed=build.seed("ways"),
            optional=False,
            missing="Say how sessions may take place.",
        ),
        Choice(name="terms.depth", label="Depth", options=options_of(Depth), seed=build.seed("depth")),
        self_guided if scene.protocol.self_guided_allowed else None,
        heading="Sessions",
    )


def _limits(build: _Build) -> Section:
    limit = "vital_limits"
    return section(
        side_by_side(
            build.number(f"{limit}.systolic_limit_mmhg", "Systolic up to", "mmHg"),
            build.number(f"{limit}.diastolic_limit_mmhg", "Diastolic up to", "mmHg"),
            build.number(f"{limit}.pulse_limit_per_min", "Pulse up to", "/min"),
            label="Upper limits",
        ),
        Radio(
            name="terms.vital_limits.comparator",
            label="A value must be",
            options=options_of(Comparator),
            seed=build.seed("vital_limits.comparator"),
            inline=True,
        ),
        side_by_side(
            build.number(f"{limit}.systolic_min_mmhg", "Systolic from", "mmHg"),
            build.number(f"{limit}.diastolic_min_mmhg", "Diastolic from", "mmHg"),
            build.number(f"{limit}.pulse_min_per_min", "Pulse from", "/min"),
            label="Lower limits",
        ),
        side_by_side(
            build.number(f"{limit}.recheck_after_minutes", "Recheck after", "min"),
            build.number(f"{limit}.rechecks_allowed", "Rechecks"),
            build.number(f"{limit}.spo2_min_percent", "SpO₂ from", "%", optional=True, hint="Empty: not asked for"),
            label="Rechecks",
        ),
        heading="Vital limits for this patient",
    )


def _day(build: _Build) -> Section:
    return section(
        side_by_side(
            build.number("food_minutes", "No food for", "min"),
            build.number("fluid_minutes", "No fluid for", "min"),
            build.number("hold_minutes", "Hold the tablet", "min"),
            label="Fasting and hold",
        ),
        Radio(
            name="terms.after_hold",
            label="After the hold",
            options=options_of(AfterHold),
            seed=build.seed("after_hold"),
            inline=True,
        ),
        side_by_side(build.number("observation_minutes", "Watched for", "min", hint="After the last part")),
        Many(
            name="terms.rescue_medicines",
            label="Rescue medicines",
            options=options_of(Rescue),
            seed=build.seed("rescue_medicines"),
        ),
        heading="On the day",
    )


def _review(scene: Scene, build: _Build) -> Section:
    return section(
        Many(
            name="terms.instruments",
            label="Measures",
            options=[(name, load(name).title) for name in ids()],
            columns=True,
            seed=build.seed("instruments"),
        ),
        Day(
            name="terms.review_by",
            label="Review by",
            hint=f"The plan ends on this day.{' ' + SEED if build.hint else ''}",
            seed=build.seed("review_by"),
            missing="Say when you will review this plan.",
        ),
        Day(name="terms.valid_until", label="Valid until", optional=True, hint="Empty: until the review",
            seed=build.seed("valid_until")),
        heading="Review",
    )  # fmt: skip


def without_booster_of_nothing(body: Body) -> Body:
    """0 mg means that there is none."""
    terms = body.get("terms", {})
    booster = terms.get("booster")
    if booster and _is_nothing(booster.get("dose_mg")):
        del terms["booster"]
    return body


def _is_nothing(amount: Any) -> bool:
    return amount is None or Decimal(str(amount)) == 0
