"""Being told to stop: SIGTERM and Ctrl-C as an event that the run looks at, so that it ends between two rows.

What must not move in: what ends.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any


@contextlib.contextmanager
def told_to_stop() -> Iterator[threading.Event]:
    """An event that SIGTERM and the first Ctrl-C set; a second one does what it did before.

    Outside the main thread, where signals cannot be received, an event that nobody sets.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before: dict[int, Any] = {}

    def obey(number: int, frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[number])

    for number in map(int, (signal.SIGTERM, signal.SIGINT)):
        before[number] = signal.signal(number, obey)
    try:
        yield stop
    finally:
        for number, found in before.items():
            signal.signal(number, found)
