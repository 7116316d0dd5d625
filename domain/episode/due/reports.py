"""What is due because of what the patient reported between sessions. A pause does not end it."""

from collections.abc import Iterable
from datetime import timedelta

from domain.actor import Role
from domain.days import day_of
from domain.episode.check_in.symptoms import RED_FLAGS, SymptomReport
from domain.episode.due.obligation import Obligation, whose
from domain.episode.due.owner import owner_of_alert
from domain.episode.episode import Episode
from domain.episode.gates.gate import Question
from domain.episode.gates.words import at


def reports(episode: Episode, asked: Question) -> Iterable[Obligation]:
    """Reports of symptoms that nobody has looked at: the same day where a sign is urgent, else as the protocol says."""
    waiting = [one for one in episode.symptom_reports.values() if one.needs_review]
    for report in sorted(waiting, key=lambda one: (not _cannot_wait(one), one.reported_at)):
        yield _review(report, episode, asked)


def _cannot_wait(report: SymptomReport) -> bool:
    bleeds = report.urinary is not None and report.urinary.visible_blood
    return report.has_red_flag or bleeds or report.suicidal_thoughts is True


def _review(report: SymptomReport, episode: Episode, asked: Question) -> Obligation:
    urgent = _cannot_wait(report)
    role = Role.PRESCRIBER if urgent else Role.THERAPIST
    with_id = owner_of_alert(episode, asked.now, asked.network).clinician_id if urgent else None
    reported_on = day_of(report.reported_at, asked.network.zone)
    within = timedelta(days=asked.protocol.numbers.report_review_days.value)
    return Obligation(
        key=f"symptoms:{report.report_id}",
        what="Call about reported symptoms" if urgent or report.wants_call else "Look at reported symptoms",
        why=f"Reported {at(report.reported_at, asked.network.zone)}: {_said(report)}.",
        with_role=role,
        with_id=with_id or whose(episode, role, asked.now),
        due_on=reported_on if urgent else reported_on + within,
        rule="26" if report.urinary is not None and report.urinary.visible_blood else None,
        decision="review_symptoms",
        entries=(report.entry_id,),
        is_safety=urgent,
    )


def _said(report: SymptomReport) -> str:
    urgent = [one for one in report.symptoms if one in RED_FLAGS]
    others = [one for one in report.symptoms if one not in RED_FLAGS]
    said = [str(one).replace("_", " ") for one in (*urgent, *others)]
    said += ["visible blood in the urine"] if report.urinary is not None and report.urinary.visible_blood else []
    said += ["suicidal thoughts"] if report.suicidal_thoughts else []
    said += ["wants to be called"] if report.wants_call else []
    return ", ".join(said)
