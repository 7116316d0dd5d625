"""Finding the part of a dose an order names."""

from uuid import UUID

from domain.episode.session.session import Dose, Session
from domain.refusal import Refused


class DoseIsUnknown(Refused):
    """There is no such dose in this session. Record the dose first."""


def dose_of(session: Session, dose_id: UUID) -> Dose:
    """The part of that id."""
    if dose_id not in session.doses:
        raise DoseIsUnknown(field="dose_id")
    return session.doses[dose_id]


def latest_dose(session: Session) -> Dose:
    """The part taken last."""
    if not session.doses:
        raise DoseIsUnknown(field="session_id")
    return max(session.doses.values(), key=lambda dose: dose.taken_at)
