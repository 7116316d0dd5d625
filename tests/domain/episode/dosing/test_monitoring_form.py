"""The form of a monitored session: put together from its entries, sent once, within seven days."""

from dataclasses import replace
from datetime import date
from typing import Any

from domain.actor import Role
from domain.episode.dosing.monitoring_form import monitoring_form
from domain.episode.dosing.record_monitoring_form_sent import (
    FormIsIncomplete,
    MonitoringFormSent,
    NoFormIsAskedFor,
    record_monitoring_form_sent,
)
from domain.episode.due.obligations import obligations
from domain.episode.episode import Episode
from domain.episode.intake.intake import MedicineClass
from domain.episode.session.session import SessionEnd
from tests.domain.given import Scenario, at, given
from tests.domain.people import sealed
from tests.dosing_day import DAY, SESSION, ended, on
from tests.dosing_day import DOSED as TABLET_DOSED
from tests.monitored_day import (
    BEFORE,
    DOSED,
    NETWORK,
    PROTOCOL,
    RELEASED,
    UNDER,
    sprayed,
)


def form_of(scenario: Scenario) -> Any:
    state: Episode = scenario.state
    return monitoring_form(state, state.sessions[SESSION], PROTOCOL)


def test_the_form_is_put_together_from_the_sessions_entries() -> None:
    form = form_of(given(RELEASED))
    assert form.missing == ()
    assert (form.dose_mg, form.pieces, form.lots) == (56, 2, ("A1234",))
    assert (form.minutes_in_all, form.minutes_until_ready) == (125, 115)
    assert (form.before.taken_at, form.after_dose.taken_at, form.at_end.taken_at) == (
        on("13:45"),
        on("14:40"),
        on("15:55"),
    )
    assert (form.acceptable_before, form.acceptable_at_end) == (True, True)
    assert (form.sedation_most, form.dissociation_most, form.breathing_depressed) == (1, 6, False)
    assert form.serious_adverse_event is False
    assert dict(form.other_medicines) == dict.fromkeys(
        ["benzodiazepine", "hypnotic", "stimulant", "maoi", "opioid"], False
    )


def test_the_form_says_what_the_entries_do_not() -> None:
    bare = (BEFORE, at(f"{DAY} 14:00", sprayed(lot=None)), at(f"{DAY} 14:20", ended("14:20", SessionEnd.STOPPED_EARLY)))
    assert "the lot" in form_of(given(bare)).missing
    assert "vitals after the dose at the set time" in form_of(given(bare)).missing


def test_a_medicine_of_an_asked_class_is_said() -> None:
    state: Episode = given(RELEASED).state
    assert state.intake is not None
    listed = replace(
        state, intake=replace(state.intake, medicines=(_medicine(MedicineClass.OPIOID), _medicine(MedicineClass.OTHER)))
    )
    form = monitoring_form(listed, listed.sessions[SESSION], PROTOCOL)
    assert form is not None
    assert dict(form.other_medicines)["opioid"] is True


def test_no_form_without_a_dose_or_where_the_protocol_asks_for_none() -> None:
    state: Episode = given(BEFORE).state
    assert monitoring_form(state, state.sessions[SESSION], PROTOCOL) is None
    given(TABLET_DOSED).when(record_monitoring_form_sent, session_id=SESSION).refused(NoFormIsAskedFor)


def test_sending_is_recorded_once_with_its_reference() -> None:
    sent = given(RELEASED).when(
        record_monitoring_form_sent, session_id=SESSION, reference="C-123", now="2026-03-18 09:00", **UNDER
    )
    sent.includes(MonitoringFormSent, missing=())
    sent.when(record_monitoring_form_sent, session_id=SESSION, **UNDER).then()


def test_an_incomplete_form_is_asked_about_and_then_recorded() -> None:
    bare = given(BEFORE, at(f"{DAY} 14:00", sprayed(lot=None)), at(f"{DAY} 14:20", ended("14:20")))
    bare.when(record_monitoring_form_sent, session_id=SESSION, **UNDER).refused(FormIsIncomplete)
    sent = bare.when(record_monitoring_form_sent, session_id=SESSION, confirm_incomplete=True, **UNDER)
    assert "the lot" in sent.events[0].missing  # type: ignore[attr-defined]


def due_of(scenario: Scenario, now: str) -> list[Any]:
    from tests.domain.people import PROTOCOL as OWN
    from tests.domain.people import local

    found = obligations(scenario.state, now=local(now), protocol=OWN, network=NETWORK)
    return [one for one in found if one.key.startswith("monitoring_form")]


def test_the_form_is_due_within_seven_days() -> None:
    (due,) = due_of(given(RELEASED), "2026-03-17 17:00")
    assert (due.due_on, due.with_role, due.rule) == (date(2026, 3, 24), Role.THERAPIST, "+monitoring_form")
    assert not due.is_overdue(on("23:00", "2026-03-24"), "America/New_York")
    assert due.is_overdue(on("00:10", "2026-03-25"), "America/New_York")
    sent = given(RELEASED).when(record_monitoring_form_sent, session_id=SESSION, **UNDER)
    assert due_of(sent, "2026-03-25 09:00") == []
    assert due_of(given(DOSED), "2026-03-17 15:00") == []


def _medicine(medicine_class: MedicineClass) -> Any:
    from domain.episode.intake.intake import Medicine

    return Medicine(medicine_class=medicine_class, name=sealed("name"))
