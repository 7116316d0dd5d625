"""Contraindications (rule 22), those of earlier courses included; unknown is not no."""

from collections.abc import Iterable
from uuid import UUID

from domain.actor import Role
from domain.days import day_of
from domain.episode.episode import Episode
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, on
from domain.episode.intake.intake import Answer

ALLERGY = "ketamine_allergy"


def contraindications(episode: Episode, asked: Question) -> Iterable[Gate]:
    """One gate for the absolute ones, and one for each relative one that eligibility has not weighed yet."""
    found: list[str] = []
    facts: list[str] = []
    entries: list[UUID] = []
    for code, fact, entry in _present(episode, asked):
        if _is_absolute(asked, code):
            found.append(code)
            facts.append(fact)
            entries += entry
    if not found:
        yield asked.open("22", "contraindications", "None is open.")
    else:
        missing = all_of([_missing(asked, code, episode) for code in found])
        opens = Opens(
            act="The contraindication resolves, eligibility is determined anew and the plan resumed.",
            decision="resolve_contraindication",
            by=Role.PRESCRIBER,
        )
        yield asked.closed("22", "contraindications", *facts, missing=missing, opens=opens, entries=entries)
    yield from _relative(episode, asked)


def _present(episode: Episode, asked: Question) -> Iterable[tuple[str, str, list[UUID]]]:
    """Code, fact and entries of what is open: found here, carried over, or an allergy the intake left open."""
    for one in episode.contraindications.values():
        if one.resolved_at is None:
            day = on(day_of(one.found_at, asked.network.zone))
            yield one.code, f"{_name(asked, one.code)}, found {day}.", [one.entry_id]
    for code in episode.earlier.contraindications:
        if code not in episode.contraindications:
            yield code, f"{_name(asked, code)}, from an earlier course.", []
    intake = episode.intake
    if intake is not None and ALLERGY not in episode.contraindications and intake.ketamine_allergy is not Answer.NO:
        fact = "Allergy to ketamine: yes." if intake.ketamine_allergy is Answer.YES else "Allergy to ketamine: unknown."
        yield ALLERGY, fact, [intake.entry_id]


def _relative(episode: Episode, asked: Question) -> Iterable[Gate]:
    for one in episode.contraindications.values():
        if one.resolved_at is not None or _is_absolute(asked, one.code):
            continue
        name, day = _name(asked, one.code), on(day_of(one.found_at, asked.network.zone))
        key, fact = f"contraindication:{one.code}", f"{name}, found {day}."
        if one.is_considered_in(episode.eligibility):
            yield asked.open("22.relative", key, fact, "Weighed when eligibility was determined.")
            continue
        opens = Opens(act="A prescriber weighs it.", decision="determine_eligibility", by=Role.PRESCRIBER)
        missing = f"eligibility determined in the light of {name}"
        yield asked.closed("22.relative", key, fact, missing=missing, opens=opens, entries=[one.entry_id])


def _is_absolute(asked: Question, code: str) -> bool:
    """A code the protocol does not list is taken for the graver kind."""
    listed = asked.protocol.contraindication(code)
    return listed is None or listed.is_absolute


def _name(asked: Question, code: str) -> str:
    listed = asked.protocol.contraindication(code)
    name = listed.name if listed else code.replace("_", " ")
    return name[:1].upper() + name[1:]


def _missing(asked: Question, code: str, episode: Episode) -> str:
    if code == ALLERGY and episode.intake is not None and episode.intake.ketamine_allergy is Answer.UNKNOWN:
        return "the answer whether the patient is allergic to ketamine"
    listed = asked.protocol.contraindication(code)
    if listed is not None and not listed.can_resolve:
        return f"nothing: {listed.name} never resolves"
    return f"evidence that {listed.name if listed else code} has resolved"
