"""The shipped protocol document, and publishing a version."""

import re
from datetime import date
from decimal import Decimal

import pytest

from domain.episode.consent.consents import ConsentType
from domain.episode.intake.intake import MedicineClass, MedicineInstruction
from domain.episode.plan.plan import AfterHold, Depth, Divisible, VitalLimits
from domain.protocol.numbers import Mark
from domain.protocol.protocol import AcceptedVersion, GateClass, ProtocolDocumentIsIncomplete, read
from domain.protocol.shipped import CURRENT, ProtocolIsNotShipped, document, load_shipped

SHIPPED = load_shipped(*CURRENT)


def test_every_number_says_how_well_it_is_founded() -> None:
    for name in type(SHIPPED.numbers).model_fields:
        number = getattr(SHIPPED.numbers, name)
        if number is None:
            continue  # an optional one that this document leaves out
        assert number.unit, name
        assert number.mark is not Mark.SOURCE or number.source, name


def test_every_source_named_is_listed() -> None:
    listed = SHIPPED.sources.keys()
    entries = (*SHIPPED.rules, *SHIPPED.contraindications, *SHIPPED.medicines, *SHIPPED.flags, *SHIPPED.legal_bases)
    numbers = [number for _, number in SHIPPED.numbers if number is not None]
    for entry in (*entries, *numbers, SHIPPED.plan_seed):
        keys = re.sub(r"\([^)]*\)", "", entry.source).split(",")
        assert {key.strip() for key in keys} - {""} <= listed, entry


@pytest.mark.parametrize("rule", [*map(str, range(1, 23)), "25", "26", "27", "28", "29"])
def test_every_rule_of_care_is_in_the_table(rule: str) -> None:
    assert SHIPPED.rule(rule).number == rule


def test_absolute_rules_name_the_way_through() -> None:
    assert [r.rule for r in SHIPPED.rules if r.gate_class is GateClass.ABSOLUTE and not r.way] == []


def test_rules_are_listed_once() -> None:
    listed = [r.rule for r in SHIPPED.rules]
    assert len(listed) == len(set(listed))
    with pytest.raises(KeyError):
        SHIPPED.rule("99")


def test_the_codes_of_the_document_are_those_of_the_domain() -> None:
    assert {c.consent_type for c in SHIPPED.consents} == set(ConsentType)
    assert {m.medicine_class for m in SHIPPED.medicines} <= set(MedicineClass)
    assert {m.instruction for m in SHIPPED.medicines} <= set(MedicineInstruction)
    seed = SHIPPED.plan_seed
    assert VitalLimits.model_validate(seed.vital_limits).systolic_limit_mmhg == 160
    assert seed.depth in set(Depth)
    assert seed.after_hold in set(AfterHold)
    assert seed.divisible in set(Divisible)


def test_contraindications_say_whether_they_resolve() -> None:
    never = {c.code for c in SHIPPED.contraindications if not c.can_resolve}
    assert {"ketamine_allergy", "primary_psychosis"} <= never
    pregnancy = SHIPPED.contraindication("pregnancy")
    assert pregnancy is not None
    assert (pregnancy.is_absolute, pregnancy.can_resolve) == (False, True)
    assert SHIPPED.name_of_contraindication("no_longer_listed") == "no longer listed"


def test_c4_a_version_is_accepted_through_its_last_day() -> None:
    version = AcceptedVersion(version=3, from_on=date(2026, 3, 15), until_on=date(2026, 3, 31))
    accepted = [version.is_accepted_on(date(2026, month, day)) for month, day in ((3, 14), (3, 15), (3, 31), (4, 1))]
    assert accepted == [False, True, True, False]


def test_the_legal_basis_ends_with_its_last_day() -> None:
    basis = SHIPPED.legal_basis_on(date(2026, 12, 31))
    assert basis is not None
    assert basis.until_on == date(2026, 12, 31)
    assert SHIPPED.legal_basis_on(date(2027, 1, 1)) is None


def test_of_two_legal_bases_the_longer_one_counts() -> None:
    short = SHIPPED.legal_bases[0].model_copy(update={"key": "short", "until_on": date(2026, 6, 30)})
    endless = SHIPPED.legal_bases[0].model_copy(update={"key": "endless", "until_on": None})
    both = SHIPPED.model_copy(update={"legal_bases": (endless, short)})
    found = both.legal_basis_on(date(2026, 3, 1))
    assert found is not None
    assert found.key == "endless"


def test_flags_are_found_by_key() -> None:
    flag = SHIPPED.flag("not_improving")
    assert flag is not None
    assert flag.rule == "28"
    assert SHIPPED.flag("unknown") is None


def test_amounts_are_exact() -> None:
    assert SHIPPED.numbers.ceiling_mg_per_kg.value == Decimal("7.0")


def test_a_document_not_shipped_is_refused() -> None:
    with pytest.raises(ProtocolIsNotShipped):
        load_shipped("kap-core", "99")


def test_an_incomplete_document_is_refused_by_place() -> None:
    with pytest.raises(ProtocolDocumentIsIncomplete, match="numbers"):
        read({k: v for k, v in document(*CURRENT).items() if k != "numbers"})
