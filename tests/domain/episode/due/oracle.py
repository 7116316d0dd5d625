"""What is due, told once more and quite differently: by reading the list of events again and again and walking the
calendar step by step. Slow and plain, and it shares no code with the obligations it checks.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.domain.episode.due.random_courses import Course

ASKED = (
    "care_team", "adverse_event_review", "hold", "deviation", "running", "late_release", "check_in", "safety_call",
    "follow_up", "more_sessions", "plan_review", "discharge", "renew_eligibility", "case_review", "contact",
)  # fmt: skip
"""Kinds of obligations the oracle knows; `check_in_link` is another one."""
OBSERVED, SWALLOWED_OBSERVED, LATE, NEVER_CLOSED = 120, 180, 60, 6 * 60


class Oracle:
    """Answers with key and due time of everything it knows of; an empty due is none."""

    def __init__(self, course: Course) -> None:
        self.now, self.zone = course.now, course.network_zone
        self.events: list[tuple[datetime, str, Any]]
        self.events = [(at, type(event).__name__, event) for at, event in course.events]

    def due(self) -> dict[str, str]:
        found: dict[str, str] = {}
        has_died = any(e.grade == 5 for _, e in self.all("AdverseEventReported"))
        ended = [at for at, _ in self.all("PatientDischarged")]
        found.update(self.adverse())
        found.update(self.unanswered("DeviationNoted", "DeviationReviewed", "deviation_id", "deviation"))
        if not has_died and (not ended or ended[-1] < self.six_on_the_day_after()):
            found.update(one for one in self.aftercare() if one[0].startswith("safety_call"))
        if has_died or ended:
            return found
        found.update(self.unanswered("HoldPlaced", "HoldReleased", "hold_id", "hold"))
        if self.is_paused():
            return found
        for part in (self.team(), self.sessions(), self.aftercare(), self.course(), self.contact()):
            found.update(part)
        return found

    # reading

    def all(self, name: str) -> list[tuple[datetime, Any]]:
        return [(at, event) for at, kind, event in self.events if kind == name]

    def day(self, at: datetime, zone: str | None = None) -> date:
        local = at.astimezone(ZoneInfo(zone or self.zone))
        return date(local.year, local.month, local.day)

    def days_later(self, day: date, days: int) -> date:
        """One midnight after the other, in ordinals rather than in differences."""
        for _ in range(days):
            day = date.fromordinal(day.toordinal() + 1)
        return day

    def is_paused(self) -> bool:
        names = [kind for _, kind, _ in self.events if kind in ("EpisodePaused", "EpisodeResumed")]
        return bool(names) and names[-1] == "EpisodePaused"

    def minutes_after(self, at: datetime, minutes: int) -> datetime:
        """Real minutes, one by one, whatever the clock on the wall does."""
        stamp = at.timestamp()
        for _ in range(minutes):
            stamp += 60
        return datetime.fromtimestamp(stamp, UTC)

    # what is due

    def adverse(self) -> Iterator[tuple[str, str]]:
        reviewed = {event.adverse_event_id for _, event in self.all("AdverseEventReviewed")}
        grave = [e for _, e in self.all("AdverseEventReported") if e.grade >= 3 or e.serious]
        waiting = [self.day(e.happened_at) for e in grave if e.adverse_event_id not in reviewed]
        if waiting:
            yield "adverse_event_review", str(sorted(waiting)[0])

    def unanswered(self, asked: str, answered: str, name: str, kind: str) -> Iterator[tuple[str, str]]:
        settled = {getattr(event, name) for _, event in self.all(answered)}
        for at, event in self.all(asked):
            if getattr(event, name) not in settled:
                yield f"{kind}:{getattr(event, name)}", str(self.day(at))

    def team(self) -> Iterator[tuple[str, str]]:
        for role in ("prescriber", "therapist"):
            there = False
            for _, kind, event in self.events:
                if kind == "CareTeamMemberAssigned" and event.role.value == role:
                    there = True
                if kind == "CareTeamMemberRemoved" and event.role.value == role:
                    there = False
            if not there:
                yield f"care_team:{role}", ""

    def told_sessions(self) -> list[dict[str, Any]]:
        """Dosing sessions with what happened in them, the earliest dose first."""
        known: dict[Any, dict[str, Any]] = {}
        for at, kind, event in self.events:
            if kind == "DosingSessionOpened":
                known[event.session_id] = {"id": event.session_id, "opened": at, "doses": [], "swallowed": False}
            if kind == "DoseTaken":
                known[event.session_id]["doses"].append(event.taken_at)
                known[event.session_id]["swallowed"] |= event.swallowed
            if kind == "SessionEnded":
                known[event.session_id] |= {"ended": event.ended_at, "as": event.ended_as.value}
        return sorted(known.values(), key=lambda one: one["doses"][0])

    def sessions(self) -> Iterator[tuple[str, str]]:
        for one in self.told_sessions():
            if "ended" in one:
                continue
            since = one["doses"][-1] if one["doses"][-1] > one["opened"] else one["opened"]
            yield f"running:{one['id']}", self.minutes_after(since, NEVER_CLOSED).isoformat()
            watched = SWALLOWED_OBSERVED if one["swallowed"] else OBSERVED
            told_at = self.minutes_after(one["doses"][-1], watched + LATE)
            if self.now > told_at:
                yield f"late_release:{one['id']}", told_at.isoformat()

    def six_on_the_day_after(self) -> datetime:
        told = self.told_sessions()
        if not told:
            return datetime.min.replace(tzinfo=UTC)
        zone = self.patient_zone()
        wanted = self.days_later(self.day(told[-1]["doses"][-1], zone), 1)
        moment: datetime = told[-1]["doses"][-1].replace(minute=0, second=0)
        while True:  # a quarter of an hour at a time until the clock on the patient's wall says six in the evening
            local = moment.astimezone(ZoneInfo(zone))
            if (local.date(), local.hour, local.minute) == (wanted, 18, 0):
                return moment
            moment += timedelta(minutes=15)

    def aftercare(self) -> Iterator[tuple[str, str]]:
        told = self.told_sessions()
        if not told or "ended" not in told[-1]:
            return
        last = told[-1]
        if any(event.session_id == last["id"] for _, event in self.all("NextDayCheckInRecorded")):
            return
        if last["as"] == "against_advice":
            yield f"safety_call:{last['id']}", self.minutes_after(last["ended"], 60).isoformat()
            return
        moment = self.six_on_the_day_after()
        yield f"check_in:{last['id']}", moment.isoformat()

    def patient_zone(self) -> str:
        intakes = self.all("IntakeCompleted")
        return str(intakes[-1][1].patient_zone) if intakes else self.zone

    def course(self) -> Iterator[tuple[str, str]]:
        visits = sorted((event for _, event in self.all("FollowUpCompleted")), key=lambda visit: visit.completed_at)
        if visits and visits[-1].decision.value == "stop":
            yield "discharge", ""
        else:
            yield from self.follow_up(visits)
            if plans := self.all("PlanIssued"):
                yield "plan_review", str(plans[-1][1].terms.review_by)
        yield from self.renewal()
        yield from self.review(visits)

    def follow_up(self, visits: list[Any]) -> Iterator[tuple[str, str]]:
        dosed = self.told_sessions()
        since_first = [visit for visit in visits if dosed and visit.completed_at >= dosed[0]["doses"][0]]
        intake_at = self.all("IntakeCompleted")[-1][1].ended_at if self.all("IntakeCompleted") else None
        month = None
        if intake_at is not None and not [visit for visit in visits if visit.completed_at >= intake_at]:
            month = self.days_later(self.day(intake_at), 30)
        is_closed = len(dosed) >= 2 and not (since_first and since_first[-1].sessions_released)
        if len(dosed) >= 2 and not is_closed:
            plans = self.all("PlanIssued")
            if not plans or plans[-1][0] < since_first[-1].completed_at:
                yield "more_sessions", ""
                return
        if is_closed or month is not None:
            yield "follow_up", self.booked_or(month)

    def booked_or(self, month: date | None) -> str:
        moment = None
        for _, kind, event in self.events:
            if kind == "FollowUpBooked":
                moment = event.starts_at
            if kind == "FollowUpCompleted":
                moment = None
        if moment is not None and (month is None or self.day(moment) <= month):
            return str(moment.isoformat())
        return str(month) if month else ""

    def renewal(self) -> Iterator[tuple[str, str]]:
        plans, found = self.all("PlanIssued"), self.all("EligibilityDetermined")
        if not plans or not found:
            return
        since = plans[-1][0]
        used = sum(one["doses"][0] >= since for one in self.told_sessions())
        last_day, today = found[-1][1].valid_until, self.day(self.now)
        if used < plans[-1][1].terms.sessions_authorised and today <= last_day <= self.days_later(today, 30):
            yield "renew_eligibility", str(last_day)

    def review(self, visits: list[Any]) -> Iterator[tuple[str, str]]:
        dosed = self.told_sessions()
        if not dosed:
            return
        began_at = dosed[0]["doses"][0]
        told = [event for _, event in self.all("OutcomeRecorded")]
        scores = [(one.taken_at, one.total) for one in sorted(told, key=lambda o: (o.taken_at, str(o.outcome_id)))]
        before = [at <= began_at for at, _ in scores].count(True)
        baseline = before - 1 if before else 0
        if baseline >= len(scores) - 1:
            return
        first, last = scores[baseline][1], scores[-1][1]
        week_8, week_12 = (self.days_later(self.day(began_at), days) for days in (56, 84))
        halved = first - last >= first / 2
        seen = any(self.day(visit.completed_at) >= week_8 for visit in visits)
        if self.day(self.now) >= week_8 and first >= 10 and last >= 10 and not halved and not seen:
            yield "case_review", str(week_12)

    def contact(self) -> Iterator[tuple[str, str]]:
        seen = [event.ended_at for _, event in self.all("IntakeCompleted")[-1:]]
        seen += [event.completed_at for _, event in self.all("FollowUpCompleted")]
        seen += [event.at for _, event in self.all("NextDayCheckInRecorded")[-99:]]
        seen += [event.ended_at for _, event in [*self.all("SessionEnded"), *self.all("IntegrationCompleted")]]
        last = self.day(max(seen)) if seen else self.day(self.events[0][0])
        calls: dict[str, date] = {}
        for at, event in self.all("ObligationMarkedDone"):
            calls[event.due] = self.day(at)
        today = self.day(self.now)
        while True:
            due = self.days_later(last, 28)
            called = calls.get(str(due))
            if called is None or called <= last or today < self.days_later(called, 21):
                break
            last = called
        if called is not None or (today >= self.days_later(last, 21) and not self.is_booked_by(due)):
            yield "contact", str(due)

    def is_booked_by(self, due: date) -> bool:
        coming = [self.booked_or(None)]
        moments = [datetime.fromisoformat(one) for one in coming if one]
        return any(moment >= self.now and self.day(moment) <= due for moment in moments)
