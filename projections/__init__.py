"""Read models: pure folds over events, one file each, and the engine that runs them."""

from projections.caseload import CASELOAD
from projections.coordination import COORDINATION
from projections.directory import DIRECTORY
from projections.disclosed_by_hand import DISCLOSED_BY_HAND
from projections.engine.read_model import ReadModel
from projections.erasures import ERASURES
from projections.outcome_trajectory import OUTCOME_TRAJECTORY
from projections.overrides import OVERRIDES
from projections.prescriber_worklist import PRESCRIBER_WORKLIST
from projections.protocols import PROTOCOLS
from projections.timeline import TIMELINE

READ_MODELS: tuple[ReadModel, ...] = (
    DIRECTORY,
    CASELOAD,
    PRESCRIBER_WORKLIST,
    COORDINATION,
    TIMELINE,
    OUTCOME_TRAJECTORY,
    OVERRIDES,
    DISCLOSED_BY_HAND,
    PROTOCOLS,
    ERASURES,
)
"""Every read model of this release."""
