"""How a long-running process clears away objects that refer to each other in circles: without stopping its work."""

import gc
import threading

YOUNG_OBJECTS = 10_000
"""So many new objects are looked through at a time: 5 to 10 ms where they are rows and states."""
ROUNDS_OF_YOUNG = 2
"""Then those that are still there once more, up to 30 ms: nothing else runs meanwhile."""
NEVER = 2**31 - 1
EVERY_SECONDS = 900.0
NAME = "garbage"


def collect_all_seldom() -> None:
    """Look through young objects as they come, and through all of them every quarter of an hour.

    Python looks through everything again and again while memory grows, and nothing else runs meanwhile. With the
    states and rows that a process remembers that took 0.2 to 0.4 s each time, to find nothing: they are immutable and
    refer to each other in no circle. Half of the time of live projection went there (measured), and its worst delays.
    """
    gc.collect()
    gc.freeze()  # what is there from the beginning stays to the end
    gc.set_threshold(YOUNG_OBJECTS, ROUNDS_OF_YOUNG, NEVER)
    if all(thread.name != NAME for thread in threading.enumerate()):
        threading.Thread(target=_collect_all_now_and_then, name=NAME, daemon=True).start()


def _collect_all_now_and_then() -> None:
    pause = threading.Event()
    while not pause.wait(EVERY_SECONDS):
        gc.collect()
