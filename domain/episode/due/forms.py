"""Forms that the protocol asks for after a dosed session, each due a set number of days after the day of the dose."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.due.obligation import Obligation, with_whom
from domain.episode.episode import Episode
from domain.episode.gates.doses import dosed_sessions, first_dose_of
from domain.episode.gates.gate import Question
from domain.episode.gates.words import count, on
from domain.episode.plan.under_protocol import protocol_of
from domain.protocol.requirements import FormWithin


def forms(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Owed from the end of the session on, and after discharge too, until it was sent."""
    protocol = protocol_of(episode, asked.network, asked.protocol)
    for one in protocol.required(FormWithin):
        for session in dosed_sessions(episode):
            if session.ended_at is None or session.form_sent_at is not None:
                continue
            day = day_of(first_dose_of(session), asked.network.zone)
            yield Obligation(
                key=f"monitoring_form:{session.session_id}",
                what="Monitoring form to send",
                why=f"Dosing session {session.number} of {on(day)}; due within {count(one.days, 'day')}.",
                with_role=Role.THERAPIST,
                with_id=with_whom(episode, session.therapist_id, Role.THERAPIST, asked.now),
                due_on=day + timedelta(days=one.days),
                rule=one.rule,
                decision="record_monitoring_form_sent",
                entries=(session.entry_id,),
            )
