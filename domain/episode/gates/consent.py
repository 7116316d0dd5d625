"""Consent (rule 1): signed before the dose and sober, in a version still accepted, and not withdrawn."""

from collections.abc import Iterable
from datetime import datetime

from domain.actor import Role
from domain.days import day_of
from domain.episode.consent.consents import Consent, ConsentType
from domain.episode.dosing.driving import may_drive_from, zone_of
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, first_dose_of, last_dose_of
from domain.episode.gates.gate import Gate, Opens, Question
from domain.episode.gates.words import all_of, at, on
from domain.episode.intake.intake import Way
from domain.network.network import Network
from domain.protocol.protocol import ConsentRequirement, Protocol, RequiredWhen


def consent(episode: Episode, asked: Question) -> Iterable[Gate]:
    """One gate for all consents this session needs: to ketamine, and to telehealth when it is not in person."""
    facts, missing, entries = [], [], []
    for requirement in asked.protocol.consents:
        if not _is_needed(requirement, asked.way):
            continue
        signed = _signed(episode, ConsentType(requirement.consent_type), asked.now, asked.protocol, asked.network)
        fact = _what_stands_against(signed, requirement, episode, asked.now, asked.protocol, asked.network)
        facts.append(fact or _said(requirement, signed, asked.network))
        entries += [signed.entry_id] if signed else []
        if fact is not None:
            missing.append(f"{requirement.title}, version {requirement.current_version(asked.today)}")
    if not missing:
        yield asked.open("1", "consent", *facts, entries=entries)
        return
    opens = Opens(act="The patient signs, on a day without medicine.", decision="sign_consent", by=Role.THERAPIST)
    yield asked.closed("1", "consent", *facts, missing=all_of(missing), opens=opens, entries=entries)


def has_consent(
    episode: Episode, consent_type: ConsentType, now: datetime, protocol: Protocol, network: Network
) -> bool:
    """Whether this consent stands at a moment."""
    requirement = protocol.consent(consent_type)
    signed = _signed(episode, consent_type, now, protocol, network)
    return requirement is not None and not _what_stands_against(signed, requirement, episode, now, protocol, network)


def _is_needed(requirement: ConsentRequirement, way: Way | None) -> bool:
    match requirement.required_when:
        case RequiredWhen.ALWAYS:
            return True
        case RequiredWhen.REMOTE:
            return way in (Way.REMOTE, Way.GROUP)
        case _:
            return False


def _signed(
    episode: Episode, consent_type: ConsentType, now: datetime, protocol: Protocol, network: Network
) -> Consent | None:
    """The latest signature by that moment; one under the influence does not count, and replaces no earlier one."""
    signed = [c for c in episode.consents if c.consent_type is consent_type and c.signed_at <= now]
    standing = (c for c in signed if c.withdrawn_at is None or now < c.withdrawn_at)
    sober = [c for c in standing if _sober_at(episode, c.signed_at, protocol, network) is None]
    return max(sober or signed, key=lambda c: c.signed_at, default=None)


def _what_stands_against(
    signed: Consent | None,
    requirement: ConsentRequirement,
    episode: Episode,
    now: datetime,
    protocol: Protocol,
    network: Network,
) -> str | None:
    """The sentence that says why a consent does not count, None where it does."""
    today = day_of(now, network.zone)
    if signed is None:
        return f"{requirement.title}: not signed."
    if signed.withdrawn_at is not None and signed.withdrawn_at <= now:
        return f"{requirement.title}: withdrawn {at(signed.withdrawn_at, network.zone)}."
    if not requirement.accepts(signed.text_version, today):
        return f"{requirement.title}: version {signed.text_version} is not accepted on {on(today)}."
    if (sober_at := _sober_at(episode, signed.signed_at, protocol, network)) is not None:
        signed_at = at(signed.signed_at, network.zone)
        return f"{requirement.title}: signed {signed_at} after a dose, before {at(sober_at, network.zone)}."
    return None


def _sober_at(episode: Episode, signed_at: datetime, protocol: Protocol, network: Network) -> datetime | None:
    """When the patient could drive again, if they signed between a dose and then."""
    for session in dosed_sessions(episode):
        zone = zone_of(episode, session, network)
        sober_at = may_drive_from(last_dose_of(session), zone, protocol.numbers.driving_hours.value)
        if first_dose_of(session) <= signed_at < sober_at:
            return sober_at
    return None


def _said(requirement: ConsentRequirement, signed: Consent | None, network: Network) -> str:
    if signed is None:
        return ""
    return f"{requirement.title}: version {signed.text_version}, signed {at(signed.signed_at, network.zone)}."
