"""Another version of the protocol was adopted: a plan that it would not admit is told to its prescriber."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.episode.due.obligation import Obligation
from domain.episode.due.obligations import obligations
from domain.episode.plan.amend_plan import amend_plan
from domain.episode.plan.recheck_plan import PlanRechecked, recheck_plan
from domain.episode.team.recheck_credentials import CredentialLapseFound, recheck_credentials
from domain.episode.team.team import CredentialProblem
from domain.network.network import Adoption, Network
from domain.protocol.shipped import CURRENT, document
from tests.domain.given import Scenario, given
from tests.domain.people import LINDQVIST, PROTOCOL, RIVERA, SYSTEM, TEST_NETWORK, clinician, clinicians, local
from tests.dosing_day import BOOKED
from tests.situations import PLAN, PREPARED, REFERRED, terms

NOW = "2026-03-12 09:00"


def adopting(**numbers: int) -> Network:
    """The network after it adopted a version 3 in which some numbers differ."""
    shipped = document(*CURRENT)
    changed = {name: shipped["numbers"][name] | {"value": value} for name, value in numbers.items()}
    ours = shipped | {"protocol_version": "3", "numbers": shipped["numbers"] | changed}
    adopted = Adoption(shipped["protocol_id"], "3", "", ours, adopted_at=local(NOW))
    return replace(
        TEST_NETWORK, adoptions={**TEST_NETWORK.adoptions, (adopted.protocol_id, "3"): adopted}, current=adopted
    )


def looked_at(network: Network, history: Any = PREPARED) -> Scenario:
    told = history if isinstance(history, Scenario) else given(history)
    return told.when(recheck_plan, by=SYSTEM, now=NOW, network=network, protocol=network.protocol)


def owed(scenario: Scenario, network: Network = TEST_NETWORK) -> list[Obligation]:
    due = obligations(scenario.state, now=local("2026-03-12 12:00"), protocol=PROTOCOL, network=network)
    return [one for one in due if one.key.startswith("plan_to_amend")]


LOWER = adopting(ceiling_mg_per_session=300)
ASKS_MORE = adopting(ceiling_mg_per_session=300, minimum_interval_floor_days=10)


def found(version: str = "3", *terms: str) -> PlanRechecked:
    return PlanRechecked(
        plan_id=PLAN, plan_version=1, protocol_id="kap-core", protocol_version=version, does_not_fit=terms
    )


def test_a_plan_that_fits_is_no_news() -> None:
    looked_at(TEST_NETWORK).then()
    looked_at(adopting(ceiling_mg_per_session=2000)).then()
    looked_at(LOWER, REFERRED).then()


def test_a_plan_above_the_new_ceiling_is_told_to_its_prescriber() -> None:
    told = looked_at(LOWER)
    told.then(found("3", "maximum_mg"))
    (due,) = owed(told)
    assert (due.with_id, due.decision, due.due_on) == (RIVERA.actor_id, "amend_plan", date(2026, 3, 12))
    assert due.why == "The protocol kap-core 3 would not admit of plan 1: maximum."
    assert not due.blocks_dosing


def test_found_once_it_is_not_told_again_and_more_of_it_is() -> None:
    told = looked_at(LOWER)
    looked_at(LOWER, told).then()
    looked_at(ASKS_MORE, told).then(found("3", "maximum_mg", "minimum_interval_days"))


def test_it_is_over_once_the_plan_was_amended() -> None:
    told = looked_at(LOWER)
    smaller = terms(maximum_mg=200, next_dose_mg=200, booster=None)
    amended = told.when(
        amend_plan, by=RIVERA, now="2026-03-12 10:00", plan_id=PLAN, terms=smaller, reason="new ceiling",
        network=LOWER, protocol=LOWER.protocol,
    )  # fmt: skip
    assert owed(amended) == []
    looked_at(LOWER, amended).then()


def test_it_is_over_once_the_protocol_is_what_it_was() -> None:
    told = looked_at(TEST_NETWORK, looked_at(LOWER))
    told.then(found(PROTOCOL.protocol_version))
    assert owed(told) == []


def test_a_protocol_that_asks_for_training_finds_who_lacks_it() -> None:
    untrained = clinicians(clinician(LINDQVIST, trained=False), clinician(RIVERA))
    everybody = given(BOOKED).when(recheck_credentials, by=SYSTEM, now=NOW, clinicians=untrained)
    everybody.includes(CredentialLapseFound, clinician_id=LINDQVIST.actor_id, problem=CredentialProblem.NOT_TRAINED)
    given(BOOKED).when(recheck_credentials, by=SYSTEM, now=NOW, clinicians=clinicians()).then()
