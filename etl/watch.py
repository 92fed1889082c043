"""How long work tells of its progress: a `Watch` is started, advanced, ended.

Promises: silent unless a person watches; bars go to stderr, data never do. What must not move in: what is counted.
"""

from __future__ import annotations

from typing import NoReturn, Protocol, TextIO

from tqdm import tqdm


class Watch(Protocol):
    """Somebody who may be watching. One piece of work at a time."""

    def start(self, label: str, total: int | None = None) -> None:
        """A piece of work begins: its name, and how many things it has, where that is known."""

    def advance(self, n: int = 1) -> None:
        """`n` more things are done."""

    def end(self) -> None:
        """The piece of work is over, well or not."""


class Silent:
    """Nobody watches."""

    def start(self, label: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, n: int = 1) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


class Bars:
    """A progress bar for each piece of work, removed when it is over."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: tqdm[NoReturn] | None = None

    def start(self, label: str, total: int | None = None) -> None:
        """Show a bar; a count alone where the total is unknown."""
        self.end()
        self._bar = tqdm(desc=label, total=total, file=self._stream, leave=False, dynamic_ncols=True)

    def advance(self, n: int = 1) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(n)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


SILENT: Watch = Silent()


def watch_on(stream: TextIO) -> Watch:
    """Bars where `stream` is a terminal, silence where it is a pipe, a file or closed."""
    return Bars(stream) if not stream.closed and stream.isatty() else SILENT
