"""How people stand to an episode, and what that permits: everything else is denied."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.access import READ, SUBSTANCE_USE_AUDIT, Relation, acting, permits, relation_of
from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.episode.episode import EPISODE, Episode
from domain.episode.safety.safety import Override
from domain.episode.team.access import Access
from domain.episode.team.team import TeamMember
from domain.sensitivity import Sensitivity
from tests.domain.people import (
    ABARA,
    ADA,
    LINDQVIST,
    NETWORK_ID,
    OKAFOR,
    OTHER_NETWORK_ID,
    PARK,
    RIVERA,
    SOLIS,
    SYSTEM,
    local,
)

NOW = local("2026-03-17 14:00")
REFERRED = replace(
    EPISODE.initial,
    episode_id=derived_id("episode"),
    network_id=NETWORK_ID,
    patient_id=ADA,
    referred_at=NOW - timedelta(days=9),
    referred_by=LINDQVIST.actor_id,
)


def member(who: Actor, role: Role, days: int = 5, until_hours: int | None = None) -> TeamMember:
    until = None if until_hours is None else NOW + timedelta(hours=until_hours)
    return TeamMember(derived_id(who.actor_id, role), who.actor_id, role, NOW - timedelta(days=days), until)


WITH_THERAPIST = replace(REFERRED, team=(member(LINDQVIST, Role.THERAPIST),))
WITH_TEAM = replace(REFERRED, team=(member(LINDQVIST, Role.THERAPIST), member(RIVERA, Role.PRESCRIBER)))


def test_a_team_member_stands_to_the_episode_as_team() -> None:
    assert relation_of(LINDQVIST, WITH_TEAM, NOW) is Relation.TEAM
    assert relation_of(RIVERA, WITH_TEAM, NOW) is Relation.TEAM


def test_a_therapist_who_is_not_on_the_team_stands_in_no_relation() -> None:
    assert relation_of(SOLIS, WITH_TEAM, NOW) is Relation.NONE


def test_an_assignment_counts_from_its_first_moment_to_before_its_last() -> None:
    covering = replace(REFERRED, team=(member(SOLIS, Role.THERAPIST, until_hours=24),))
    begins, ends = covering.team[0].from_at, NOW + timedelta(hours=24)
    assert relation_of(SOLIS, covering, begins) is Relation.TEAM
    assert relation_of(SOLIS, covering, begins - timedelta(seconds=1)) is Relation.NONE
    assert relation_of(SOLIS, covering, ends - timedelta(seconds=1)) is Relation.TEAM
    assert relation_of(SOLIS, covering, ends) is Relation.NONE


def test_prescribers_share_the_referral_pool_until_one_is_assigned() -> None:
    assert relation_of(ABARA, REFERRED, NOW) is Relation.POOL
    assert relation_of(ABARA, WITH_THERAPIST, NOW) is Relation.POOL
    assert relation_of(ABARA, WITH_TEAM, NOW) is Relation.NONE


def test_imported_history_is_in_no_pool() -> None:
    imported = replace(EPISODE.initial, network_id=NETWORK_ID, is_imported=True)
    assert relation_of(ABARA, imported, NOW) is Relation.NONE
    assert relation_of(OKAFOR, imported, NOW) is Relation.COORDINATION


CALLED = frozenset({ABARA.actor_id})


def with_access(hours: int = 24) -> Episode:
    """Dr. Abara said why an hour ago."""
    began = NOW - timedelta(hours=1)
    access = Access(derived_id("entry"), derived_id("access"), ABARA.actor_id, began, began + timedelta(hours=hours))
    return replace(WITH_TEAM, accesses=(access,))


def test_e3_whoever_is_called_says_why_and_sees_nothing_before() -> None:
    assert relation_of(ABARA, WITH_TEAM, NOW, called=CALLED) is Relation.CALLED
    assert permits(ABARA, "take_access", Relation.CALLED)
    assert not permits(ABARA, READ, Relation.CALLED)
    assert not permits(ABARA, "place_hold", Relation.CALLED)
    assert relation_of(SOLIS, WITH_TEAM, NOW, called={SOLIS.actor_id}) is Relation.NONE


def test_e3_access_ends_after_a_day() -> None:
    assert relation_of(ABARA, with_access(), NOW, called=CALLED) is Relation.ON_CALL
    assert permits(ABARA, READ, Relation.ON_CALL, Sensitivity.FREE_TEXT)
    assert permits(ABARA, "place_hold", Relation.ON_CALL)
    assert relation_of(ABARA, with_access(), NOW + timedelta(hours=23), called=CALLED) is Relation.CALLED
    assert relation_of(ABARA, with_access(), NOW + timedelta(hours=23)) is Relation.NONE


def test_e3_access_outlasts_the_duty() -> None:
    assert relation_of(ABARA, with_access(), NOW) is Relation.ON_CALL


def test_in_the_pool_whoever_is_called_is_a_prescriber_like_the_others_until_they_say_why() -> None:
    assert relation_of(ABARA, REFERRED, NOW, called=CALLED) is Relation.POOL
    assert permits(ABARA, "take_access", Relation.POOL)


def test_a_second_prescriber_reads_and_signs_until_the_override_runs_out() -> None:
    override = Override(
        override_id=derived_id("override"),
        entry_id=derived_id("entry"),
        rule="7",
        session_id=derived_id("session"),
        granted_by=RIVERA.actor_id,
        granted_at=NOW,
        expires_at=NOW + timedelta(hours=24),
        waits_for_second=True,
        second_id=ABARA.actor_id,
    )
    asked = replace(WITH_TEAM, overrides={override.override_id: override})
    assert relation_of(ABARA, asked, NOW) is Relation.ASKED
    assert relation_of(ABARA, asked, NOW + timedelta(hours=24)) is Relation.NONE
    assert permits(ABARA, READ, Relation.ASKED)
    assert permits(ABARA, "confirm_override", Relation.ASKED)
    assert not permits(ABARA, "issue_plan", Relation.ASKED)


@pytest.mark.parametrize("who", [LINDQVIST, RIVERA, ABARA, OKAFOR, PARK, SYSTEM])
def test_nobody_stands_in_a_relation_across_networks(who: Actor) -> None:
    elsewhere = who._replace(network_id=OTHER_NETWORK_ID)
    assert relation_of(elsewhere, WITH_TEAM, NOW, called={who.actor_id}) is Relation.NONE


def test_an_episode_that_has_not_begun_is_nobodys() -> None:
    for who in (RIVERA, OKAFOR, PARK, LINDQVIST):
        assert relation_of(who, EPISODE.initial, NOW) is Relation.NONE


def test_coordination_reads_no_clinical_free_text() -> None:
    assert permits(OKAFOR, READ, Relation.COORDINATION)
    assert not permits(OKAFOR, READ, Relation.COORDINATION, Sensitivity.FREE_TEXT)


def test_a_coordinators_place_on_the_team_opens_no_more_than_coordination() -> None:
    named = replace(WITH_TEAM, team=(*WITH_TEAM.team, member(OKAFOR, Role.COORDINATOR)))
    assert relation_of(OKAFOR, named, NOW) is Relation.COORDINATION


def test_a_place_on_the_team_ends_with_the_role_it_was_given_in() -> None:
    no_therapist_any_more = LINDQVIST._replace(roles=frozenset({Role.COORDINATOR}))
    assert relation_of(no_therapist_any_more, WITH_TEAM, NOW) is Relation.COORDINATION


def test_whoever_coordinates_acts_as_a_coordinator_whatever_else_they_are() -> None:
    both = ABARA._replace(roles=frozenset({Role.PRESCRIBER, Role.COORDINATOR}))
    relation = relation_of(both, WITH_TEAM, NOW)
    assert relation is Relation.COORDINATION
    assert acting(both, relation).roles == {Role.COORDINATOR}
    assert acting(both, Relation.TEAM) == both


def test_compliance_reads_and_decides_nothing() -> None:
    assert permits(PARK, READ, Relation.COMPLIANCE, Sensitivity.FREE_TEXT)
    assert not permits(PARK, "mark_in_error", Relation.COMPLIANCE)


def test_a_prescriber_in_the_pool_reads_and_takes_the_patient_before_anything_else() -> None:
    assert permits(ABARA, READ, Relation.POOL, Sensitivity.FREE_TEXT)
    assert permits(ABARA, "take_patient_from_pool", Relation.POOL)
    assert not permits(ABARA, "issue_plan", Relation.POOL)


def test_no_relation_permits_nothing_but_to_begin_an_episode() -> None:
    assert permits(LINDQVIST, "refer", Relation.NONE)
    assert not permits(LINDQVIST, READ, Relation.NONE)
    assert not permits(LINDQVIST, "place_hold", Relation.NONE)
    assert not permits(LINDQVIST._replace(roles=frozenset()), "refer", Relation.NONE)


@pytest.mark.parametrize("relation", Relation)
def test_a_psychotherapy_note_is_opened_by_no_relation(relation: Relation) -> None:
    assert not permits(LINDQVIST, READ, relation, Sensitivity.PSYCHOTHERAPY_NOTE, consent=True)


def test_substance_use_entries_leave_the_team_only_with_consent() -> None:
    assert permits(LINDQVIST, READ, Relation.TEAM, Sensitivity.SUBSTANCE_USE)
    for who, relation in ((OKAFOR, Relation.COORDINATION), (PARK, Relation.COMPLIANCE)):
        assert not permits(who, READ, relation, Sensitivity.SUBSTANCE_USE)
        assert permits(who, READ, relation, Sensitivity.SUBSTANCE_USE, consent=True)


def test_an_audit_of_substance_use_records_reads_them_and_no_other_purpose_does() -> None:
    """Said before, and written beside every reading (42 CFR 2.53)."""
    asked = (READ, Relation.COMPLIANCE, Sensitivity.SUBSTANCE_USE)
    assert permits(PARK, *asked, purpose=SUBSTANCE_USE_AUDIT)
    assert not permits(PARK, *asked, purpose="chart_review")
    assert not permits(PARK, "mark_in_error", *asked[1:], purpose=SUBSTANCE_USE_AUDIT)
    assert not permits(OKAFOR, READ, Relation.COORDINATION, Sensitivity.SUBSTANCE_USE, purpose=SUBSTANCE_USE_AUDIT)


@pytest.mark.parametrize("relation", Relation)
def test_a_sensitivity_nobody_has_heard_of_is_denied(relation: Relation) -> None:
    assert not permits(LINDQVIST, READ, relation, "of_a_later_release")
