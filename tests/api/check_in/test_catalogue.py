"""Every text of patients' pages stands in every catalogue, with the same facts in it."""

import re

import pytest

from api.check_in_view.catalogue import language_asked, words_in
from domain.episode.check_in.symptoms import Symptom
from domain.episode.consent.consent_text import consent_text
from domain.episode.consent.consents import TouchScope
from domain.patient.language import Language
from tests.api.check_in.said import BY_CODE, texts
from tests.api.clinic import local

OTHERS = [language for language in Language if language is not Language.ENGLISH]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: Language) -> None:
    said = texts()
    assert len(said) > 100
    assert said - words_in(language).messages.keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_keeps_the_facts(language: Language) -> None:
    for text, translated in words_in(language).messages.items():
        assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", translated)), text


def test_every_code_a_patient_can_choose_has_words() -> None:
    assert {code for codes in BY_CODE for code in codes if isinstance(code, Symptom)} == set(Symptom)
    assert set(TouchScope) <= {code for codes in BY_CODE for code in codes}


def test_the_language_is_the_one_chosen_then_the_links_then_the_browsers() -> None:
    assert language_asked("es", "en-US", Language.ENGLISH) is Language.SPANISH
    assert language_asked("", "en-US,en;q=0.9", Language.SPANISH) is Language.SPANISH
    assert language_asked("", "es-MX,es;q=0.9,en;q=0.8") is Language.SPANISH
    assert language_asked("", "fr-FR") is Language.ENGLISH
    assert language_asked("xx", "") is Language.ENGLISH


def test_days_and_months_are_written_in_the_language() -> None:
    day = local("2026-03-12 09:42")
    assert words_in(Language.ENGLISH).day(day, "America/Los_Angeles") == "March 12, 2026"
    assert words_in(Language.SPANISH).day(day, "America/Los_Angeles") == "12 de marzo de 2026"
    assert words_in(Language.SPANISH).months[0] == ("1", "Enero")
    assert words_in(Language.ENGLISH).moment(day, "America/Los_Angeles") == "March 12, 2026, 09:42"
    assert words_in(Language.SPANISH).moment(day, "America/Los_Angeles") == "12 de marzo de 2026, 09:42"


@pytest.mark.parametrize(("kind", "version"), [("ketamine", 4), ("telehealth", 2), ("privacy", 2), ("touch", 1)])
def test_consents_have_as_many_paragraphs_in_every_language(kind: str, version: int) -> None:
    lengths = set()
    for language in Language:
        text = consent_text(kind, version, language)
        assert text is not None
        lengths.add(len(text.paragraphs))
    assert len(lengths) == 1
