"""Access from outside the team (case E3), and a colleague who covers."""

from typing import Any

from domain.access import Relation, relation_of
from domain.actor import Role
from domain.decision import RoleMayNotDecide
from domain.derived import derived_id
from domain.episode.alert.alert import AlertKind
from domain.episode.alert.alerts import alerts
from domain.episode.course.mark_in_error import EntryHasItsOwnWayBack, mark_in_error
from domain.episode.due.flags import flags
from domain.episode.team.arrange_cover import CoverArranged, NobodyCoversForThemselves, arrange_cover
from domain.episode.team.assign_care_team_member import AssignmentEndsBeforeItBegins, CannotServeInThisRole
from domain.episode.team.remove_care_team_member import IsNotOnTheCareTeam
from domain.episode.team.take_access import AccessBecause, AccessTaken, NobodyHasCalledYou, take_access
from tests.domain.episode.alert.alerted import CHEN, ROTA, VANCE, flagged
from tests.domain.given import Scenario, given
from tests.domain.people import (
    ABARA,
    LINDQVIST,
    NETWORK_ID,
    OKAFOR,
    PROTOCOL,
    RIVERA,
    SOLIS,
    TEST_NETWORK,
    local,
    person,
    sealed,
)
from tests.dosing_day import BOOKED, DOSED

ACCESS = derived_id("access", 1)
COVER: dict[str, Any] = {
    "for_id": RIVERA.actor_id,
    "clinician_id": ABARA.actor_id,
    "from_at": local("2026-03-20 17:00"),
    "until_at": local("2026-03-30 08:00"),
    "reason": "leave",
}


def taken(scenario: Scenario, **changed: Any) -> Scenario:
    order = {"access_id": ACCESS, "because": "called_in_session", "reason": "therapist called"}
    asked = {"by": ABARA, "now": "2026-03-17 14:45", "network": ROTA} | changed
    return scenario.when(take_access, **asked, **order)


def covered(**changed: Any) -> Scenario:
    return given(BOOKED).when(arrange_cover, by=OKAFOR, now="2026-03-16 09:00", **(COVER | changed))


def test_e3_who_is_on_call_opens_the_episode_with_a_reason_for_a_day() -> None:
    opened = taken(given(DOSED))
    opened.then(
        AccessTaken(
            access_id=ACCESS,
            clinician_id=ABARA.actor_id,
            because=AccessBecause.CALLED_IN_SESSION,
            reason=sealed("x"),
            until_at=local("2026-03-18 14:45"),
        )
    )
    network_of = opened.state.__class__(**{**opened.state.__dict__, "network_id": NETWORK_ID})
    assert relation_of(ABARA, network_of, local("2026-03-18 14:44")) is Relation.ON_CALL
    assert relation_of(ABARA, network_of, local("2026-03-18 14:45")) is Relation.NONE
    taken(opened, now="2026-03-17 15:00").then()
    taken(
        opened,
        now="2026-03-18 15:00",
    ).includes(AccessTaken)


def test_e3_the_back_up_and_the_medical_director_are_called_too() -> None:
    for who in (VANCE, CHEN):
        taken(given(DOSED), by=person_of(who)).includes(AccessTaken)


def person_of(who: Any) -> Any:
    """As a prescriber."""
    return who._replace(roles=frozenset({Role.PRESCRIBER}))


def test_e3_nobody_else_opens_it_this_way() -> None:
    taken(given(DOSED), by=person("stranger", Role.PRESCRIBER)).refused(NobodyHasCalledYou)
    taken(given(DOSED), by=SOLIS).refused(RoleMayNotDecide)


def test_e3_the_team_is_told() -> None:
    told = flags(taken(given(DOSED)).state, now=local("2026-03-17 15:00"), protocol=PROTOCOL, network=TEST_NETWORK)
    flag = next(one for one in told if one.key == "access_taken")
    assert "17 Mar 2026 14:45" in flag.reason
    over = flags(taken(given(DOSED)).state, now=local("2026-03-18 14:45"), protocol=PROTOCOL, network=TEST_NETWORK)
    assert "access_taken" not in {one.key for one in over}


def test_e3_that_it_was_opened_stays_in_the_record() -> None:
    opened = taken(given(DOSED))
    entry = opened.entry(AccessTaken)
    opened.when(mark_in_error, event_id=entry.envelope.event_id, entry=entry, reason="x").refused(EntryHasItsOwnWayBack)


def test_a_colleague_covers_with_a_reason_and_an_end() -> None:
    arranged = covered()
    arranged.then(CoverArranged(**(COVER | {"role": Role.PRESCRIBER, "reason": sealed("x")})))
    state = arranged.state
    assert state.prescriber_at(local("2026-03-20 16:59")) == RIVERA.actor_id
    assert state.prescriber_at(local("2026-03-20 17:00")) == ABARA.actor_id
    assert state.prescriber_at(local("2026-03-30 08:00")) == RIVERA.actor_id
    assert state.member(ABARA.actor_id, Role.PRESCRIBER, local("2026-03-30 08:00")) is None
    arranged.when(arrange_cover, by=OKAFOR, now="2026-03-16 10:00", **COVER).then()


def test_p7_alerts_go_to_whoever_covers() -> None:
    night = flagged(covered().as_history(), "2026-03-20 21:40").state
    found = alerts(night, now=local("2026-03-20 21:41"), protocol=PROTOCOL, network=ROTA)
    first = next(one for one in found if one.kind is AlertKind.SAFETY_ITEM).rungs[0]
    assert [contact.clinician_id for contact in first.contacts] == [ABARA.actor_id, LINDQVIST.actor_id]


def test_a_cover_is_somebody_else_of_the_same_profession_for_a_time_ahead() -> None:
    covered(clinician_id=RIVERA.actor_id).refused(NobodyCoversForThemselves)
    covered(clinician_id=SOLIS.actor_id).refused(CannotServeInThisRole)
    covered(for_id=SOLIS.actor_id).refused(IsNotOnTheCareTeam)
    covered(until_at=local("2026-03-15 08:00")).refused(AssignmentEndsBeforeItBegins)
