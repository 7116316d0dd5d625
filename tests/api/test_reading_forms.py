"""What people type becomes an order: figures, days, times in the zone, lists, and what is refused in a sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from api.forms import FORMS
from api.forms.fields import Field, Number, Reading, Text, Wrong
from api.forms.form import Form
from api.forms.lists import Answers, Codes, Many, Rows, Tick, YesNo
from api.forms.order import field_at, order_in
from api.forms.plan_terms import without_booster_of_nothing
from api.forms.posted import Posted
from api.forms.section import section
from api.forms.times import Day, Moment, TimeOfDay

ZONE = ZoneInfo("America/Los_Angeles")
NOW = datetime(2026, 3, 12, 16, 42, tzinfo=UTC)
"""09:42 in Los Angeles."""


def read(field: Field, **posted: str) -> object:
    sent = Posted({name.replace("__", "."): (value,) for name, value in posted.items()})
    return field.read(sent, Reading(ZONE, NOW))


@pytest.mark.parametrize(("typed", "value"), [("12.5", "12.5"), (" 100 ", "100"), ("0", "0"), ("", None), ("−2", "-2")])
def test_an_amount_is_read_as_it_was_written(typed: str, value: str | None) -> None:
    assert read(Number(name="mg", whole=False), mg=typed) == value


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("12,5", "Write decimals with a point, such as 12.5; no commas."),
        ("154 lb", "Write the figure alone, without a unit."),
        ("much", "Write a figure."),
        ("1e3", "Write the figure alone, without a unit."),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused_in_a_sentence(typed: str, says: str) -> None:
    with pytest.raises(Wrong, match=f"^{says}$"):
        read(Number(name="mg", whole=False), mg=typed)


def test_a_whole_number_is_whole() -> None:
    assert read(Number(name="n"), n="14") == 14
    assert read(Number(name="n"), n="14.0") == 14
    with pytest.raises(Wrong, match="whole number"):
        read(Number(name="n"), n="14.5")


@pytest.mark.parametrize(
    ("now", "offset"), [("2026-11-01T09:40:00", "-08:00"), ("2026-11-01T08:40:00", "-07:00")], ids=["second", "first"]
)
def test_in_the_hour_that_the_clocks_repeat_a_time_is_the_latest_that_has_come(now: str, offset: str) -> None:
    """A dose at the second 01:30 would seem an hour older, and its patient be released an hour too early."""
    posted = Posted({"at": ("01:30",)})
    reading = Reading(ZONE, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert str(TimeOfDay(name="at", label="At").read(posted, reading)).endswith(f"01:30:00{offset}")


def test_day_and_time_become_an_instant_in_the_networks_zone() -> None:
    moment = Moment(name="at", label="At")
    assert read(moment, at__day="2026-03-17", at__time="14:00") == "2026-03-17T14:00:00-07:00"
    assert read(moment, at__day="2026-01-17", at__time="9:05") == "2026-01-17T09:05:00-08:00"
    assert read(moment) is None
    with pytest.raises(Wrong, match="time as well"):
        read(moment, at__day="2026-03-17")
    with pytest.raises(Wrong, match="24 hours"):
        read(moment, at__day="2026-03-17", at__time="01:45 PM")


def test_a_time_that_the_clocks_skip_does_not_exist() -> None:
    with pytest.raises(Wrong, match="There was no 02:30 on 8 Mar 2026"):
        read(Moment(name="at"), at__day="2026-03-08", at__time="02:30")


def test_a_time_of_day_is_the_latest_there_was() -> None:
    field = TimeOfDay(name="at")
    just_past_midnight = datetime(2026, 3, 13, 7, 10, tzinfo=UTC)
    assert read_at(field, "23:58", just_past_midnight) == "2026-03-12T23:58:00-07:00"
    assert read_at(field, "00:05", just_past_midnight) == "2026-03-13T00:05:00-07:00"
    assert read_at(field, "09:45", NOW) == "2026-03-12T09:45:00-07:00"


def read_at(field: Field, typed: str, now: datetime) -> object:
    return field.read(Posted({field.name: (typed,)}), Reading(ZONE, now))


def test_a_day_that_is_none_says_how_to_write_one() -> None:
    with pytest.raises(Wrong, match="2026-03-17"):
        read(Day(name="on"), on="03/17/2026")


def test_lists_ticks_and_answers() -> None:
    posted = Posted({"ways": ("remote", "group"), "codes": ("f33.2; F41.1,f10.20",), "q.1": ("0",), "q.3": ("2",)})
    reading = Reading(ZONE, NOW)
    assert Many(name="ways").read(posted, reading) == ["remote", "group"]
    assert Codes(name="codes").read(posted, reading) == ["F33.2", "F41.1", "F10.20"]
    assert Tick(name="missing").read(posted, reading) is False
    assert YesNo(name="missing").read(posted, reading) is None
    items = [(number, "", ()) for number in (1, 2, 3)]
    assert Answers(name="q", items=items).read(posted, reading) == [0, None, 2]
    assert Answers(name="other", items=items).read(posted, reading) is None


def test_empty_rows_are_left_out_and_mistakes_find_their_row() -> None:
    rows = Rows(name="medicines", fields=(Text(name="name"), Number(name="hold_hours", optional=True)), least=3)
    posted = Posted({"medicines.0.name": ("",), "medicines.1.name": ("Lorazepam",), "medicines.1.hold_hours": ("24",)})
    assert rows.read(posted, Reading(ZONE, NOW)) == [{"name": "Lorazepam", "hold_hours": 24}]
    found = field_at("medicines.0.hold_hours", [section(rows)], posted)
    assert found is not None
    assert found.name == "medicines.1.hold_hours"


def test_names_become_nested_orders_and_what_is_blank_is_absent() -> None:
    fields = (
        Number(name="terms.vital_limits.systolic_limit_mmhg", label="Systolic"),
        Number(name="terms.booster.dose_mg", label="Booster", optional=True),
        Number(name="terms.booster.from_minutes", label="From"),
        Text(name="note", label="Note", optional=True),
    )
    form = Form(
        decision="x", title="X", sections=lambda scene: [], together=(("terms.booster", "terms.booster.dose_mg"),)
    )
    posted = Posted({"terms.vital_limits.systolic_limit_mmhg": ("160",), "terms.booster.dose_mg": ("",)})
    filled = order_in(form, [section(*fields)], posted, Reading(ZONE, NOW))
    assert filled.body == {"terms": {"vital_limits": {"systolic_limit_mmhg": 160}}}
    assert not filled.mistakes


def test_what_is_missing_is_named_field_by_field() -> None:
    fields = (Number(name="a", label="First dose"), Day(name="b", label="Review by", missing="Say when."))
    form = Form(decision="x", title="X", sections=lambda scene: [])
    filled = order_in(form, [section(*fields)], Posted(), Reading(ZONE, NOW))
    assert filled.mistakes == {"a": "First dose is missing.", "b": "Say when."}
    assert filled.empty == {"a", "b"}


def test_a_booster_of_nothing_is_none() -> None:
    assert without_booster_of_nothing({"terms": {"booster": {"dose_mg": "0.0"}}}) == {"terms": {}}
    assert FORMS["issue_plan"].shape is without_booster_of_nothing
