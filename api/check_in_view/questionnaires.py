"""Questionnaires on a patient's page: the official text in their language, or the English one with a notice."""

from collections.abc import Sequence
from typing import Any

from api.check_in_view.paper import Answer, Paper, Setting
from api.forms.lists import Radio
from api.forms.posted import Posted, small_number
from domain.episode.check_in.what_can_be_shown import has_text_in, still_shown
from domain.instrument import Instrument, Item
from domain.instrument.asking import unanswered
from domain.instrument.translation import Translation, translation
from domain.patient.language import Language

AS_IT_IS = "as_it_is"
"""The tick that sends a questionnaire with questions left open."""


def papers(setting: Setting) -> Sequence[Paper]:
    """One paper per questionnaire; of those whose text was taken away since, one that says so."""
    shown = still_shown(setting.link.instruments)
    found = [_paper(setting, one) for one in shown]
    return found if len(shown) == len(setting.link.instruments) else [*found, _taken_away(setting)]


def _taken_away(setting: Setting) -> Paper:
    words = setting.words
    return Paper(
        heading=words("One of the questionnaires"),
        fields=(),
        notice=words("It cannot be shown here any more. Your care team will ask you in another way."),
    )


def _paper(setting: Setting, instrument: Instrument) -> Paper:
    text, words = translation(instrument, setting.words.language), setting.words
    notice = ""
    if not has_text_in(instrument, words.language):
        notice = words(
            "This questionnaire is only available in English. You may ask your care team to go through it with you."
        )
    return Paper(
        heading=instrument.title,
        fields=tuple(_question(instrument, item, text) for item in instrument.items),
        intro=text.stem if text else instrument.stem or "",
        notice=notice,
        credit=text.notice if text else instrument.licence.notice,
        language=Language.ENGLISH.value if notice else "",
    )


def _question(instrument: Instrument, item: Item, text: Translation | None) -> Radio:
    asked = text.items[item.number - 1] if text else item.label
    labels = [(option.value, option.label) for option in instrument.options_of(item)]
    if text and not item.options:
        labels = [(value, text.scale[n]) for n, (value, _) in enumerate(labels)]
    return Radio(
        name=name_of(instrument.id, item.number),
        label=f"{item.number}. {asked}",
        options=[(str(value), label) for value, label in labels],
        hint=item.hint or "",
        optional=True,
        is_quiet=True,
    )


def name_of(instrument_id: str, item: int) -> str:
    return f"{instrument_id}.{item}"


def answer(setting: Setting, posted: Posted) -> Answer:
    """Answers as they were given. Questions left open are asked about once; nobody has to answer all of them."""
    measures: list[dict[str, Any]] = []
    mistakes: dict[str, str] = {}
    empty: list[str] = []
    for instrument in still_shown(setting.link.instruments):
        given = tuple(small_number(posted.one(name_of(instrument.id, item.number))) for item in instrument.items)
        for item, value in zip(instrument.items, given, strict=True):
            if value is not None and value not in instrument.values_of(item):
                mistakes[name_of(instrument.id, item.number)] = setting.words("Choose one of the answers.")
        if all(value is None for value in given):
            mistakes[name_of(instrument.id, 1)] = setting.words("Answer at least one question.")
        open_items = sorted(unanswered(instrument, given))
        empty += [name_of(instrument.id, number) for number in open_items]
        measures.append(_measure(setting, instrument, given))
    if posted.is_ticked(AS_IT_IS):
        empty = []
    return Answer({"measures": measures}, mistakes, tuple(empty))


def _measure(setting: Setting, instrument: Instrument, given: tuple[int | None, ...]) -> dict[str, Any]:
    return {
        "outcome_id": str(setting.id_of("outcome", instrument.id)),
        "instrument": instrument.id,
        "instrument_version": instrument.version,
        "taken_at": setting.now.isoformat(),
        "answers": list(given),
    }
