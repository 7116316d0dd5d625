"""The engine of the read models: folds in memory, one set-based write per page, positions that never run ahead."""
