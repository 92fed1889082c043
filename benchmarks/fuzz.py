"""Fuzzing of the reader: cards of the corpus, hurt in every way we know, read in worker processes.

`make fuzz` runs ten minutes, `python -m benchmarks.fuzz SECONDS` as long as it is told; `--cards N` a fixed number, and
the same ones for the same `--seed`. Told and kept: a card that raises, one that takes more CPU time than its size
allows, one that kills its process. Exit code 1 if there was any.
"""

# ruff: noqa: E501 (the junk reads better whole)
from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import FrameType

from benchmarks.corpus import ROOT, Card, cards, where
from benchmarks.near_misses import near_miss, patterns
from etl.reading import read_card

SECONDS_PER_MEGABYTE = 20.0
LEAST_SECONDS = 1.0
"""What the smallest card may take: caches are cold and the collector may run."""
MOST_BYTES = 3_000_000
JUNK = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\r", b"\r\n", b"\t", b"\x1b[0m", "Ã©".encode()),
    *(b"---\n", b"|", b"\\|", b"|---|---|\n", b"```", b"~~~\n", b"<!--", b"-->", b"<table>", b"<tr><td rowspan=9>", b"</table>"),
    *(b"- ", b"* ", b"1. ", b"> ", b"# ", b"\n\n", b"=\n", b"[", b"](", b"**", b"`", b"_", b"&#", b"<", b">", b"{", b"}", b"('", b"':"),
    *(b"&a ", b"*a", b"!!python/object:os.system ", b"? ", b": ", b"%TAG", b"nan", b"1e999", b"-0", b"1,234,567", b"10^-400"),
    *(b"TrainingArguments(", b"OrderedDict([", b"betas=(", b"model-index:\n", b"- name: ", b"  results:\n", b"metrics:\n"),
)  # fmt: skip
MOST_TEMPTING = 20_000
PLACES = (
    "%s",
    "\n%s\n",
    "\n\n%s\n\n",
    "\n- %s\n",
    "\n- a: %s\n",
    "\n- %s: 1\n",
    "\n| %s | 1 |\n",
    "\n## %s\n",
    "\n> %s\n",
)
"""Where a text is put that is there to tempt a pattern."""


# -- mutations --------------------------------------------------------------------------------------------


def _somewhere(dice: random.Random, card: bytes) -> tuple[int, int]:
    begin = dice.randrange(len(card) + 1)
    return begin, min(len(card), begin + int(dice.paretovariate(0.7)))


