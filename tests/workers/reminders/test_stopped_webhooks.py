"""That nothing is posted to a subscriber any more is told to compliance once, and not once it is posted to again."""

from collections.abc import Iterator
from uuid import UUID

import pytest

from domain.actor import Role
from domain.clinician.clinician import Clinician
from domain.reminder.stopped_webhook import StoppedWebhook, of_stopped_webhook
from domain.subscriber.webhook.disable_webhook import DisableWebhook, disable_webhook
from tests.api.clinic import Clinic, local
from tests.api.webhooked import ClinicsWebhook, webhooked
from tests.postgres import Database
from tests.workers.reminders.conftest import Reminded, address_of
from tests.workers.webhook.receiver import Reply, receiver

GONE = 410


@pytest.fixture
def lakeside(clinic: Clinic, database: Database) -> Iterator[ClinicsWebhook]:
    with webhooked(clinic, database) as made:
        yield made


def stopped_by_itself(lakeside: ClinicsWebhook) -> None:
    with receiver(lambda _: Reply(GONE)) as there:
        lakeside.set_by_hand(there.url)
        lakeside.go()
    assert lakeside.clinic.compliance.get(lakeside.api).json()["state"] == "disabled"


def test_compliance_is_told_once_and_sees_it_in_the_bar_and_the_list(
    reminded: Reminded, lakeside: ClinicsWebhook
) -> None:
    clinic, park = reminded.clinic, address_of(reminded.clinic.park.actor_id)
    stopped_by_itself(lakeside)
    for minute in (0, 1, 2):
        reminded.at(f"2026-03-12 09:0{minute}")
    assert [one.subject for one in reminded.mailbox.to(park)] == ["Throughline: 1 thing is due"]
    page = clinic.compliance.get("/subscribers").text
    assert "Nothing is posted any more" in page
    assert "410: nobody is there any more" in page
    assert '1<span class="visually-hidden"> stopped' in clinic.compliance.get("/overrides").text
    assert " stopped</span>" not in clinic.therapist.get("/caseload").text


def test_what_was_set_again_meanwhile_is_not_told(reminded: Reminded, lakeside: ClinicsWebhook) -> None:
    stopped_by_itself(lakeside)
    reminded.mailbox.answer = "451 later"
    reminded.at("2026-03-12 09:00")
    lakeside.set_by_hand("http://127.0.0.1:9")
    reminded.mailbox.answer = "250 OK"
    assert reminded.at("2026-03-12 12:00") > 0, "others are told of what is due"
    assert reminded.mailbox.to(address_of(reminded.clinic.park.actor_id)) == []


def test_what_somebody_stopped_is_not_told(reminded: Reminded, lakeside: ClinicsWebhook) -> None:
    lakeside.set_by_hand("http://127.0.0.1:9")
    lakeside.decide(disable_webhook, DisableWebhook())
    reminded.at("2026-03-12 09:00")
    assert reminded.mailbox.to(address_of(reminded.clinic.park.actor_id)) == []
    assert "Nothing is posted any more" not in reminded.clinic.compliance.get("/subscribers").text


def test_coordinators_are_told_where_nobody_is_compliance() -> None:
    one, other = UUID(int=1), UUID(int=2)
    stopped = StoppedWebhook(UUID(int=3), UUID(int=4), local("2026-03-12 08:00"))
    coordinator = Clinician(clinician_id=one, roles=frozenset({Role.COORDINATOR}))
    compliance = Clinician(clinician_id=other, roles=frozenset({Role.COMPLIANCE}))
    assert [n.mark.recipient_id for n in of_stopped_webhook(stopped, {one: coordinator})] == [one]
    assert [n.mark.recipient_id for n in of_stopped_webhook(stopped, {one: coordinator, other: compliance})] == [other]
