"""All alerts of an episode at a moment: one pure function of its state, the network, the protocol and that moment.

Reminders are sent and pages are drawn from this one answer. It says whom an alert is with; that somebody was told,
only the record of what was sent can say.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from uuid import UUID

from domain.clinician.clinician import Clinicians
from domain.episode.alert.alert import SUICIDAL_THOUGHTS, Alert, Raised, Rung, id_of
from domain.episode.alert.ladder import contacts, ladder
from domain.episode.alert.raising import AFTER_THE_COURSE, RAISED_BY
from domain.episode.due.obligation import asked_at
from domain.episode.due.obligations import has_died
from domain.episode.due.owner import therapists_of
from domain.episode.episode import Episode
from domain.network.network import Network
from domain.protocol.protocol import Place, Protocol


def alerts(
    episode: Episode,
    *,
    now: datetime,
    protocol: Protocol,
    network: Network,
    clinicians: Clinicians | None = None,
) -> tuple[Alert, ...]:
    """Every alert that is not settled: urgent ones first, then grave ones, then the longest waiting.

    Imported history raises none; what is told of the patient since does.
    `clinicians` are those known to the caller: a suspended prescriber among them owns nothing.
    """
    known = clinicians or {}
    standing = (_alert(one, episode, now, protocol, network, known) for one in raised(episode, now, protocol, network))
    found = (alert for alert in standing if alert is not None)
    return tuple(sorted(found, key=lambda alert: (alert.place, str(alert.alert_id))))


def raised(episode: Episode, now: datetime, protocol: Protocol, network: Network) -> Iterator[Raised]:
    """What calls for an alert by that moment; a settled situation does no more."""
    if episode.patient_id is None:
        return iter(())
    asked = asked_at(now, protocol, network)
    is_over = episode.is_imported or episode.closed_at is not None or has_died(episode)
    found = chain.from_iterable(look(episode, asked) for look in (AFTER_THE_COURSE if is_over else RAISED_BY))
    return (one for one in found if one.raised_at <= now and not _is_settled(one, episode))


def _is_settled(one: Raised, episode: Episode) -> bool:
    """What no decision settles is settled by being acknowledged."""
    return one.decision is None and id_of(one.kind, one.about) in episode.acknowledgements


def _alert(
    one: Raised, episode: Episode, now: datetime, protocol: Protocol, network: Network, clinicians: Clinicians
) -> Alert | None:
    if (rule := protocol.alert(one.kind)) is None:
        return None
    alert_id = id_of(one.kind, one.about)
    rungs = ladder(rule, one, episode, now, network, clinicians)
    acknowledged = episode.acknowledgements.get(alert_id)
    reached = _reached(rungs, acknowledged.at if acknowledged else now)
    return Alert(
        alert_id=alert_id,
        kind=one.kind,
        name=rule.name,
        why=one.why,
        raised_at=one.raised_at,
        rungs=rungs,
        reached=reached,
        also_sees=tuple(_also_sees(rule.also_sees, rungs, episode, now, network)),
        call=_number(rungs, reached, network, now),
        is_urgent=rule.is_urgent,
        is_grave=rule.is_urgent or one.kind in SUICIDAL_THOUGHTS,
        about=one.about,
        entries=one.entries,
        decision=one.decision,
        for_others_than=one.for_others_than,
        acknowledged_at=acknowledged.at if acknowledged else None,
        acknowledged_by=acknowledged.by if acknowledged else None,
    )


def _reached(rungs: tuple[Rung, ...], moment: datetime) -> int:
    passed = sum(1 for rung in rungs if rung.acknowledge_by <= moment)
    return max(0, min(passed, len(rungs) - 1))


def _also_sees(
    places: Iterable[Place], rungs: tuple[Rung, ...], episode: Episode, now: datetime, network: Network
) -> Iterator[UUID]:
    """Those the protocol names, and the therapist or whoever referred the patient, unless they are on the ladder."""
    named = [contact.clinician_id for contact in contacts(places, episode, now, network, {})]
    told = {contact.clinician_id for rung in rungs for contact in rung.contacts}
    for who in dict.fromkeys([*named, *therapists_of(episode, now)]):
        if who is not None and who not in told:
            yield who


def _number(rungs: tuple[Rung, ...], reached: int, network: Network, now: datetime) -> str | None:
    """The duty number of whoever has it, else that of the prescriber on call."""
    of_rung = (contact.phone for contact in rungs[reached].contacts) if rungs else iter(())
    duty = network.on_call(now)
    return next((phone for phone in of_rung if phone), duty.phone if duty else None)
