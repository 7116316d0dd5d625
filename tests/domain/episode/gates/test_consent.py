"""Consent before a dose: rule 1, cases C1 and C4."""

from datetime import date

import pytest

from domain.episode.consent.consents import ConsentType
from domain.episode.consent.sign_consent import ConsentSigned
from domain.episode.consent.withdraw_consent import ConsentWithdrawn
from domain.episode.gates import Checkpoint, GateClass
from domain.episode.intake.intake import Way
from domain.protocol.protocol import AcceptedVersion, ConsentRequirement
from tests.domain.given import at, given
from tests.domain.people import PROTOCOL, local
from tests.dosing_day import BOOKED, RELEASED, SECOND_SESSION, booked, integrated
from tests.gate_answers import SESSION_2, gate
from tests.situations import ELIGIBLE, PLANNED, PREPARED, signed


def test_c1_signed_before_the_dose() -> None:
    unsigned = (ELIGIBLE, at("2026-03-11 09:00", booked()))
    before = given(unsigned, at("2026-03-17 13:20", *both("2026-03-17 13:20")))
    assert gate(before, "consent", "2026-03-17 14:00", checkpoint=Checkpoint.CLEAR).is_open
    after = given(unsigned, at("2026-03-17 14:20", *both("2026-03-17 14:20")))
    assert not gate(after, "consent", "2026-03-17 14:05", checkpoint=Checkpoint.CLEAR).is_open


def test_c1_a_signature_under_the_influence_does_not_count() -> None:
    withdrawn = ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-12 09:00"))
    course = (RELEASED, integrated("2026-03-19"), at("2026-03-20 09:00", booked(SECOND_SESSION, "2026-03-24 14:00", 2)))
    signed_then = at("2026-03-17 16:30", withdrawn, *both("2026-03-17 16:30"))
    asked = gate(given(course, signed_then), "consent", "2026-03-24 13:00", SESSION_2)
    assert not asked.is_open
    assert "signed 17 Mar 2026 16:30 after a dose, before 18 Mar 2026 02:05" in " ".join(asked.facts)
    sober = given(course, signed_then, at("2026-03-19 09:00", *both("2026-03-19 09:00")))
    assert gate(sober, "consent", "2026-03-24 13:00", SESSION_2).is_open


def test_c1_a_signature_that_does_not_count_leaves_the_one_before_it() -> None:
    course = (RELEASED, integrated("2026-03-19"), at("2026-03-20 09:00", booked(SECOND_SESSION, "2026-03-24 14:00", 2)))
    signed_again = given(course, at("2026-03-17 16:30", *both("2026-03-17 16:30")))
    assert gate(signed_again, "consent", "2026-03-24 13:00", SESSION_2).is_open
    withdrawn = ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-20 09:00"))
    taken_back = signed_again.after(at("2026-03-20 09:00", withdrawn))
    assert not gate(taken_back, "consent", "2026-03-24 13:00", SESSION_2).is_open


@pytest.mark.parametrize(
    ("when", "counts"),
    [("2026-03-17 14:04", True), ("2026-03-17 14:05", False), ("2026-03-18 02:04", False), ("2026-03-18 02:05", True)],
)
def test_c1_under_the_influence_is_from_the_dose_until_the_patient_may_drive(when: str, counts: bool) -> None:
    """Dose 14:05, so the patient may drive from 02:05; earlier signatures are withdrawn before."""
    withdrawn = ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-12 09:00"))
    booked_again = at("2026-03-20 09:00", booked(SECOND_SESSION, "2026-03-24 14:00", 2))
    course = given(RELEASED, at(when, withdrawn, *both(when)), integrated("2026-03-19"), booked_again)
    assert gate(course, "consent", "2026-03-24 13:00", SESSION_2).is_open is counts


def test_c4_a_version_counts_until_another_is_required() -> None:
    later = PROTOCOL.model_copy(update={"consents": tuple(_required_from_april(c) for c in PROTOCOL.consents)})
    signed_v3 = given(BOOKED)
    assert gate(signed_v3, "consent", "2026-03-17 13:20", protocol=later).is_open
    april = gate(signed_v3, "consent", "2026-04-01 00:00", protocol=later)
    assert not april.is_open
    assert april.missing == "Consent to psychiatric medicines with ketamine, version 4"
    assert april.opens.decision == "sign_consent"


def _required_from_april(consent: ConsentRequirement) -> ConsentRequirement:
    """Version 4 published on 15 March, version 3 accepted through 31 March."""
    if consent.consent_type != ConsentType.KETAMINE:
        return consent
    accepted = (
        AcceptedVersion(version=3, from_on=date(2024, 1, 1), until_on=date(2026, 3, 31)),
        AcceptedVersion(version=4, from_on=date(2026, 3, 15)),
    )
    return consent.model_copy(update={"accepted": accepted})


def test_withdrawn_from_a_moment_on() -> None:
    withdrawn = ConsentWithdrawn(consent_type=ConsentType.KETAMINE, from_at=local("2026-03-17 14:25"))
    given_up = given(BOOKED, at("2026-03-17 14:25", withdrawn))
    assert gate(given_up, "consent", "2026-03-17 14:24").is_open
    asked = gate(given_up, "consent", "2026-03-17 14:25")
    assert not asked.is_open
    assert "withdrawn 17 Mar 2026 14:25" in " ".join(asked.facts)


def test_nobody_overrides_consent() -> None:
    asked = gate(given(ELIGIBLE, at("2026-03-11 09:00", booked())), "consent", "2026-03-17 13:20")
    assert asked.gate_class is GateClass.ABSOLUTE
    assert asked.stands_in_the_way
    assert asked.missing is not None
    assert asked.missing.count("version") == 2


@pytest.mark.parametrize(("way", "is_open"), [(Way.REMOTE, False), (Way.GROUP, False), (Way.IN_PERSON, True)])
def test_telehealth_consent_is_asked_for_unless_in_person(way: Way, is_open: bool) -> None:
    only_ketamine = (ELIGIBLE, at("2026-03-03 11:00", both("2026-03-03 11:00")[0]))
    asked = gate(given(only_ketamine, at("2026-03-11 09:00", booked(way=way))), "consent", "2026-03-17 13:20")
    assert asked.is_open is is_open


def test_before_anything_is_booked_the_plan_says_how() -> None:
    assert gate(given(PREPARED), "consent", "2026-03-11 09:00", session_id=None).is_open
    by_plan = gate(given(PLANNED), "consent", "2026-03-11 09:00", session_id=None)
    assert len(by_plan.facts) == 2


def both(when: str) -> tuple[ConsentSigned, ConsentSigned]:
    """Consent to ketamine and to telehealth."""
    return (signed(ConsentType.KETAMINE, 4, when), signed(ConsentType.TELEHEALTH, 2, when))
