"""Forms of the care team and of handing over."""

from api.forms import grounds
from api.forms.about import person_field
from api.forms.fields import Area
from api.forms.form import Form
from api.forms.lists import Choice
from api.forms.section import Section, section
from api.forms.times import Moment
from api.scene import Scene
from domain.actor import Role

ROLES = (Role.PRESCRIBER, Role.THERAPIST, Role.COORDINATOR)


def _assign(scene: Scene) -> list[Section]:
    missing = next((r for r in ROLES[:2] if not scene.episode.members_at(scene.now, r)), None)
    roles = [(role.value, role.value.capitalize()) for role in ROLES]
    return [
        section(
            Choice(name="role", label="Role", options=roles, seed=scene.about.get("role") or missing),
            person_field(scene, "clinician_id", "Person", *ROLES, hint="Sees the episode from then on"),
            Moment(name="from_at", label="From", seed=scene.now),
            Moment(name="until_at", label="Until", optional=True, hint="For covering somebody; empty: until removed"),
            Area(name="reason", label="Reason", optional=True, rows=2),
        )
    ]


def _remove(scene: Scene) -> list[Section]:
    on_team = scene.episode.members_at(scene.now)
    people = [(str(m.clinician_id), f"{scene.name_of(m.clinician_id)}, {m.role.value}") for m in on_team]
    return [
        section(
            Choice(name="clinician_id", label="Person", options=people, seed=scene.about.get("clinician_id")),
            Choice(
                name="role",
                label="As",
                options=[(role.value, role.value.capitalize()) for role in dict.fromkeys(m.role for m in on_team)],
                seed=scene.about.get("role"),
            ),
            Moment(name="until_at", label="From when", seed=scene.now, hint="Their access ends with it"),
            Area(name="reason", label="Reason", optional=True, rows=2),
        )
    ]


def _cover(scene: Scene) -> list[Section]:
    on_team = [m for m in scene.episode.members_at(scene.now) if m.covers_for is None]
    people = [(str(m.clinician_id), f"{scene.name_of(m.clinician_id)}, {m.role.value}") for m in on_team]
    return [
        section(
            Choice(name="for_id", label="Covers for", options=people, seed=scene.about.get("for_id")),
            person_field(scene, "clinician_id", "Colleague", *ROLES, hint="Of the same profession"),
            Moment(name="from_at", label="From", seed=scene.now),
            Moment(name="until_at", label="Until", missing="Say until when."),
            Area(name="reason", label="Reason", rows=2, missing="Say why."),
        )
    ]


def _hand_over_follows(scene: Scene) -> str:
    if scene.plan is None:
        return "You are the responsible prescriber from now on."
    return f"You are the responsible prescriber from now on. Plan {scene.plan.number} stays in its prescriber's name."


FORMS = (
    Form(
        decision="assign_care_team_member",
        title="Assign care team",
        button="Assign",
        sections=_assign,
        follows="They see this episode and find it in their list.",
        recorded="care team",
        grounds=grounds.care_team,
    ),
    Form(
        decision="remove_care_team_member",
        title="Remove from the care team",
        button="Remove",
        sections=_remove,
        follows="Their access ends; what they recorded stays.",
        recorded="care team",
        grounds=grounds.care_team,
    ),
    Form(
        decision="arrange_cover",
        title="Arrange cover",
        sections=_cover,
        follows="They see this episode until then, and what waits for the other waits for them.",
        recorded="cover",
        grounds=grounds.care_team,
    ),
    Form(
        decision="take_patient_from_pool",
        title="Take this patient",
        sections=lambda scene: [],
        follows="You become this patient's prescriber.",
        recorded="you took this patient",
        grounds=grounds.facts(grounds.care_team, grounds.intake, grounds.eligibility),
    ),
    Form(
        decision="accept_hand_over",
        title="Accept the hand-over",
        sections=lambda scene: [],
        follows=_hand_over_follows,
        recorded="hand-over",
        grounds=grounds.facts(grounds.care_team, grounds.plan, grounds.doses, grounds.holds, grounds.adverse_events),
    ),
)
