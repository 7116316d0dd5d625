"""Forms of clearing and recording a dose, in milligrams and in tablets."""

from collections.abc import Sequence
from decimal import Decimal

from api.formats import clock, counted, dose, number
from api.forms import grounds
from api.forms.about import about_field, session_field, when
from api.forms.fields import Area, Field, Hidden, Number, Text
from api.forms.form import Form
from api.forms.lists import Option, Rows, Tick, YesNo
from api.forms.plan import repeated
from api.forms.section import Section, section, side_by_side
from api.forms.times import Moment, TimeOfDay
from api.forms.words import in_words
from api.scene import Scene
from api.standing_go import standing_go
from domain.episode.dosing.next_part import next_part, offered_mg
from domain.episode.plan.plan import AfterHold, MedicineForm, PlanTerms
from domain.episode.session.session import Dose, DosePart, Session, SessionKind


def part_in(scene: Scene) -> DosePart:
    """What was cleared, else what comes next."""
    session = scene.session()
    if session is None or scene.plan is None:
        return DosePart.FIRST
    if session.clearance is not None and cleared_mg(scene, session) > 0:
        return session.clearance.part
    return next_part(session, scene.plan.terms)


def expected_mg(scene: Scene) -> Decimal | None:
    """What is to be taken next: what was cleared and not yet taken, else what the plan offers."""
    session = scene.session()
    if session is None or scene.plan is None:
        return None
    left = cleared_mg(scene, session)
    return left if left > 0 else offered_mg(session, scene.plan.terms)


def cleared_mg(scene: Scene, session: Session) -> Decimal:
    """What was cleared and not yet taken; nothing where the go has lapsed or later findings say no."""
    go = standing_go(scene, session)
    return go.total_mg - session.total_mg if go is not None else Decimal(0)


def in_tablets(amount: Decimal, terms: PlanTerms) -> str:
    """`1 tablet of 100 mg`, `1.5 tablets of 100 mg`, `2 devices of 28 mg`."""
    count = amount / terms.tablets.strength_mg
    return f"{number(count)} {terms.tablets.form.piece}{'' if count == 1 else 's'} of {dose(terms.tablets.strength_mg)}"


def pieces_word(scene: Scene) -> str:
    """`Tablets`, or what else the plan counts in."""
    form = scene.plan.terms.tablets.form if scene.plan else MedicineForm.TABLET
    return f"{form.piece.capitalize()}s"


def tablet_rows(scene: Scene, amount: Decimal | None) -> Rows:
    """Tablets by strength; the amount has to agree with them."""
    terms = scene.plan.terms if scene.plan else None
    strength = terms.tablets.strength_mg if terms else None
    counted_out = amount / strength if amount and strength else None
    seed = (
        ({"count": counted_out, "strength_mg": strength},) if counted_out and counted_out % Decimal("0.25") == 0 else ()
    )
    word = pieces_word(scene)
    row: tuple[Field, ...] = (
        Number(name="count", label=word, whole=False, hint="Halves as 0.5" if word == "Tablets" else ""),
        Number(name="strength_mg", label="of", unit="mg", whole=False, seed=strength),
    )
    return Rows(
        name="tablets",
        label=f"In {word.lower()}",
        fields=row,
        seed=seed,
        row_label=word,
        more_label="Another strength",
    )


def clear_sections(scene: Scene) -> list[Section]:
    """The amount the plan offers next; a lower one is always allowed."""
    part, amount = part_in(scene), expected_mg(scene)
    asked = Tick(name="patient_was_asked", label="The patient was asked, answered, and wants it")
    return [
        section(
            session_field(scene, kind=SessionKind.DOSING),
            Hidden(name="part", seed=part),
            Hidden(name="plan_version", seed=scene.plan.version if scene.plan else 0),
            Hidden(name="plan_id", seed=scene.plan.plan_id if scene.plan else None),
            side_by_side(
                Number(name="dose_mg", label="Dose", unit="mg", whole=False, seed=amount, missing="Write the dose.")
            ),
            tablet_rows(scene, amount),
            asked if part is not DosePart.FIRST else None,
        )
    ]


def taken_sections(scene: Scene) -> list[Section]:
    """What was taken, cleared or not."""
    amount = expected_mg(scene)
    after = scene.plan.terms.after_hold if scene.plan else None
    held = scene.plan.terms.hold_minutes if scene.plan else None
    return [
        section(
            session_field(scene, kind=SessionKind.DOSING),
            Hidden(name="part", seed=part_in(scene)),
            side_by_side(
                Number(
                    name="amount_mg",
                    label="Taken",
                    unit="mg",
                    whole=False,
                    seed=amount,
                    missing="Write what was taken.",
                ),
                TimeOfDay(name="taken_at", label="At", seed=scene.now, hint="24 h, hh:mm"),
                _held(held) if after is not AfterHold.NOTHING else None,
                label="Dose",
            ),
            tablet_rows(scene, amount),
            *_after_hold(after),
            Text(name="lot", label="Lot on the pack", width="short", optional=True, is_quiet=True),
        )
    ]


