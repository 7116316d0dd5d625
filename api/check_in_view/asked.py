"""What one link asks, and how its answer is read, by its purpose."""

from collections.abc import Sequence

from api.check_in_view import consents, questionnaires, reports
from api.check_in_view.paper import Answer, Paper, Setting
from api.forms.posted import Posted
from domain.episode.check_in.check_in_link import CheckInPurpose


def papers(setting: Setting) -> Sequence[Paper]:
    """What the page shows."""
    match setting.link.purpose:
        case CheckInPurpose.QUESTIONNAIRES:
            return questionnaires.papers(setting)
        case CheckInPurpose.CONSENTS:
            return consents.papers(setting)
        case CheckInPurpose.CHAPERONE:
            return reports.chaperone(setting)
        case CheckInPurpose.AFTER_DOSE:
            return reports.after_dose(setting)
        case CheckInPurpose.MEDICINE_INVENTORY:
            return reports.tablets(setting)


def answer(setting: Setting, posted: Posted) -> Answer:
    """What was sent, read."""
    match setting.link.purpose:
        case CheckInPurpose.QUESTIONNAIRES:
            return questionnaires.answer(setting, posted)
        case CheckInPurpose.CONSENTS:
            return consents.answer(setting, posted)
        case CheckInPurpose.CHAPERONE:
            return reports.chaperone_answer(setting, posted)
        case CheckInPurpose.AFTER_DOSE:
            return reports.after_dose_answer(setting, posted)
        case CheckInPurpose.MEDICINE_INVENTORY:
            return reports.tablets_answer(setting, posted)
