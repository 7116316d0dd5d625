"""Booking warns of what ends before the day; opening on that day is refused."""

from datetime import date
from typing import Any

from domain.derived import derived_id
from domain.episode.dosing.open_dosing_session import open_dosing_session
from domain.episode.gates import GatesAreClosed
from domain.episode.intake.intake import Way
from domain.episode.session.book_session import SessionBooked, book_session
from domain.episode.session.closed_that_day import ClosedThatDay
from domain.episode.session.session import SessionKind
from domain.protocol.ending import ending_bases
from tests.domain.given import Scenario, at, given
from tests.domain.people import PROTOCOL, RIVERA, clinician, clinicians, local
from tests.dosing_day import COMPANION, RELEASED
from tests.situations import ADA_ELIGIBLE, ADA_PRESCRIPTION, CONSENTED, PREPARED, plan_issued

LONG = (
    CONSENTED,
    at("2026-11-20 09:00", ADA_ELIGIBLE.model_copy(update={"valid_until": date(2027, 5, 1)}), by=RIVERA),
    at("2026-11-20 09:10", plan_issued(review_by=date(2027, 4, 30)), by=RIVERA),
    at(
        "2026-11-20 09:20",
        ADA_PRESCRIPTION.model_copy(update={"issued_on": date(2026, 11, 20), "expires_on": date(2027, 5, 20)}),
        by=RIVERA,
    ),
)
"""A course in November, with everything but the legal basis lasting into spring."""


def booking(starts: str, history: Any = LONG, now: str = "2026-11-28 09:00", **changed: Any) -> Scenario:
    order = {
        "session_id": derived_id("session", "new"),
        "companion_id": COMPANION,
        "kind": SessionKind.DOSING,
        "starts_at": local(starts),
        "minutes": 180,
        "way": Way.REMOTE,
    }
    grounds = {"clinicians": changed.pop("clinicians", clinicians())}
    return given(history).when(book_session, now=now, **grounds, **(order | changed))


def test_a_remote_session_after_the_federal_basis_ends_warns_when_it_is_booked() -> None:
    booking("2026-12-31 14:00").includes(SessionBooked)
    booking("2027-01-05 14:00").refused(ClosedThatDay, rule="20", field="starts_at", missing="a legal basis")
    booking("2027-01-05 14:00", confirm_day=True).includes(SessionBooked)


def test_and_is_closed_when_it_is_to_be_opened() -> None:
    booked = booking("2027-01-05 14:00", confirm_day=True)
    opening = booked.when(open_dosing_session, now="2027-01-05 13:30", session_id=derived_id("session", "new"))
    opening.refused(GatesAreClosed, rule="20")


def test_a_licence_plan_or_finding_that_runs_out_before_the_day_is_said() -> None:
    ends = clinicians(clinician(RIVERA, until=date(2026, 12, 10)))
    booking("2026-12-10 14:00", clinicians=ends).includes(SessionBooked)
    booking("2026-12-11 14:00", clinicians=ends).refused(ClosedThatDay, rule="3")
    booking("2026-09-02 14:00", PREPARED, "2026-03-11 09:00").refused(ClosedThatDay, rule="3", missing="a new plan")


def test_a_day_too_early_after_the_last_dose_is_said() -> None:
    booking("2026-03-23 14:00", RELEASED, "2026-03-18 09:00").refused(ClosedThatDay, rule="11")
    booking("2026-03-24 14:00", RELEASED, "2026-03-18 09:00").includes(SessionBooked)


def test_what_is_missing_today_as_well_is_nobodys_surprise() -> None:
    booking("2026-03-17 14:00", CONSENTED, "2026-03-11 09:00").includes(SessionBooked)


def test_other_kinds_of_session_ask_nothing() -> None:
    booking("2027-01-05 14:00", kind=SessionKind.INTEGRATION).includes(SessionBooked)


def test_a_basis_is_shown_60_days_before_it_ends_unless_another_follows() -> None:
    assert ending_bases(PROTOCOL, date(2026, 10, 31)) == ()
    (one,) = ending_bases(PROTOCOL, date(2026, 11, 28))
    assert (one.days_left, one.until_on) == (33, date(2026, 12, 31))
    (basis,) = PROTOCOL.legal_bases
    after = basis.model_copy(update={"key": "next", "from_on": date(2027, 1, 1), "until_on": None})
    followed = PROTOCOL.model_copy(update={"legal_bases": (basis, after)})
    assert ending_bases(followed, date(2026, 11, 28)) == ()