def _held(minutes: int | None) -> Number:
    hint = f"Plan: {minutes} min" if minutes is not None else ""
    return Number(name="held_minutes", label="Held", unit="min", optional=True, hint=hint)


def _after_hold(after: AfterHold | None) -> list[Field]:
    """A device for the nose is held nowhere, and nothing of it is spat out."""
    if after is AfterHold.NOTHING:
        return [Hidden(name="held_minutes", seed=0), Hidden(name="swallowed", seed=False)]
    asked = YesNo(
        name="swallowed",
        label="After the hold",
        yes="Swallowed",
        no="Spat out",
        seed=None if after is None else after is AfterHold.SWALLOW,
        hint=f"Plan: {in_words(after)}" if after else "",
    )
    return [asked]


def _doses_of(session: Session | None, scene: Scene) -> list[Option]:
    taken = sorted(session.doses.values(), key=lambda d: d.taken_at) if session else []
    return [(str(d.dose_id), f"{clock(d.taken_at, scene.zone)}: {dose(d.amount_mg)}") for d in taken]


def _old(scene: Scene) -> Dose | None:
    session, named = scene.session(), scene.id("dose_id")
    return session.doses.get(named) if session and named else None


def _correct(scene: Scene) -> list[Section]:
    old = _old(scene)
    return [
        section(
            session_field(scene, kind=SessionKind.DOSING),
            about_field(scene, "dose_id", "Dose", _doses_of(scene.session(), scene)),
            side_by_side(
                Number(name="amount_mg", label="Taken", unit="mg", whole=False, seed=old.amount_mg if old else None)
            ),
            Moment(name="taken_at", label="Taken on", seed=old.taken_at if old else None, optional=True),
            Area(
                name="reason", label="Reason", hint="Both values stay in sight", missing="Say what was wrong.", rows=2
            ),
        )
    ]


def _was(scene: Scene) -> Sequence[tuple[str, str]]:
    old = _old(scene)
    return [("Recorded", f"{dose(old.amount_mg)}, {when(scene, old.taken_at)}")] if old else []


def _event(scene: Scene, label: str) -> list[Section]:
    return [
        section(
            session_field(scene, kind=SessionKind.DOSING),
            TimeOfDay(name="at", label=label, seed=scene.now, hint="24 h, hh:mm"),
        )
    ]


def _clear_title(scene: Scene) -> str:
    words = {DosePart.FIRST: "the dose", DosePart.SECOND: "the second part", DosePart.BOOSTER: "the booster"}
    return f"Clear {words[part_in(scene)]}"


def _valid(scene: Scene) -> str:
    numbers = scene.protocol.numbers
    valid = numbers.vitals_valid_minutes if part_in(scene) is DosePart.FIRST else numbers.booster_vitals_minutes
    minutes = valid.value
    return f"Holds for {counted(minutes, 'minute')} after the vitals."


FORMS = (
    Form(
        decision="clear_to_dose",
        title=_clear_title,
        button="Clear",
        sections=clear_sections,
        follows=_valid,
        recorded="clearance of the dose",
        watches_plan=True,
        confirm={"confirm_dose": repeated("dose_mg")},
        grounds=grounds.facts(grounds.plan, grounds.doses),
    ),
    Form(
        decision="record_dose",
        title="Record a dose",
        sections=taken_sections,
        follows="What was taken is always recorded, cleared or not.",
        recorded="dose",
        confirm={
            "tablets_not_counted": lambda scene, posted: "Nobody counted the tablets",
            "is_another": lambda scene, posted: "One more was taken",
        },
        grounds=grounds.facts(grounds.plan, grounds.doses),
    ),
    Form(
        decision="correct_dose",
        title="Correct a dose",
        sections=_correct,
        follows="Both values stay in the timeline; no hold is lifted by it.",
        recorded="corrected dose",
        grounds=grounds.facts(_was, grounds.plan),
    ),
    Form(
        decision="record_swallowing",
        title="The patient swallowed the dose",
        button="Record swallowing",
        sections=lambda scene: _event(scene, "Swallowed at"),
        follows="The patient is watched longer, and no booster is given.",
        recorded="swallowing",
    ),
    Form(
        decision="record_vomiting",
        title="The patient vomited",
        button="Record vomiting",
        sections=lambda scene: _event(scene, "Vomited at"),
        follows="No more is given today.",
        recorded="vomiting",
    ),
)
