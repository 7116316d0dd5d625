"""Urinary symptoms that wait for a prescriber: visible blood the same day, the rest when the protocol says (U1)."""

from collections.abc import Iterable

from domain.actor import Role
from domain.days import day_of, working_day_after
from domain.episode.due.obligation import Obligation
from domain.episode.due.owner import owner_of_alert
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.urinary import is_in_force, waiting_for_review, worse_in
from domain.episode.gates.words import all_of, on


def urinary_symptoms(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """One for each report of new or worse symptoms."""
    if not is_in_force(asked.protocol.numbers):
        return
    days = asked.protocol.numbers.urinary_review_working_days.value
    for report in waiting_for_review(episode, asked):
        reported_on = day_of(report.reported_at, asked.network.zone)
        bleeds = report.urinary is not None and report.urinary.visible_blood
        if bleeds and report.needs_review:
            continue  # owed among the reports, the same day
        yield Obligation(
            key=f"urinary:{report.report_id}",
            what="Urinary symptoms to look at",
            why=f"Reported {on(reported_on)}: {all_of(worse_in(episode, report, asked))}.",
            with_role=Role.PRESCRIBER,
            with_id=owner_of_alert(episode, asked.now, asked.network).clinician_id,
            due_on=reported_on if bleeds else working_day_after(reported_on, days),
            rule="26",
            decision="review_symptoms",
            entries=(report.entry_id,),
            blocks_dosing=True,
        )
