"""The side column of the episode page: the plan in force, the care team, what is due."""

from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup

from api import formats
from api.episode_view.gates_shown import whose_move
from api.list_view.next_links import BY_NAME
from api.scene import Scene
from domain.actor import Role
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.gates.doses import sessions_left, sessions_used
from domain.episode.plan.plan import Comparator, Plan, PlanStatus
from projections.coordination import in_words as without_content

Fact = tuple[str, str]
TAGS = {
    PlanStatus.IN_FORCE: ("open", "In force"),
    PlanStatus.SUSPENDED: ("attention", "Suspended"),
    PlanStatus.ENDED: ("neutral", "Ended"),
}
MOST_DUE = 6


class PlanShown(NamedTuple):
    heading: str
    tag: tuple[str, str]
    facts: list[Fact]
    earlier: list[tuple[str, str]]


def plan_shown(scene: Scene) -> PlanShown | None:
    """The latest plan; earlier ones by name, never merged."""
    plan = scene.plan
    if plan is None:
        return None
    others = sorted((p for p in scene.episode.plans.values() if p.plan_id != plan.plan_id), key=lambda p: -p.number)
    earlier = [(f"{scene.href}?only=decisions#timeline", f"Plan {one.number}") for one in others]
    return PlanShown(f"Plan {plan.number}", _plan_tag(plan, scene), _plan_facts(plan, scene), earlier)


def _plan_tag(plan: Plan, scene: Scene) -> tuple[str, str]:
    if scene.episode.closed_at is not None:
        return TAGS[PlanStatus.ENDED]
    if plan.status is PlanStatus.IN_FORCE and plan.expires_on < scene.today:
        return "attention", "Expired"
    return TAGS[plan.status]


def _plan_facts(plan: Plan, scene: Scene) -> list[Fact]:
    terms, limits = plan.terms, plan.terms.vital_limits
    used, left = sessions_used(scene.episode, plan), sessions_left(scene.episode, plan)
    booster = f", booster {formats.dose(terms.booster.dose_mg)}" if terms.booster else ", no booster"
    word = "below" if limits.comparator is Comparator.BELOW else "not above"
    sessions = Markup('<a href="{}?only=sessions#timeline">{} of {} used</a>, {} left').format(
        scene.href, used, terms.sessions_authorised, left
    )
    return [
        ("Dose", f"{formats.dose(terms.next_dose_mg)} next, {formats.dose(terms.maximum_mg)} at most{booster}"),
        ("Tablets", f"{formats.dose(terms.tablets.strength_mg)}, {terms.tablets.divisible.value}"),
        ("Sessions", sessions),
        ("Every", f"{formats.counted(terms.usual_days, 'day')}, never under {terms.minimum_interval_days}"),
        (
            "Vital limits",
            f"{word} {formats.blood_pressure(limits.systolic_limit_mmhg, limits.diastolic_limit_mmhg)}, "
            f"pulse {formats.score_range(limits.pulse_min_per_min, limits.pulse_limit_per_min)}",
        ),
        ("Fasting", f"food {_hours(terms.food_minutes)}, fluid {_hours(terms.fluid_minutes)}"),
        (
            "Hold",
            f"{terms.hold_minutes} min, then {terms.after_hold.value}{' out' if terms.after_hold == 'spit' else ''}",
        ),
        ("Prescriber", scene.name_of(plan.prescriber_id)),
        ("Review by", formats.full_date(terms.review_by)),
    ]


def _hours(minutes: int) -> str:
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def team_shown(scene: Scene) -> list[Fact]:
    """Who is on the team now, role by role."""
    members = scene.episode.members_at(scene.now)
    return [(member.role.value.capitalize(), _full_name(scene, member.clinician_id)) for member in members]


def _full_name(scene: Scene, clinician_id: object) -> str:
    colleague = next((c for c in scene.colleagues.values() if c.clinician_id == clinician_id), None)
    return colleague.name if colleague else "somebody who has left"


class DueShown(NamedTuple):
    """When, what, and whose move it is; coordination is not told why. `done` says by whom and when it was done."""

    when: str
    what: str
    is_overdue: bool
    done: str = ""
    mark_href: str = ""
    """Where a mark settles it, the form for it."""


def due_shown(scene: Scene) -> list[DueShown]:
    """What is owed: safety first, then by day, then what has none; last what somebody has done."""
    found = obligations(scene.episode, now=scene.now, protocol=scene.protocol, network=scene.network)
    in_order = sorted(found, key=lambda one: (not one.is_safety, one.day(scene.network.zone) or date.max))
    open_still = [one for one in in_order if one.done is None]
    done = [one for one in in_order if one.done is not None]
    return [_due(one, scene) for one in (*open_still[:MOST_DUE], *done)]


def _due(one: Obligation, scene: Scene) -> DueShown:
    on = one.day(scene.network.zone)
    is_over = one.is_overdue(scene.now, scene.network.zone)
    when = formats.list_date(on, scene.today) if on else "Next"
    if on == scene.today:
        when = "Today"
    role = one.with_role or Role.PRESCRIBER
    move = f"with {scene.name_of(one.with_id)}" if one.with_id else whose_move(scene, role)
    if one.with_id == scene.by.actor_id:
        move = "with you"
    late = f", {formats.days_due(on, scene.today)}" if is_over and on else ""
    what = one.what if scene.shows_clinical else without_content(one)[0]
    if one.done is not None:
        return DueShown(when, what, False, f"done by {scene.name_of(one.done.by)} {_moment(one.done.at, scene)}")
    may_mark = one.may_be_marked and scene.by.has(*BY_NAME["mark_done"].by)
    mark_href = f"{scene.href}/mark-done?{urlencode({'key': one.key})}" if may_mark else ""
    return DueShown(when, f"{what}{late} · {move}", is_over, mark_href=mark_href)


def _moment(at: datetime, scene: Scene) -> str:
    return formats.list_moment(at, scene.zone, scene.now)