def cut(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card without a piece."""
    begin, end = _somewhere(dice, card)
    return card[:begin] + card[end:]


def put(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card with junk in it, once or many times."""
    begin, _ = _somewhere(dice, card)
    times = int(dice.paretovariate(0.5)) % 20_000
    return card[:begin] + dice.choice(JUNK) * times + card[begin:]


def repeat(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card with a piece repeated."""
    begin, end = _somewhere(dice, card)
    return card[:end] + card[begin:end] * min(2_000, int(dice.paretovariate(0.5))) + card[end:]


def flip(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card with some bytes changed."""
    hurt = bytearray(card)
    for _ in range(min(len(hurt), 1 + int(dice.paretovariate(0.8)))):
        hurt[dice.randrange(len(hurt))] = dice.randrange(256)
    return bytes(hurt)


def splice(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The beginning of one card and the end of another."""
    return card[: dice.randrange(len(card) + 1)] + other[dice.randrange(len(other) + 1) :]


def shuffle(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card with its lines in another order."""
    lines = card.split(b"\n")
    dice.shuffle(lines)
    return b"\n".join(lines)


def join(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card on one line, or with other line ends."""
    return card.replace(b"\n", dice.choice((b" ", b"\r", b"\r\n", b"")))


def indent(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card with its lines indented, quoted or made items."""
    before = dice.choice((b"  ", b"\t", b"> ", b"- ", b"    ", b"| "))
    return b"\n".join(before * dice.randrange(4) + line for line in card.split(b"\n"))


def encode(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card in another encoding, or decoded with the wrong one."""
    text = card.decode("utf-8", "replace")
    return dice.choice(
        (
            lambda: text.encode("utf-16"),
            lambda: text.encode("utf-32"),
            lambda: card.decode("cp1252", "replace").encode(),
            lambda: text.encode("utf-7", "replace"),
            lambda: b"\xef\xbb\xbf" * 3 + card,
        )
    )()


def tempt(dice: random.Random, card: bytes, other: bytes) -> bytes:
    """The card with a text in it that one of the reader's patterns all but matches, once or many times."""
    begin, _ = _somewhere(dice, card)
    text = (near_miss(dice, dice.choice(patterns())) * min(200, int(dice.paretovariate(0.8))))[:MOST_TEMPTING]
    return card[:begin] + (dice.choice(PLACES) % text).encode("utf-8", "replace") + card[begin:]


MUTATIONS: tuple[Callable[[random.Random, bytes, bytes], bytes], ...] = (
    cut, put, put, put, repeat, repeat, flip, flip, splice, shuffle, join, indent, encode,
    tempt, tempt,
)  # fmt: skip


def mutant(dice: random.Random, seeds: Sequence[Card]) -> bytes:
    """A card hurt in one to five ways."""
    card = dice.choice(seeds)[1] or b""
    for _ in range(dice.randint(1, 5)):
        card = dice.choice(MUTATIONS)(dice, card, dice.choice(seeds)[1] or b"")[:MOST_BYTES]
    return card


# -- workers ----------------------------------------------------------------------------------------------


class TooSlow(Exception):
    """A card took more CPU time than it may."""


def _stop(signum: int, frame: FrameType | None) -> None:
    raise TooSlow


def allowed(card: bytes) -> float:
    """CPU seconds that a card of this size may take."""
    return max(LEAST_SECONDS, SECONDS_PER_MEGABYTE * len(card) / 1e6)


def verdict(card: bytes) -> str | None:
    """What went wrong with a card, in a line; None if nothing did."""
    seconds = allowed(card)
    # For a C library that no signal stops. The limit counts ticks, which over minutes run ahead of the process's clock.
    used = int(1.1 * time.process_time() + 2 * seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (used, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        read_card(card, model_id="a/b")
    except TooSlow:
        return f"{len(card)} bytes took more than {seconds:.1f} s of CPU time, {_place()}"
    except Exception as error:
        return f"{type(error).__name__}: {error}, {_place()}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def _place() -> str:
    frames = traceback.extract_tb(sys.exc_info()[2])[-4:-1]
    return " > ".join(f"{Path(f.filename).name}:{f.lineno}" for f in frames)


def work(pipe: Connection, seeds: Sequence[Card], seed: int, begin: int) -> None:
    """Read mutant after mutant, from the `begin`-th on, until told to stop; send number and verdict of each."""
    signal.signal(signal.SIGVTALRM, _stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    number = begin
    while not pipe.poll():
        pipe.send((number, verdict(mutant(random.Random(f"{seed}:{number}"), seeds))))
        number += 1


@dataclass(slots=True)
class Outcome:
    """What a run found: how many cards were read, and what went wrong, by a worker's seed and the card's number."""

    read: int = 0
    wrong: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Worker:
    seed: int
    process: multiprocessing.process.BaseProcess
    pipe: Connection
    next: int = 0


def fuzz(seeds: Sequence[Card], seconds: float, seed: int, workers: int, most: int | None = None) -> Outcome:
    """Read mutants for so many seconds, or `most` of them, in so many processes."""
    outcome = Outcome()
    end = time.monotonic() + seconds
    crew = [_start(seeds, seed * 1_000 + i, 0) for i in range(workers)]
    try:
        while time.monotonic() < end and (most is None or outcome.read < most):
            ready = wait([w.pipe for w in crew], timeout=1)
            for i, worker in enumerate(crew):
                if worker.pipe in ready and not _take(worker, outcome, most):
                    crew[i] = _start(seeds, worker.seed, worker.next + 1)
    finally:
        for worker in crew:
            worker.process.kill()
            worker.process.join()
    return outcome


def _start(seeds: Sequence[Card], seed: int, begin: int) -> _Worker:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=work, args=(theirs, seeds, seed, begin), daemon=True)
    process.start()
    theirs.close()
    return _Worker(seed, process, ours, begin)


def _take(worker: _Worker, outcome: Outcome, most: int | None) -> bool:
    """Take a worker's next verdict; False where it has died."""
    try:
        number, wrong = worker.pipe.recv()
    except (EOFError, ConnectionResetError):
        worker.process.join()
        outcome.wrong.append((worker.seed, worker.next, f"killed its process ({worker.process.exitcode})"))
        return False
    worker.next = number + 1
    if most is None or outcome.read < most:
        outcome.read += 1
        if wrong:
            outcome.wrong.append((worker.seed, number, wrong))
    return True


# -- the command ------------------------------------------------------------------------------------------


def _told(seeds: Sequence[Card], outcome: Outcome, folder: Path) -> Iterator[str]:
    """Each thing that went wrong, its card kept below `folder`."""
    for seed, number, wrong in outcome.wrong:
        file = folder / f"{seed}-{number}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(mutant(random.Random(f"{seed}:{number}"), seeds))
        yield f"{file}: {wrong}"


def main() -> int:
    """Fuzz and tell; 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", nargs="?", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=None, help="the same cards again; by default others each time")
    parser.add_argument("--cards", type=int, default=None, help="so many cards and no more")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else random.SystemRandom().randrange(10**6)
    seeds = cards()
    print(f"{len(seeds)} cards of {where()}, seed {seed}, {args.workers} processes", flush=True)
    outcome = fuzz(seeds, args.seconds, seed, args.workers, args.cards)
    for line in _told(seeds, outcome, ROOT / "data" / "fuzz"):
        print(line)
    print(f"{outcome.read} cards read, {len(outcome.wrong)} went wrong")
    return 1 if outcome.wrong or not outcome.read else 0


if __name__ == "__main__":
    sys.exit(main())
