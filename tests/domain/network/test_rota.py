"""The rota: duties planned ahead with a back-up, gaps, overlaps, the medical director, absences."""

from itertools import pairwise
from typing import Any

from domain.derived import derived_id
from domain.network.name_medical_director import (
    DirectorMustBeAPrescriber,
    MedicalDirectorNamed,
    name_medical_director,
)
from domain.network.name_on_call import BackUpMustBeAnother, OnCallNamed, name_on_call
from domain.network.note_absence import (
    AbsenceEndsBeforeItBegins,
    AbsenceNoted,
    NobodyOfThisNetwork,
    OthersNoteTheirOwnAbsence,
    note_absence,
)
from domain.network.rota import rota
from domain.network.take_back_on_call import (
    DutyIsOver,
    DutyIsUnknown,
    OnCallTakenBack,
    take_back_on_call,
)
from tests.domain.given import Scenario, given
from tests.domain.network.test_network import CREATED
from tests.domain.people import ABARA, LINDQVIST, OKAFOR, RIVERA, local

WEEK: dict[str, Any] = {
    "prescriber_id": ABARA.actor_id,
    "phone": "+1 212 555 0100",
    "from_at": local("2026-03-16 08:00"),
    "until_at": local("2026-03-20 17:00"),
    "back_up_id": RIVERA.actor_id,
    "back_up_phone": "+1 212 555 0101",
}
AWAY: dict[str, Any] = {
    "clinician_id": RIVERA.actor_id,
    "from_at": local("2026-03-20 17:00"),
    "until_at": local("2026-03-30 08:00"),
}


def planned(**changed: Any) -> Scenario:
    return given(CREATED).when(name_on_call, by=OKAFOR, now="2026-03-01 09:00", **(WEEK | changed))


def test_a_duty_is_planned_ahead_with_a_back_up() -> None:
    named = planned()
    named.then(OnCallNamed(**WEEK))
    duty = named.state.on_call(local("2026-03-18 22:00"))
    assert (duty.back_up_id, duty.back_up_phone) == (RIVERA.actor_id, "+1 212 555 0101")
    assert named.state.on_call(local("2026-03-20 17:00")) is None
    named.when(name_on_call, **WEEK).then()


def test_a_back_up_is_another_prescriber_with_a_number() -> None:
    for wrong in (
        {"back_up_id": ABARA.actor_id},
        {"back_up_id": LINDQVIST.actor_id},
        {"back_up_phone": None},
        {"back_up_id": None},
    ):
        planned(**wrong).refused(BackUpMustBeAnother, field="back_up_id")


def test_the_rota_shows_who_is_on_call_and_where_nobody_is() -> None:
    weekend = {"from_at": local("2026-03-21 08:00"), "until_at": local("2026-03-23 08:00")}
    both = planned().when(name_on_call, **(WEEK | weekend))
    found = rota(both.state, local("2026-03-19 00:00"), local("2026-03-24 00:00"))
    assert [(s.from_at, s.is_gap) for s in found] == [
        (local("2026-03-19 00:00"), False),
        (local("2026-03-20 17:00"), True),
        (local("2026-03-21 08:00"), False),
        (local("2026-03-23 08:00"), True),
    ]
    assert all(before.until_at == after.from_at for before, after in pairwise(found))


def test_where_two_duties_overlap_the_rota_shows_both() -> None:
    night = {
        "prescriber_id": RIVERA.actor_id,
        "from_at": local("2026-03-17 20:00"),
        "until_at": local("2026-03-18 08:00"),
        "back_up_id": None,
        "back_up_phone": None,
    }
    both = planned().when(name_on_call, **(WEEK | night))
    found = rota(both.state, local("2026-03-17 00:00"), local("2026-03-19 00:00"))
    assert [[s.duty.prescriber_id, *(o.prescriber_id for o in s.others)] for s in found if s.duty] == [
        [ABARA.actor_id],
        [RIVERA.actor_id, ABARA.actor_id],
        [ABARA.actor_id],
    ]


def test_a_duty_that_has_not_begun_is_taken_off_the_rota() -> None:
    named = planned()
    duty_id = named.state.on_calls[0].duty_id
    taken_back = named.when(take_back_on_call, by=OKAFOR, now="2026-03-10 09:00", duty_id=duty_id)
    taken_back.then(OnCallTakenBack(duty_id=duty_id, at=local("2026-03-10 09:00")))
    assert taken_back.state.on_calls == ()
    taken_back.when(take_back_on_call, duty_id=duty_id).then()


def test_a_duty_that_has_begun_ends_now() -> None:
    named = planned()
    duty_id = named.state.on_calls[0].duty_id
    ended = named.when(take_back_on_call, by=OKAFOR, now="2026-03-18 09:00", duty_id=duty_id)
    assert ended.state.on_call(local("2026-03-18 08:59")) is not None
    assert ended.state.on_call(local("2026-03-18 09:00")) is None
    ended.when(take_back_on_call, now="2026-03-18 09:05", duty_id=duty_id).then()


def test_only_a_duty_that_lies_ahead_is_taken_back() -> None:
    named = planned()
    over = named.when(take_back_on_call, now="2026-03-21 09:00", duty_id=named.state.on_calls[0].duty_id)
    over.refused(DutyIsOver)
    named.when(take_back_on_call, duty_id=derived_id("nothing")).refused(DutyIsUnknown)


def test_a_medical_director_is_named_with_a_number() -> None:
    order = {"clinician_id": ABARA.actor_id, "phone": "+1 212 555 0199"}
    named = given(CREATED).when(name_medical_director, by=OKAFOR, **order)
    named.then(MedicalDirectorNamed(**order))  # type: ignore[arg-type]
    assert named.state.medical_director.phone == "+1 212 555 0199"
    named.when(name_medical_director, **order).then()
    refused = given(CREATED).when(name_medical_director, clinician_id=LINDQVIST.actor_id, phone="+1 212")
    refused.refused(DirectorMustBeAPrescriber)


def test_an_absence_lasts_until_its_end() -> None:
    away = given(CREATED).when(note_absence, by=OKAFOR, now="2026-03-18 09:00", **AWAY)
    away.then(AbsenceNoted(**AWAY))
    assert not away.state.is_away(RIVERA.actor_id, local("2026-03-20 16:59"))
    assert away.state.is_away(RIVERA.actor_id, local("2026-03-20 21:40"))
    assert not away.state.is_away(RIVERA.actor_id, local("2026-03-30 08:00"))
    away.when(note_absence, by=OKAFOR, **AWAY).then()


def test_an_absence_noted_anew_replaces_the_one_before() -> None:
    back_early = AWAY | {"until_at": local("2026-03-25 08:00")}
    away = given(CREATED).when(note_absence, by=RIVERA, now="2026-03-18 09:00", **AWAY)
    shorter = away.when(note_absence, by=RIVERA, **back_early)
    assert not shorter.state.is_away(RIVERA.actor_id, local("2026-03-26 08:00"))


def test_an_absence_is_ones_own_or_noted_by_a_coordinator() -> None:
    given(CREATED).when(note_absence, by=LINDQVIST, now="2026-03-18 09:00", **AWAY).refused(OthersNoteTheirOwnAbsence)
    wrong = AWAY | {"until_at": local("2026-03-17 08:00")}
    given(CREATED).when(note_absence, by=OKAFOR, now="2026-03-18 09:00", **wrong).refused(AbsenceEndsBeforeItBegins)
    nobody = AWAY | {"clinician_id": derived_id("nobody")}
    given(CREATED).when(note_absence, by=OKAFOR, now="2026-03-18 09:00", **nobody).refused(NobodyOfThisNetwork)
