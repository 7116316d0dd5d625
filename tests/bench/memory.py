"""How much memory processes take."""

import psutil


def resident_mib(process_id: int | None = None) -> int:
    """Resident memory of a process, of this one if none is named."""
    resident: int = psutil.Process(process_id).memory_info().rss
    return resident // 2**20
