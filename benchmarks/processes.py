"""Reading many cards with one process and with two, in turn, from raw to tables; both write the same tables.

    python -m benchmarks.processes [--cards 100000] [--rounds 2]

The cards are the corpus, each as often as needed under other names and with a line of its own at the end: no two are
one blob. Beside the seconds by the clock stand those of CPU time, by which two processes can be judged while the
machine has other work: `could be` is what they come to on two cores of their own.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpus import cards, where
from etl.cards.card import git_blob_sha1
from warehouse.lake import Lake, now
from warehouse.schema import OBSERVATIONS, CardStatus, Observation

CARDS_PER_FILE = 500
STATION = """
import json, multiprocessing.forkserver, resource, sys, time
from pathlib import Path
from etl.tables import read_raw
from warehouse.lake import Lake

if __name__ == "__main__":
    lake, began, spent = Lake(Path(sys.argv[1])), time.perf_counter(), time.process_time()
    with lake.writer("benchmark"):
        report = read_raw(lake, processes=int(sys.argv[2]))
    told = {"cards": report.cards_read, "wall": time.perf_counter() - began, "parent": time.process_time() - spent}
    multiprocessing.forkserver._forkserver._stop()  # only who is waited for is counted
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    told |= {"workers": workers.ru_utime + workers.ru_stime, "worker_peak": workers.ru_maxrss >> 10}
    print(json.dumps(told | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}))
"""


def many(number: int) -> Iterator[tuple[str, bytes]]:
    """So many cards, no two alike."""
    given = cards()
    for i in range(number):
        model_id, content = given[i % len(given)]
        copy = i // len(given)
        yield (
            (f"{model_id}-{copy}", (content or b"") + b"\n<!-- %d -->\n" % copy) if copy else (model_id, content or b"")
        )


def write_cards(home: Path, number: int) -> None:
    """A lake whose raw holds so many cards, in files as a crawl leaves them."""
    lake, at = Lake(home), now()
    rows: list[Observation] = []
    for i, (model_id, content) in enumerate(many(number), 1):
        blob = git_blob_sha1(content)
        rows.append(
            Observation("c1", None, model_id, None, at, "dump", CardStatus.OK, None, blob, len(content), content)
        )
        if i % CARDS_PER_FILE == 0 or i == number:
            lake.write_raw(OBSERVATIONS, "c1", i // CARDS_PER_FILE, rows)
            rows = []


def read(home: Path, processes: int) -> dict[str, float]:
    """Read the lake's cards from scratch, in a process of its own."""
    shutil.rmtree(home / "tables", ignore_errors=True)
    with tempfile.NamedTemporaryFile("w", suffix=".py") as script:
        script.write(STATION)
        script.flush()
        command = [sys.executable, script.name, str(home), str(processes)]
        environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cardhouse-bench-") as home:
        write_cards(Path(home), args.cards)
        print(f"{args.cards:,} cards made of {where()}; load of the machine {os.getloadavg()[0]:.1f}")
        for _ in range(args.rounds):
            one, two = read(Path(home), 1), read(Path(home), 2)
            for processes, told in ((1, one), (2, two)):
                print(
                    f"with {processes} {told['wall']:8.1f} s  {told['cards'] / told['wall']:6.0f} cards/s  "
                    f"CPU {told['parent']:.1f} s and workers {told['workers']:.1f} s  "
                    f"peak {told['peak']:.0f} MB and {told['worker_peak']:.0f} MB a worker"
                )
            could_be = one["parent"] / max(two["parent"], (two["parent"] + two["workers"]) / 2)
            print(f"two are {one['wall'] / two['wall']:.2f} times as fast as one (could be {could_be:.2f})", flush=True)
    print(f"load of the machine {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
