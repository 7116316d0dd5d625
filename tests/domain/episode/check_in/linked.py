"""A check-in link that was sent, and a patient who answers it."""

from datetime import timedelta
from typing import Any

from domain.actor import Actor, Role
from domain.derived import derived_id
from domain.episode.check_in.answer_check_in_link import (
    answer_check_in_link,
)
from domain.episode.check_in.check_in_link import Channel, CheckInPurpose
from domain.episode.check_in.send_check_in_link import (
    CheckInLinkSent,
    send_check_in_link,
)
from domain.patient.language import Language
from tests.domain.given import History, Scenario, at, given
from tests.domain.people import (
    ADA,
    NETWORK_ID,
    OKAFOR,
    local,
)

PHQ9 = {"outcome_id": derived_id("outcome", 7), "instrument": "phq-9", "taken_at": "2026-03-16T15:00:00-04:00"}
LINK = derived_id("link", 1)
PATIENT = Actor(LINK, NETWORK_ID, frozenset({Role.PATIENT}))
SENT_AT = local("2026-03-16 09:00")


def sending(scenario: Scenario, **order: Any) -> Scenario:
    said = {"link_id": LINK, "purpose": "questionnaires", "instruments": ["phq-9"]}
    return scenario.when(send_check_in_link, by=OKAFOR, now="2026-03-16 09:00", **(said | order))


def sent(purpose: CheckInPurpose = CheckInPurpose.QUESTIONNAIRES, **fields: Any) -> History:
    asked: dict[str, Any] = {
        "instruments": ("phq-9",) if purpose is CheckInPurpose.QUESTIONNAIRES else (),
        "language": Language.ENGLISH,
        "channel": Channel.BY_HAND,
        "expires_at": SENT_AT + timedelta(hours=72),
    }
    event = CheckInLinkSent(link_id=LINK, patient_id=ADA, purpose=purpose, **(asked | fields))
    return at("2026-03-16 09:00", event, by=OKAFOR)


def answering(*history: History, now: str = "2026-03-16 15:00", by: Actor = PATIENT, **order: Any) -> Scenario:
    return given(*history).when(answer_check_in_link, by=by, now=now, **order)


def answers(last: int = 0) -> dict[str, Any]:
    return {"measures": [PHQ9 | {"answers": [1] * 8 + [last]}]}
