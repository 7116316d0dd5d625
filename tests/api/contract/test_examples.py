"""Examples and told histories, as they are sent, against the schemas that are published for them."""

import json

import pytest
from jsonschema.exceptions import ValidationError

from api.contract.examples import ADDRESS, example_item, example_row
from api.contract.streams import name_of, sent_types
from domain.event import EVENTS, Event
from domain.open_fields import open_fields
from domain.sealed import PREFIX
from store.row import event_of
from tests.api.contract.checks import check
from tests.domain.given import given
from tests.dosing_day import RELEASED
from tests.monitored_day import WATCHED


@pytest.mark.parametrize("of", sent_types(), ids=name_of)
def test_the_example_of_an_event_is_one(of: type[Event]) -> None:
    assert isinstance(event_of(example_row(of)), of)
    thin, full = example_item(of, is_full=False), example_item(of, is_full=True)
    assert PREFIX not in json.dumps(full)
    assert thin["dataschema"] == f"{ADDRESS}/schemas/thin.v1.json"
    assert full["dataschema"] == f"{ADDRESS}/schemas/{name_of(of)}.json"
    check(thin)
    check(full)


def test_told_histories_come_out_in_the_shape_that_is_published() -> None:
    for told in (RELEASED, WATCHED):
        for event, _ in given(told).recorded:
            item = example_item(type(event), is_full=True)
            check(item | {"data": open_fields(type(event), json.loads(event.model_dump_json()))})


@pytest.mark.parametrize("wrong", [{"amount_mg": 100}, {"part": "third"}, {"note": "free text"}])
def test_the_check_sees_what_does_not_fit(wrong: dict[str, object]) -> None:
    item = example_item(EVENTS["DoseTaken"], is_full=True)
    with pytest.raises(ValidationError):
        check(item | {"data": item["data"] | wrong})
