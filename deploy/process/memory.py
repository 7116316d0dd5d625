"""What a process that ends badly leaves behind: no image of its memory, for that holds keys and what was unsealed."""

from resource import RLIMIT_CORE, setrlimit


def leave_no_core() -> None:
    """For this process and those it starts; a core file would hold in clear text what the database holds sealed."""
    setrlimit(RLIMIT_CORE, (0, 0))
