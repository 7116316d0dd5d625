"""Who may do what with an episode: how a person stands to it, and what that permits. Everything else is denied."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.actor import Actor, Role
from domain.episode.episode import Episode
from domain.episode.team.team import TeamMember
from domain.sensitivity import Sensitivity

READ = "read"
ANSWER = "answer_check_in_link"
OPENINGS = frozenset({"refer", "import_history"})
"""Decisions that begin an episode: nobody stands in any relation to it yet."""
TAKE_ACCESS = "take_access"
"""What whoever is on call does before they see anything."""
POOL_DECISIONS = frozenset(
    {"take_patient_from_pool", "assign_care_team_member", "report_adverse_event", "place_hold", TAKE_ACCESS}
)
"""What a prescriber may do for a patient whom no prescriber has taken yet; everything else begins with taking them."""
CARES = (Role.THERAPIST, Role.PRESCRIBER)
"""In which roles a place on the care team opens the record; a coordinator's place opens nothing beyond coordination."""


class Relation(StrEnum):
    """How a person stands to an episode. Covering somebody is being on the team until a time."""

    NONE = "none"
    TEAM = "team"
    POOL = "referral_pool"
    ON_CALL = "on_call"
    """Called from outside the team, and has said why: sees the episode for a day."""
    CALLED = "called"
    """Called from outside the team, and has not said why yet: sees nothing."""
    ASKED = "asked_to_confirm"
    """Named as the second prescriber of an override: reads what it passes over, and confirms it or does not."""
    COORDINATION = "coordination"
    COMPLIANCE = "compliance"
    SYSTEM = "system"
    CHECK_IN_LINK = "check_in_link"
    """The patient, through one link that is open: it answers its one question and reads nothing else."""


SENSITIVITIES = frozenset(Sensitivity)
SUBSTANCE_USE_AUDIT = "substance_use_audit"
"""The purpose of reading that opens records of substance use to whoever audits them (42 CFR 2.53)."""
READ_SUBSCRIBERS = "read_subscribers"
READ_DISCLOSURES = "read_disclosures"
READ_SIGN_INS = "read_sign_ins"
READ_ERASURES = "read_erasures"
OF_THE_NETWORK = {
    READ_SUBSCRIBERS: frozenset({Role.COORDINATOR, Role.COMPLIANCE}),
    READ_DISCLOSURES: frozenset({Role.COMPLIANCE}),
    READ_SIGN_INS: frozenset({Role.COMPLIANCE}),
    READ_ERASURES: frozenset({Role.COMPLIANCE}),
}
"""What is looked at in a network as a whole, beside its episodes. Who decides something stands with the decision."""


def permits_in_network(subject: Actor, action: str) -> bool:
    """Whether the person may look at that in their own network; everything that is not listed is denied."""
    return subject.has(*OF_THE_NETWORK.get(action, ()))


def relation_of(actor: Actor, episode: Episode, now: datetime, *, called: Collection[UUID] = ()) -> Relation:
    """The closest relation the person has to the episode at that moment; none across networks.

    `called`: who may be called from outside care teams at that moment.
    """
    if episode.network_id not in (None, actor.network_id):
        return Relation.NONE
    if Role.SYSTEM in actor.roles:
        return Relation.SYSTEM
    if Role.PATIENT in actor.roles:
        return Relation.CHECK_IN_LINK if episode.may_answer(actor.actor_id, now) else Relation.NONE
    if any(_cares(actor, member) and member.is_on_team_at(now) for member in episode.team):
        return Relation.TEAM
    if episode.referred_at is None and not episode.is_imported:
        return Relation.NONE
    has_prescriber = any(member.role is Role.PRESCRIBER and member.is_on_team_at(now) for member in episode.team)
    if actor.has(Role.PRESCRIBER) and _has_said_why(actor, episode, now):
        return Relation.ON_CALL
    if actor.has(Role.PRESCRIBER) and _is_asked_to_confirm(actor, episode, now):
        return Relation.ASKED
    if actor.has(Role.PRESCRIBER) and not has_prescriber and not episode.is_imported:
        return Relation.POOL
    if actor.has(Role.PRESCRIBER) and actor.actor_id in called:
        return Relation.CALLED
    if actor.has(Role.COORDINATOR):
        return Relation.COORDINATION
    if actor.has(Role.COMPLIANCE):
        return Relation.COMPLIANCE
    return Relation.NONE


def acting(actor: Actor, relation: Relation) -> Actor:
    """The person in the roles they have here: who coordinates an episode acts as coordinator, licensed or not."""
    return actor._replace(roles=actor.roles & {Role.COORDINATOR}) if relation is Relation.COORDINATION else actor


def _cares(actor: Actor, member: TeamMember) -> bool:
    """Whether the place on the team is the person's own, in a role of theirs that opens the record."""
    return member.clinician_id == actor.actor_id and member.role in CARES and member.role in actor.roles


def _has_said_why(actor: Actor, episode: Episode, now: datetime) -> bool:
    """Whether access that the person took is still in force; it outlasts the duty, so that a night is not cut short."""
    return any(one.clinician_id == actor.actor_id and one.is_in_force_at(now) for one in episode.accesses)


def _is_asked_to_confirm(actor: Actor, episode: Episode, now: datetime) -> bool:
    """Whether an override waits for this person's signature, or was signed by them, and has not run out."""
    asked = (o for o in episode.overrides.values() if o.waits_for_second and now < o.expires_at)
    return any(actor.actor_id in (override.second_id, override.confirmed_by) for override in asked)


def permits(
    subject: Actor,
    action: str,
    relation: Relation,
    sensitivity: str = Sensitivity.STANDARD,
    consent: bool = False,
    purpose: str | None = None,
) -> bool:
    """Whether the person may read, or take the decision of that name; which role may decide is asked later (rule 17).

    `consent`: the patient has agreed that this leaves the team. `purpose`: why compliance reads, as they have said.
    """
    if sensitivity == Sensitivity.PSYCHOTHERAPY_NOTE or sensitivity not in SENSITIVITIES:
        return False
    match relation:
        case Relation.SYSTEM | Relation.TEAM | Relation.ON_CALL:
            return True
        case Relation.ASKED:
            return action in (READ, "confirm_override", "place_hold", TAKE_ACCESS)
        case Relation.CALLED:
            return action == TAKE_ACCESS
        case Relation.POOL:
            return action == READ or action in POOL_DECISIONS
        case Relation.CHECK_IN_LINK:
            return action == ANSWER and sensitivity == Sensitivity.STANDARD
        case Relation.COORDINATION:
            ordinary = sensitivity in (Sensitivity.STANDARD, Sensitivity.DISCLOSURE)
            return ordinary or (sensitivity == Sensitivity.SUBSTANCE_USE and consent)
        case Relation.COMPLIANCE:
            opens = consent or purpose == SUBSTANCE_USE_AUDIT
            return action == READ and (sensitivity != Sensitivity.SUBSTANCE_USE or opens)
        case Relation.NONE:
            return action in OPENINGS and sensitivity == Sensitivity.STANDARD and bool(subject.roles - {Role.PATIENT})
    return False
