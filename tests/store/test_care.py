"""Taking decisions against a real database."""

from domain.actor import Role
from domain.clinician.clinician import CLINICIAN
from tests.postgres import Database, on_both_servers
from tests.store.house import house


@on_both_servers
def test_a_decision_is_recorded_with_its_envelope(database: Database) -> None:
    with house(database.app_url) as home:
        clinician = home.admit(Role.THERAPIST)
        receipt = home.record_licence(clinician.actor_id)
        (recorded,) = home.care.history(CLINICIAN, clinician.actor_id, network_id=home.network_id)[1:]
        assert recorded == receipt.recorded[0]
        assert (receipt.version, receipt.position) == (2, recorded.envelope.position)
        assert recorded.envelope.command_id == recorded.envelope.correlation_id
        assert recorded.envelope.actor_id == home.system.actor_id
        assert recorded.envelope.occurred_at <= recorded.envelope.recorded_at
        state, version = home.care.state(CLINICIAN, clinician.actor_id, network_id=home.network_id)
        assert version == 2
        assert state.licence_in("NY", Role.THERAPIST).expires_on == recorded.event.expires_on  # type: ignore[attr-defined]
