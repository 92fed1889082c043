"""The reader's speed and memory, in one run and interleaved with its rivals and its floor.

Bytes in, rows out (as `etl.tables` reads them: tasks of 200 cards to Arrow tables), in cards per second of CPU time, so
that other work on the machine does not count. Beside it:

- `ModelCard`: huggingface_hub's own reader, which reads the front matter only;
- `markdown-it-py`: the body of each card parsed whole, nothing read out of it;
- the floor: PyYAML's C loader on the front matter and pyromark's events (Rust) over the body, nothing read out of it.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence

import pyromark
import yaml
from huggingface_hub import ModelCard
from huggingface_hub.utils import logging as hub_logging
from markdown_it import MarkdownIt

from benchmarks.corpus import CORPUS, SAMPLE, Card, cards, sample, where
from etl.reading import read_card
from etl.workers import CARDS_PER_TASK, read_task

_BLOB = "0" * 40
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")
LADDER = (1_000, 10_000, 100_000, 1_000_000, 4_000_000)
STATION = """
import json, resource, sys
from pathlib import Path
from etl.hub.saved import take_dump, take_folder
from etl.tables import read_raw
from warehouse.lake import Lake
lake, source = Lake(Path(sys.argv[1])), Path(sys.argv[2])
with lake.writer("benchmark"):
    (take_folder if source.is_dir() else take_dump)(lake, source)
    report = read_raw(lake, processes=1)
print(json.dumps({"cards": report.cards_read, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}))
"""


# -- the contestants --------------------------------------------------------------------------------------


def ours(batch: Sequence[Card]) -> None:
    """Every fact of every card, as Arrow tables."""
    read_task([(model_id, _BLOB, content) for model_id, content in batch])


def model_card(batch: Sequence[Card]) -> None:
    """huggingface_hub's ModelCard, which raises on front matter that is no YAML and on results it does not know."""
    for _, content in batch:
        try:
            ModelCard(content.decode("utf-8", "replace"))
        except (ValueError, yaml.YAMLError):
            continue


def markdown_it(batch: Sequence[Card]) -> None:
    """markdown-it-py over each whole body."""
    for _, content in batch:
        _MARKDOWN.parse(_parts(content)[1])


def floor(batch: Sequence[Card]) -> None:
    """The least that parsing a card costs in Python: C for the YAML, Rust for the Markdown."""
    options = pyromark.Options.ENABLE_TABLES
    for _, content in batch:
        front, body = _parts(content)
        with contextlib.suppress(yaml.YAMLError):
            yaml.load(front, Loader=_LOADER)
        for _ in pyromark.events(body, options=options):
            pass


def _parts(content: bytes) -> tuple[str, str]:
    """(front matter, body) of a card."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n").lstrip("\ufeff \n")
    if text.startswith("---\n") and (end := text.find("\n---", 3)) > 0:
        return text[4:end], text[end + 4 :]
    return "", text


CONTESTANTS: dict[str, Callable[[Sequence[Card]], None]] = {
    "cardhouse": ours,
    "ModelCard": model_card,
    "markdown-it-py": markdown_it,
    "floor": floor,
}


# -- measuring --------------------------------------------------------------------------------------------


def seconds_of(work: Callable[[Sequence[Card]], None], batch: Sequence[Card]) -> float:
    """CPU seconds of this process for the work on a batch; the collector waits until it is done, for all alike."""
    gc.collect()
    gc.disable()
    began = time.process_time()
    work(batch)
    spent = time.process_time() - began
    gc.enable()
    return spent


def race(everything: Sequence[Card]) -> dict[str, float]:
    """CPU seconds of each contestant for all cards, batch by batch, each batch by all in turn."""
    spent = dict.fromkeys(CONTESTANTS, 0.0)
    names = list(CONTESTANTS)
    for i in range(0, len(everything), CARDS_PER_TASK):
        batch = everything[i : i + CARDS_PER_TASK]
        turn = i // CARDS_PER_TASK % len(names)
        for name in names[turn:] + names[:turn]:
            spent[name] += seconds_of(CONTESTANTS[name], batch)
    return spent


def each(everything: Sequence[Card]) -> list[tuple[float, int, str]]:
    """(CPU seconds, bytes, model_id) of each card read alone."""
    out = []
    for model_id, content in everything:
        began = time.process_time()
        read_card(content, model_id=model_id)
        out.append((time.process_time() - began, len(content), model_id))
    return out


def rung(size: int) -> float:
    """CPU seconds per megabyte of a card of about so many bytes, made of the sample's cards one after another."""
    bodies = b"\n\n".join(_parts(content)[1].encode() for _, content in sample() if len(content) > 500)
    card = (bodies * (size // len(bodies) + 1))[:size]
    times = max(1, 400_000 // size)
    began = time.process_time()
    for _ in range(times):
        read_card(card, model_id="a/b")
    return (time.process_time() - began) / times / len(card) * 1e6


def station_peak() -> dict[str, int]:
    """Peak memory in MB of the stations from saved cards to tables, all in one process of their own."""
    with tempfile.TemporaryDirectory(prefix="cardhouse-bench-") as home:
        source = CORPUS if CORPUS.exists() else SAMPLE
        command = [sys.executable, "-c", STATION, home, str(source)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    peak: dict[str, int] = json.loads(done.stdout)
    return peak


# -- the command ------------------------------------------------------------------------------------------


def _print_race(everything: Sequence[Card], spent: dict[str, float]) -> None:
    size = sum(len(content) for _, content in everything)
    print(f"{'':18}{'cards/s and core':>18}{'ms a card':>12}{'MB/s':>8}{'ours is':>12}")
    for name, seconds in spent.items():
        rate, ratio = len(everything) / seconds, seconds / spent["cardhouse"]
        print(f"{name:18}{rate:>18.0f}{1000 / rate:>12.3f}{size / seconds / 1e6:>8.1f}{ratio:>8.2f} times")


def _print_each(taken: Sequence[tuple[float, int, str]]) -> None:
    milliseconds = sorted(1000 * seconds for seconds, _, _ in taken)
    at = statistics.quantiles(milliseconds, n=100)
    slowest = max(taken)
    print(f"each card: p50 {at[49]:.2f} ms, p90 {at[89]:.2f} ms, p99 {at[98]:.2f} ms, max {milliseconds[-1]:.0f} ms")
    print(f"the slowest: {slowest[2]}, {slowest[1]} bytes")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=None, help="only so many cards")
    args = parser.parse_args()
    everything = cards(args.cards)
    print(f"{len(everything)} cards of {where()}")
    hub_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    ours(everything[:400])  # patterns compiled, modules loaded
    _print_race(everything, race(everything))
    _print_each(each(everything))
    print("size ladder (a card made of cards): " + ", ".join(f"{s:,} bytes: {rung(s):.2f} s/MB" for s in LADDER))
    peak = station_peak()
    print(f"peak memory, {peak['cards']} cards from file to tables in one process: {peak['peak']} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
