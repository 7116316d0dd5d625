"""What is due around the medicine: the reference, the monitoring program, and parcels that have not arrived."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from domain.actor import Role
from domain.episode.due.obligation import Obligation, whose
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.prescription import prescription
from domain.episode.gates.tablets import newest, tablets_add_up
from domain.episode.gates.words import count, on
from domain.episode.plan.plan import PlanStatus
from domain.episode.prescription.check_pdmp import days_asked, is_checked


def prescriptions(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """The program first, where the network asks for it: without it no reference is recorded."""
    if episode.plan is not None and episode.plan.status is PlanStatus.IN_FORCE:
        for gate in prescription(episode, asked):
            if not gate.is_open:
                yield from _pdmp(episode, asked)
                yield Obligation(
                    key="prescription",
                    what="Record the prescription",
                    why=" ".join(gate.facts),
                    with_role=Role.PRESCRIBER,
                    with_id=whose(episode, Role.PRESCRIBER, asked.now),
                    rule=gate.rule,
                    decision="record_prescription",
                    entries=gate.entries,
                    blocks_dosing=True,
                )
    yield from _parcels(episode, asked)
    for gate in tablets_add_up(episode, asked):
        if not gate.is_open:
            yield Obligation(
                key=f"tablets:{newest_id(episode)}",
                what="Ask about the tablets",
                why=" ".join(gate.facts),
                with_role=Role.PRESCRIBER,
                with_id=whose(episode, Role.PRESCRIBER, asked.now),
                rule=gate.rule,
                decision="explain_tablets",
                entries=gate.entries,
            )


def newest_id(episode: Episode) -> UUID | None:
    """The count in question."""
    report = newest(episode)
    return report.report_id if report else None


def _pdmp(episode: Episode, asked: Question) -> Iterable[Obligation]:
    state, days = episode.intake.home_state if episode.intake else None, days_asked(asked.protocol)
    if state is None or days is None or is_checked(episode, state, asked.today, days):
        return
    yield Obligation(
        key="pdmp",
        what="Ask the monitoring program",
        why=f"The prescription monitoring program of {state} was not asked in the last {count(days, 'day')}.",
        with_role=Role.PRESCRIBER,
        with_id=whose(episode, Role.PRESCRIBER, asked.now),
        rule="19.pdmp",
        decision="check_pdmp",
        blocks_dosing=True,
    )


def _parcels(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Medicine on its way that nobody has said arrived."""
    days = asked.protocol.numbers.shipment_days
    for known in episode.prescriptions.values():
        step = known.on_its_way
        if days is None or step is None or known.is_cancelled:
            continue
        yield Obligation(
            key=f"shipment:{known.prescription_id}",
            what="Ask whether the medicine arrived",
            why=f"Shipped {on(step.on)}; nobody has said that it arrived.",
            with_role=Role.COORDINATOR,
            with_id=whose(episode, Role.COORDINATOR, asked.now),
            due_on=step.on + timedelta(days=days.value),
            decision="track_prescription",
            entries=(step.entry_id,),
        )
