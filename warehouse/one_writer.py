"""One process at a time writes in a home.

Promises: the lock is the kernel's (flock), so that it ends with the process that holds it, however that dies; who finds
it held is told by whom; who runs out of room is told that nothing written before is lost.

What must not move in: what is written (`warehouse.lake`).
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from warehouse.parquet_files import LakeError

FULL = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))
"""What the system answers when no more can be written."""

READ_ONLY = frozenset((errno.EROFS, errno.EACCES, errno.EPERM))
"""What it answers where nothing may be written."""


LOOKS, BETWEEN_LOOKS = 25, 0.02
"""How often, and after how many seconds, a lock is looked at whose holder has not said its name yet."""


class HomeBusy(LakeError):
    """Another process writes in this home."""


@contextlib.contextmanager
def one_writer(home: Path, what: str) -> Iterator[None]:
    """Hold `home` for writing. `what`: what is done, for whom it keeps out.

    Raises HomeBusy, naming the holder, where another process holds it, and LakeError where it may not be written or
    where the block ran out of room.
    """
    with _lock_file(home) as lock:
        _hold(lock, home)
        lock.truncate(0)
        lock.write(f"process {os.getpid()} ({what}, since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC)\n")
        lock.flush()
        try:
            yield
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise LakeError(
                f"no room left in {home} ({os.strerror(error.errno)}); what was written before is kept: "
                "make room and run again"
            ) from error
        finally:
            lock.truncate(0)


def _hold(lock: IO[str], home: Path) -> None:
    """Take the lock. Who holds it for the moment that it takes to say, or unsay, its name is waited for."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError:
            lock.seek(0)
            if holder := lock.read().strip():
                break
        time.sleep(BETWEEN_LOOKS)
    raise HomeBusy(f"{home} is being written by {holder or 'another process'}; wait for it to end")


def _lock_file(home: Path) -> IO[str]:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return open(home / ".lock", "a+", encoding="utf-8")
    except OSError as error:
        if error.errno not in READ_ONLY:
            raise
        raise LakeError(
            f"{home} cannot be written ({error.strerror}); what is there can be read and asked: "
            "write as its owner, or give another --home"
        ) from None
