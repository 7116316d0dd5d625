"""`throughline work project --from kafka` refuses what it cannot do, and says what would help."""

import pytest

from deploy.failures import CannotGoOn
from deploy.kafka.read_models import chosen
from projections.engine.group.member_runner import NeedsTheWholeLog
from projections.engine.read_model import ReadModel
from projections.timeline import TIMELINE
from tests.deploy.conftest import CommandLine

WHOLE = ReadModel("whole", 1, TIMELINE.tables)


def test_without_kafka_it_says_what_to_set(throughline: CommandLine) -> None:
    assert throughline.refusal("work", "project", "--from", "kafka").startswith("Kafka is off: set ")
    only_there = throughline.refusal("work", "project", "--read-model", "timeline")
    assert only_there == "--read-model is for `throughline work project --from kafka`."


def test_a_read_model_over_several_streams_is_refused_by_name_and_left_out_otherwise() -> None:
    assert chosen([], (TIMELINE, WHOLE)) == [TIMELINE]
    assert chosen(["timeline"], (TIMELINE, WHOLE)) == [TIMELINE]
    with pytest.raises(CannotGoOn, match=f"whole: {NeedsTheWholeLog.__doc__}"):
        chosen(["whole"], (TIMELINE, WHOLE))
    with pytest.raises(CannotGoOn, match="There is no read model"):
        chosen(["unheard"], (TIMELINE, WHOLE))
