"""Requirements of a protocol in sentences: what each kind of rule asks for with the parameters of the document."""

from api.formats import and_list, counted
from domain.episode.gates.required_sets import LOOKED, SAID
from domain.episode.gates.words import WAY_WORDS
from domain.instrument import title_of
from domain.protocol.requirements import (
    CheckAt,
    FormWithin,
    InstrumentBefore,
    Kind,
    MedicineForms,
    Pace,
    Resolved,
    VitalsAt,
    WaysAllowed,
    When,
)


def requirement_words(one: Kind) -> str:
    """`One set with blood pressure and pulse, 35 to 55 min after the last part.`"""
    match one:
        case VitalsAt():
            return f"One set with {and_list([SAID[value] for value in one.values])}, {_when(one)}."
        case CheckAt():
            looks = and_list([LOOKED[look] for look in one.looks_at])
            at = and_list([str(minutes) for minutes in one.at_minutes])
            return f"A look at {looks} {at} min after the last part, {one.tolerance_minutes} min early or late."
        case Resolved():
            most = (
                f"sedation at most {one.sedation_at_most} of 3, dissociation at most {one.dissociation_at_most} of 10"
            )
            return f"Before release a look not older than {one.within_minutes} min: {most}, breathing not depressed."
        case WaysAllowed():
            return f"Sessions take place {' or '.join(WAY_WORDS[way] for way in one.ways)} only."
        case MedicineForms():
            return f"Plans order {' or '.join(form.replace('_', ' ') for form in one.forms)}s only."
        case Pace():
            until = f" to {one.until_week}" if one.until_week else " on"
            doses = f"{counted(one.doses_at_most, 'dose')} within {counted(one.in_days, 'day')}"
            return f"From week {one.from_week}{until}: at most {doses}."
        case InstrumentBefore():
            return f"{title_of(one.instrument)} answered at most {counted(one.days_at_most, 'day')} before the dose."
        case FormWithin():
            return f"The {one.form} form of each dosed session is sent within {counted(one.days, 'day')}."
    raise TypeError(f"{type(one).__name__} is no kind of rule")


def _when(one: VitalsAt) -> str:
    match one.when:
        case When.BEFORE_DOSE:
            return f"not older than {one.until_minutes} min when the dose is cleared"
        case When.AFTER_DOSE:
            return f"{one.from_minutes} to {one.until_minutes} min after the last part"
        case When.BEFORE_RELEASE:
            settled = ", inside the plan's limits or no longer rising" if one.settled else ""
            return f"not older than {one.until_minutes} min at release{settled}"
