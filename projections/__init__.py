"""Read models: pure folds over events, one file each, and the engine that runs them."""

from projections.directory import DIRECTORY
from projections.engine.read_model import ReadModel

READ_MODELS: tuple[ReadModel, ...] = (DIRECTORY,)
"""Every read model of this release; a new one adds its line here."""
