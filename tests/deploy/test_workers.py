"""What a worker process consists of."""

import subprocess
import sys

NEEDED = "deploy.workers, deploy.wiring, deploy.metrics.wired, deploy.kafka.read_models, workers.supervisor"


def test_workers_load_neither_pages_nor_sign_in() -> None:
    """They would take a quarter of the start of each, and 450 modules of its memory."""
    program = f"import sys, {NEEDED}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()
    assert "workers.project" in loaded
    assert not {"fastapi", "jinja2", "authlib", "api.app", "api.edge"} & set(loaded)
