"""Read models: pure folds over events, one file each, and the engine that runs them."""
