"""A licence or training that changed: what rests on it is found, told to coordination, and found settled again."""

from datetime import date
from typing import Any

from domain.actor import Role
from domain.clinician.clinician import Clinician
from domain.derived import derived_id
from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.team.recheck_credentials import (
    CredentialLapseEnded,
    CredentialLapseFound,
    recheck_credentials,
    whose_credentials,
)
from domain.episode.team.team import CredentialProblem
from tests.domain.given import Scenario, at, given
from tests.domain.people import ABARA, LINDQVIST, PROTOCOL, RIVERA, SYSTEM, TEST_NETWORK, clinician, clinicians, local
from tests.dosing_day import BOOKED, SESSION, booked
from tests.situations import PLAN, PREPARED

NOW = "2026-03-12 09:00"


def looked_at(who: Clinician, history: Any = BOOKED, now: str = NOW) -> Scenario:
    return given(history).when(
        recheck_credentials, by=SYSTEM, now=now, clinicians=clinicians(who), clinician_id=who.clinician_id
    )


def owed(scenario: Scenario, now: str = NOW) -> list[Obligation]:
    due = obligations(scenario.state, now=local(now), protocol=PROTOCOL, network=TEST_NETWORK)
    return [o for o in due if o.key.startswith("credential:")]


def test_all_in_order_is_no_news() -> None:
    looked_at(clinician(RIVERA)).then()
    looked_at(clinician(LINDQVIST)).then()


def test_a_prescriber_who_is_suspended_leaves_plan_and_sessions_to_be_covered() -> None:
    found = looked_at(clinician(RIVERA, suspended=True))
    found.includes(CredentialLapseFound, problem=CredentialProblem.NOT_WORKING, plan_id=PLAN, session_ids=(SESSION,))
    (due,) = owed(found)
    assert (due.with_role, due.blocks_dosing, due.rule) == (Role.COORDINATOR, True, "3")
    assert due.why.endswith("it concerns the plan and 1 booked session.")


def test_a_licence_that_ends_before_a_booked_session_is_found_beforehand() -> None:
    found = looked_at(clinician(RIVERA, until=date(2026, 3, 16)))
    found.includes(
        CredentialLapseFound,
        problem=CredentialProblem.LICENCE_ENDED,
        since_on=date(2026, 3, 16),
        plan_id=None,
        session_ids=(SESSION,),
    )
    looked_at(clinician(RIVERA, until=date(2026, 3, 17))).then()


def test_a_therapist_without_licence_or_training_leaves_the_sessions() -> None:
    unlicensed = looked_at(clinician(LINDQVIST, states=("CA",)))
    unlicensed.includes(CredentialLapseFound, problem=CredentialProblem.NO_LICENCE, plan_id=None)
    looked_at(clinician(LINDQVIST, trained=False)).includes(
        CredentialLapseFound, problem=CredentialProblem.NOT_TRAINED, role=Role.THERAPIST
    )
    looked_at(clinician(LINDQVIST, states=("CA",)), PREPARED).then()


def test_the_same_finding_is_told_once_and_another_one_anew() -> None:
    gone = clinician(RIVERA, suspended=True)
    found = looked_at(gone)
    again = {"by": SYSTEM, "clinicians": clinicians(gone), "clinician_id": RIVERA.actor_id}
    found.when(recheck_credentials, now="2026-03-13 09:00", **again).then()
    second = booked(derived_id("dosing", 2), "2026-03-24 14:00", 2)
    more = given(*found.as_history(), at("2026-03-13 10:00", second))
    more.when(recheck_credentials, now="2026-03-13 11:00", **again).includes(CredentialLapseFound)


def test_a_renewed_licence_settles_it() -> None:
    found = looked_at(clinician(RIVERA, until=date(2026, 3, 1)))
    assert owed(found)
    settled = found.when(
        recheck_credentials, by=SYSTEM, clinicians=clinicians(clinician(RIVERA)), clinician_id=RIVERA.actor_id
    )
    settled.includes(CredentialLapseEnded, clinician_id=RIVERA.actor_id)
    assert owed(settled) == []


def test_everybody_on_whom_a_course_counts_is_looked_at() -> None:
    state = given(BOOKED).state
    assert set(whose_credentials(state, local(NOW))) == {RIVERA.actor_id, LINDQVIST.actor_id}
    assert ABARA.actor_id not in whose_credentials(state, local(NOW))
