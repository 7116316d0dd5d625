"""Note that licences have run out, so that what rests on them is looked at again on that day."""

from datetime import date, datetime

from domain.actor import Role
from domain.clinician.clinician import Clinician, ClinicianEvent, Licence, evolve
from domain.days import day_of
from domain.decision import decides
from domain.event import Envelope, Event
from domain.network.network import Network
from domain.order import Order
from domain.stream import change


class LicenceExpired(ClinicianEvent, stored_as="LicenceExpired"):
    """A licence ran out. Its last day has passed; whether it may be used was never a matter of this event."""

    profession_role: Role
    state: str
    expired_on: date
    """Its last day."""


class NoteExpiredLicences(Order):
    """Nothing more is asked."""


@decides(Role.SYSTEM)
def note_expired_licences(
    clinician: Clinician, order: NoteExpiredLicences, *, network: Network, now: datetime
) -> list[Event]:
    """Each licence is noted once for each last day; a renewed one runs out anew."""
    today = day_of(now, network.zone)
    return [
        LicenceExpired(profession_role=one.profession_role, state=one.state, expired_on=one.last_day)
        for one in run_out(clinician, today)
    ]


def run_out(clinician: Clinician, today: date) -> tuple[Licence, ...]:
    """Licences whose last day has passed and whose end nobody has noted."""
    return tuple(one for one in clinician.licences.values() if one.last_day < today and one not in clinician.expired)


@evolve.register
def _(event: LicenceExpired, clinician: Clinician, envelope: Envelope) -> Clinician:
    licence = clinician.licence_in(event.state, event.profession_role)
    return clinician if licence is None else change(clinician, expired=clinician.expired | {licence})
