"""Reminders are told once, to the right person, only while what they say holds."""

from uuid import uuid4

from domain.actor import Role
from domain.episode.alert.acknowledge_alert import AcknowledgeAlert, acknowledge_alert
from domain.episode.alert.alert import AlertKind, id_of
from domain.episode.course.discharge_patient import DischargePatient, DischargeReason, discharge_patient
from domain.episode.outcome.record_outcome import RecordOutcome, record_outcome
from domain.network.name_on_call import NameOnCall, name_on_call
from domain.network.network import NETWORK
from store.reminders import told_of
from tests.api.clinic import local
from tests.workers.reminders.conftest import Reminded, address_of


def test_what_is_due_is_told_once_and_told_again_when_it_is_overdue(reminded: Reminded) -> None:
    assert reminded.at("2026-03-12 07:30") == 0, "before the hour of the message of the day"
    assert reminded.at("2026-03-12 09:00") == 1
    assert reminded.at("2026-03-12 09:01") == 0
    assert reminded.at("2026-03-13 09:00") == 0
    assert reminded.at("2026-03-13 10:01") == 1
    assert reminded.at("2026-03-14 10:00") == 0
    assert reminded.subjects == ["1 thing is due", "1 thing is overdue"]


def test_a_round_looks_only_at_what_may_have_changed(reminded: Reminded) -> None:
    """Rounds come every few seconds: the lists of a network are not read and judged again each time."""
    reminded.at("2026-03-12 09:00")
    planned = reminded.means.remembered.planned_anew
    reminded.at("2026-03-12 09:01")
    assert reminded.means.remembered.planned_anew == planned
    reminded.event()
    assert reminded.at("2026-03-12 09:02") > 0
    assert reminded.means.remembered.planned_anew == planned + 1


def test_suicidal_thoughts_that_nobody_took_on_are_told_after_the_discharge_too(reminded: Reminded) -> None:
    answers = (1, 1, 1, 1, 1, 0, 0, 0, 1)
    order = RecordOutcome(outcome_id=uuid4(), instrument="phq-9", taken_at=local("2026-03-12 06:00"), answers=answers)
    reminded.decide(record_outcome, order, reminded.clinic.lindqvist)
    left = DischargePatient(reason=DischargeReason.PATIENT_CHOICE)
    reminded.decide(discharge_patient, left, reminded.clinic.lindqvist)
    assert reminded.at("2026-03-12 09:00") > 0
    assert any(one.key.startswith("alert:") for one in reminded.told())


def test_a_message_holds_nothing_about_health_or_anybody(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    (mail,) = reminded.mailbox.delivered
    assert mail.to == reminded.prescriber
    whole = mail.message.as_string()
    assert "Sign in: https://kap.example.org" in whole
    for secret in ("Quitte", "Ada", "KAP-0999", "ntake", "Rivera", "Bay KAP", str(reminded.episode_id)):
        assert secret not in whole, secret


def test_pages_can_say_who_was_told_when_and_how(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    (told,) = reminded.told()
    assert (told.recipient_id, told.key, told.tier) == (reminded.clinic.rivera.actor_id, "intake", "soon")
    assert (told.channel, told.was_sent, told.settled_at) == ("email", True, local("2026-03-12 09:00"))


def test_no_other_network_sees_what_was_sent(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    with reminded.clinic.datastore.in_network(uuid4()) as connection:
        assert told_of(connection, [reminded.episode_id]) == []
        assert connection.execute("SELECT count(*) FROM reminder_message").fetchone() == (0,)


def test_an_alert_goes_out_at_night_and_on_until_somebody_acknowledges_it(reminded: Reminded) -> None:
    clinic = reminded.clinic
    abara = clinic.admit("Dr. Sam Abara", Role.PRESCRIBER)
    on_call = NameOnCall(prescriber_id=abara.actor_id, phone="555-0199")
    clinic.decide(NETWORK, clinic.network_id, name_on_call, on_call)
    reminded.at("2026-03-12 09:00")
    clinic.now = local("2026-03-12 23:00")
    about = reminded.event()
    assert reminded.at("2026-03-12 23:00") == 1
    assert reminded.subjects[-1] == "1 needs you now"
    assert reminded.at("2026-03-12 23:14") == 0
    assert reminded.at("2026-03-12 23:15") == 1, "the owner has not acknowledged it in a quarter of an hour"
    assert [one.subject for one in reminded.mailbox.to(address_of(abara.actor_id))] == ["Throughline: 1 needs you now"]
    order = AcknowledgeAlert(alert_id=id_of(AlertKind.SERIOUS_EVENT, about))
    reminded.decide(acknowledge_alert, order, clinic.rivera)
    assert reminded.at("2026-03-13 07:30") == 0


def test_an_alert_that_was_acknowledged_in_time_goes_to_nobody_else(reminded: Reminded) -> None:
    reminded.at("2026-03-12 09:00")
    about = reminded.event()
    assert reminded.at("2026-03-12 09:30") == 1
    order = AcknowledgeAlert(alert_id=id_of(AlertKind.SERIOUS_EVENT, about))
    reminded.decide(acknowledge_alert, order, reminded.clinic.rivera)
    assert reminded.at("2026-03-12 12:00") == 0
