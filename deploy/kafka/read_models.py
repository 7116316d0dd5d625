"""`throughline work project --from kafka`: this process as one member of the group that fills the read models."""

from collections.abc import Mapping, Sequence
from functools import partial

from deploy.failures import CannotGoOn
from deploy.kafka.wiring import brokers_needed, names_of
from deploy.read_models import models_named, open_log
from deploy.wiring import Wiring
from projections import READ_MODELS
from projections.engine.group.member_runner import NeedsTheWholeLog
from projections.engine.read_model import ReadModel
from workers.group.kafka_feed import open_kafka_feed
from workers.project import Projector
from workers.project_from_kafka import MemberProjector
from workers.supervisor import Task

FROM_KAFKA = "kafka"


def project_from_kafka(wiring: Wiring, read_models: Sequence[str]) -> Mapping[str, Task]:
    """Fills these read models from the internal topic; all that can be filled so, where none is named.

    Those that cannot are kept up from the log by whichever process takes their lease. Tables that are missing are
    filled from the log, too.
    """
    brokers, names = brokers_needed(wiring.settings), names_of(wiring.settings)
    shared_out = chosen(read_models)
    url = wiring.addresses.for_work
    source = partial(open_log, url, wiring.metrics.settling.note)
    group = names.projectors(model.known_as for model in shared_out)
    feed = partial(open_kafka_feed, brokers, names.events, group)
    tasks: dict[str, Task] = {
        "project": MemberProjector(url, source, feed, names.events, shared_out).run,
        "project-missing": Projector(url, source, READ_MODELS).build_missing,
    }
    whole = [model for model in READ_MODELS if not model.per_episode]
    if whole and not read_models:
        tasks["project-from-the-log"] = Projector(url, source, whole).run
    return tasks


def chosen(read_models: Sequence[str], known: Sequence[ReadModel] = READ_MODELS) -> list[ReadModel]:
    """The read models of these names, in their order; one that no share of a topic can fill is refused."""
    if not read_models:
        return [model for model in known if model.per_episode]
    named = {model.name for name in read_models for model in models_named(name, known)}
    found = [model for model in known if model.name in named]
    for model in found:
        if not model.per_episode:
            raise CannotGoOn(f"{model.name}: {NeedsTheWholeLog.__doc__}")
    return found
