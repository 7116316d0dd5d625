"""Whatever changes in a person's credentials, what counts on them is looked at again."""

from datetime import date

from domain.actor import Role
from domain.clinician.clinician import ClinicianEvent
from domain.clinician.note_expired_licences import LicenceExpired
from domain.episode.team.recheck_credentials import RecheckCredentials
from domain.event import EVENTS
from domain.policies import POLICIES
from domain.policies.policy import Where
from domain.policies.recheck_credentials_when_one_changes import RECHECK_CREDENTIALS_WHEN_ONE_CHANGES as POLICY
from tests.domain.given import given
from tests.domain.people import RIVERA


def test_every_event_of_a_clinician_calls_for_another_look() -> None:
    assert set(POLICY.when) == {one for one in EVENTS.values() if issubclass(one, ClinicianEvent)}
    assert POLICY in POLICIES
    assert POLICY.where is Where.EPISODES_OF_THE_CLINICIAN


def test_the_look_is_at_whomever_it_happened_to() -> None:
    event = LicenceExpired(profession_role=Role.PRESCRIBER, state="NY", expired_on=date(2026, 3, 16))
    (recorded,) = given(event, stream_id=RIVERA.actor_id).recorded
    assert POLICY.order(*recorded) == RecheckCredentials(clinician_id=RIVERA.actor_id)
