"""Sentences about what patients report between sessions, themselves or through the care team."""

from uuid import UUID

from domain.episode.check_in.nominate_chaperone import ChaperoneNominated
from domain.episode.check_in.report_medicine_inventory import MedicineInventoryReported
from domain.episode.check_in.report_symptoms import SymptomsReported
from domain.episode.check_in.reports import TabletCount
from domain.episode.check_in.review_symptoms import SymptomsReviewed
from domain.episode.check_in.symptoms import RED_FLAGS
from domain.episode.intake.intake import UrinaryBaseline
from projections.sentences.saying import Category, Telling, Told, calls, free, named, says
from projections.sentences.words import joined, listed, mg, number, words


@says(ChaperoneNominated, "calendar", Category.SESSIONS)
def _(event: ChaperoneNominated, told: Telling) -> Told:
    call = "may be called" if event.may_be_contacted else "is not to be called"
    html = f"{told.who} wrote down the chaperone the patient names ({words(event.relationship)}), who {call}."
    if told.is_by_patient:
        html = f"The patient named a chaperone ({words(event.relationship)}), who {call}."
    return Told(html, free(Chaperone=event.name, Phone=event.phone))


@says(SymptomsReported, "measure", Category.MEASURES)
def _(event: SymptomsReported, told: Telling) -> Told:
    urgent = [words(one) for one in event.symptoms if one in RED_FLAGS]
    others = [words(one) for one in event.symptoms if one not in RED_FLAGS]
    named_ones = joined([*(f"<strong>{one}</strong>" for one in urgent), *others]) or "no symptoms"
    about = f" after {named(event.session_id)}" if event.session_id else ""
    html = f"{_reports(told)}{about}: {named_ones}.{_thoughts(event)}{_bladder(event.urinary)}"
    if event.wants_call:
        html += " <strong>Asks to be called.</strong>"
    return Told(html, free(Note=event.note), icon="safety" if urgent or event.suicidal_thoughts else None)


def _reports(told: Telling) -> str:
    return "The patient reported" if told.is_by_patient else f"{told.who} wrote down what the patient reports"


def _thoughts(event: SymptomsReported) -> str:
    if event.suicidal_thoughts is None:
        return " Suicidal thoughts were not asked about."
    return " <strong>Suicidal thoughts.</strong>" if event.suicidal_thoughts else ""


def _bladder(urinary: UrinaryBaseline | None) -> str:
    if urinary is None:
        return ""
    by_day, by_night = urinary.frequency_per_day, urinary.nocturia_per_night
    found = [
        "" if by_day is None else f"{by_day} times a day",
        "" if by_night is None else f"{by_night} a night",
        "urgency" if urinary.urgency else "",
        "pain" if urinary.dysuria else "",
        "<strong>visible blood</strong>" if urinary.visible_blood else "",
    ]
    said = joined(found) or "nothing of what was asked"
    return f" Bladder: {said}{'' if urinary.is_whole else '; the rest was not asked'}."


@calls(SymptomsReported)
def _(event: SymptomsReported) -> tuple[UUID, str]:
    return event.report_id, "the report of symptoms"


@says(SymptomsReviewed, "open", Category.DECISIONS)
def _(event: SymptomsReviewed, told: Telling) -> Told:
    return Told(f"{told.who} looked at {named(event.report_id)}.", free(Note=event.note))


@says(MedicineInventoryReported, "measure", Category.OTHER)
def _(event: MedicineInventoryReported, told: Telling) -> Told:
    return Told(f"{_reports(told)}: {'; '.join(map(_tablets, event.tablets))}.", free(Note=event.note))


def _tablets(count: TabletCount) -> str:
    parts = [f"{number(count.on_hand)} left"]
    parts += [f"{number(count.taken)} taken"] if count.taken is not None else []
    parts += [f"{number(count.destroyed)} destroyed"] if count.destroyed is not None else []
    return f"tablets of {mg(count.strength_mg)}: {listed(parts)}"
