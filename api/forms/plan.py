"""Forms of plans and prescriptions."""

from collections.abc import Callable

from api.formats import full_date, number
from api.forms import grounds
from api.forms.about import happened_earlier
from api.forms.fields import Area, Hidden, Number, Text
from api.forms.form import Form
from api.forms.lists import Choice
from api.forms.plan_terms import TOGETHER, plan_sections, protocol_in, without_booster_of_nothing
from api.forms.posted import Posted
from api.forms.prescription import checks
from api.forms.section import Section, section, side_by_side
from api.forms.times import Day
from api.forms.words import options_of
from api.scene import Scene
from domain.actor import Role
from domain.days import months_after
from domain.episode.plan.plan import Plan, PlanStatus
from domain.episode.plan.suspend_plan import SuspendedBecause

WHOLE_CASE = grounds.facts(
    grounds.eligibility,
    grounds.scores,
    grounds.doses,
    grounds.highest_pressure,
    grounds.adverse_events,
    grounds.contraindications,
    grounds.weight,
    grounds.notes_missing,
)


def plan_title(words: str) -> Callable[[Scene], str]:
    """A title with the number of the plan in question: `Amend plan 2`."""
    return lambda scene: words.format(number=scene.plan.number if scene.plan else 1)


def _next_title(scene: Scene) -> str:
    return f"Issue plan {len(scene.episode.plans) + 1}"


def _issue_follows(scene: Scene) -> str:
    ends = f"Plan {scene.plan.number} ends. " if scene.plan and scene.plan.status is not PlanStatus.ENDED else ""
    therapists = scene.episode.members_at(scene.now, Role.THERAPIST)
    seen_by = scene.name_of(therapists[0].clinician_id) if therapists else "The therapist"
    return f"{ends}{seen_by} sees it in their list."


def _ids(plan: Plan | None) -> list[Hidden]:
    if plan is None:
        return []
    return [Hidden(name="plan_id", seed=plan.plan_id)]


def _versioned(plan: Plan | None) -> list[Hidden]:
    return [*_ids(plan), Hidden(name="plan_version", seed=plan.version)] if plan else []


def _reason(missing: str = "Say why.") -> Area:
    return Area(name="reason", label="Reason", hint="The care team reads this", missing=missing, rows=2)


def _issue(scene: Scene) -> list[Section]:
    """Starting from the plan before, where that one was issued under the same protocol."""
    under = protocol_in(scene)
    known = scene.plan.terms if scene.plan and scene.plan.protocol_id in ("", under.protocol_id) else None
    return [section(Hidden(name="protocol_id", seed=under.protocol_id)), *plan_sections(scene, known)]


def _protocols(scene: Scene) -> list[tuple[str, str, bool]]:
    """The protocols a plan can be issued under, where the network adopted several."""
    adopted = sorted({protocol_id for protocol_id, _ in scene.network.adoptions})
    if len(adopted) < 2:
        return []
    now = protocol_in(scene).protocol_id
    found = [(one, scene.network.newest_of(one)) for one in adopted]
    return [(f"protocol_id={one}", under.title, one == now) for one, under in found if under is not None]


def _amend(scene: Scene) -> list[Section]:
    terms = scene.plan.terms if scene.plan else None
    return [
        section(*_versioned(scene.plan)),
        *plan_sections(scene, terms),
        section(_reason(), heading="What changes and why"),
    ]


def _next_dose(scene: Scene) -> list[Section]:
    seed = scene.plan.terms.next_dose_mg if scene.plan else None
    most = f"At most {number(scene.plan.terms.maximum_mg)} mg in a session" if scene.plan else ""
    dose = Number(name="next_dose_mg", label="Next dose", unit="mg", whole=False, seed=seed, hint=most)
    return [section(*_versioned(scene.plan), side_by_side(dose), _reason())]


def _suspend(scene: Scene) -> list[Section]:
    because = Choice(name="because", label="Because of", options=options_of(SuspendedBecause))
    return [section(*_ids(scene.plan), because, _reason()), happened_earlier("Since when")]


def repeated(field: str) -> Callable[[Scene, Posted], str]:
    """`Yes, 200 mg for Ana Whitfield, born 11 Mar 1984`: the second question repeats dose, name and birth date."""
    return lambda scene, posted: f"Yes, {posted.one(field)} mg for {scene.patient}"


def _prescription(scene: Scene) -> list[Section]:
    numbers = scene.protocol.numbers
    strength = scene.plan.terms.tablets.strength_mg if scene.plan else None
    latest = months_after(scene.today, numbers.prescription_months.value)
    return [
        section(
            Text(name="reference", label="Reference", hint="As the system that wrote it names it", width="medium"),
            side_by_side(
                Number(name="strength_mg", label="Strength", unit="mg", whole=False, seed=strength),
                Number(name="quantity", label="Quantity", unit="tablets"),
                Number(name="refills", label="Refills", seed=0, hint=f"At most {numbers.prescription_refills.value}"),
                label="Medicine",
            ),
            Day(name="issued_on", label="Issued on", seed=scene.today),
            Day(name="expires_on", label="Expires on", seed=latest, hint=f"At the latest {full_date(latest)}"),
        )
    ]


FORMS = (
    Form(
        decision="issue_plan",
        title=_next_title,
        sections=_issue,
        variants=_protocols,
        follows=_issue_follows,
        recorded="plan",
        watches_plan=True,
        together=TOGETHER,
        shape=without_booster_of_nothing,
        confirm={"confirm_step": repeated("terms.next_dose_mg")},
        grounds=WHOLE_CASE,
    ),
    Form(
        decision="amend_plan",
        title=plan_title("Amend plan {number}"),
        sections=_amend,
        follows="What was done under the old terms stays as it was.",
        recorded="amendment of the plan",
        watches_plan=True,
        together=TOGETHER,
        shape=without_booster_of_nothing,
        confirm={"confirm_step": repeated("terms.next_dose_mg")},
        grounds=WHOLE_CASE,
    ),
    Form(
        decision="set_next_dose",
        title="Set the next dose",
        sections=_next_dose,
        follows="The therapist clears this dose or a lower one.",
        recorded="next dose",
        watches_plan=True,
        confirm={"confirm_step": repeated("next_dose_mg")},
        grounds=WHOLE_CASE,
    ),
    Form(
        decision="suspend_plan",
        title=plan_title("Suspend plan {number}"),
        sections=_suspend,
        follows="No dose is given until it is resumed.",
        recorded="plan suspended",
        watches_plan=True,
        grounds=grounds.facts(grounds.plan, grounds.doses, grounds.adverse_events),
    ),
    Form(
        decision="resume_plan",
        title=plan_title("Resume plan {number}"),
        sections=lambda scene: [section(*_ids(scene.plan), _reason()), happened_earlier("Since when")],
        follows="Doses may be cleared again when all gates are open.",
        recorded="plan resumed",
        watches_plan=True,
        grounds=WHOLE_CASE,
    ),
    Form(
        decision="record_prescription",
        title="Record a prescription",
        sections=_prescription,
        follows="Only its reference is kept; nothing is sent to a pharmacy.",
        recorded="prescription",
        grounds=grounds.facts(grounds.plan, checks),
    ),
)
