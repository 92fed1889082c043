"""The warehouse at full size: build, open, answers and a day's increment, against DuckDB loading the same files.

    python -m benchmarks.warehouse [--scale 1.0] [--home DIR]

The floor, in the same run, is CREATE TABLE AS of every Parquet file that the build reads, and of the Hub's lists, one
row per item; nothing is chosen, joined, checked or kept ready. It is measured plainly, as DuckDB does it unless told
otherwise, and with the build's own setting, which does not keep the order of rows and spares half of the writing. CPU
seconds stand beside the clock's because other work on the machine does not count in them. Each runs in a process of
its own, so that one's memory is not the other's.

2026-11-21, scale 1 (3 million repos), two quiet cores: floor 78 s, 4.6 GB (in any order 47 s, 3.1 GB); build 147 s,
6.6 GB, a file of 2,871 MB: 1.88 times the floor by the clock and by CPU time (in any order 3.1 times). Opened in
0.03 s; every answer below 1 s warm. A day of 20,000 changed cards: read in 23 s, built in 150 s, together 173 s.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path

import duckdb

from benchmarks.corpus import cards, where
from benchmarks.synthetic import RAW, REPOS, ROWS, crawl_run, write_lake
from etl.cards.card import git_blob_sha1
from etl.tables import READER_VERSION, read_raw
from warehouse.answers import answers
from warehouse.building import build_warehouse
from warehouse.database import STORAGE_VERSION, Session, open_warehouse, run_query, run_query_arrow
from warehouse.lake import Lake
from warehouse.schema import LISTINGS, OBSERVATIONS, Listing, Observation
from warehouse.sql_files import sql_files

CHANGED = 20_000
"""Cards that change in a day."""

TOO_SLOW = 2.0
"""Seconds within which an answer is owed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of work took, in a process of its own."""

    seconds: float
    cpu: float
    peak: int

    def __str__(self) -> str:
        """For people."""
        return f"{self.seconds:8.1f} s {self.cpu:8.1f} s of CPU {self.peak:6} MB at most"


def cost(work: Callable[..., object], *arguments: object) -> Cost:
    """What `work` costs when a new process does it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver")) as pool:
        return pool.submit(_worked, work, arguments).result()


def _worked(work: Callable[..., object], arguments: tuple[object, ...]) -> Cost:
    before, started = os.times(), time.perf_counter()
    work(*arguments)
    seconds, after = time.perf_counter() - started, os.times()
    cpu = after.user + after.system - before.user - before.system
    cpu += after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)


# -- floor and build --------------------------------------------------------------------------------------


def floor(lake: Lake, file: Path, keeps_order: bool) -> None:
    """CREATE TABLE AS of the same rows as a build loads, and nothing else."""
    con = duckdb.connect(":memory:", config={"memory_limit": "6GB", "preserve_insertion_order": keeps_order})
    con.execute("SET enable_progress_bar = false")
    con.execute(f"ATTACH '{file}' AS floor (STORAGE_VERSION '{STORAGE_VERSION}')")
    manifest = lake.manifest(READER_VERSION)
    for table in ROWS:
        paths = lake.raw_files(table) if table in RAW else lake.table_paths(table, manifest)
        listed = ", ".join(f"'{p}'" for p in paths)
        con.execute(f"CREATE TABLE floor.{table.name} AS SELECT * FROM read_parquet([{listed}])")
    for name in ("tags", "languages", "datasets"):
        con.execute(
            f"CREATE TABLE floor.hub_{name} AS SELECT l.model_id, 'hub' AS source, unnest(l.{name}) AS item "
            "FROM (SELECT model_id, max(listed_at) AS listed_at FROM floor.listed_models GROUP BY model_id) AS last "
            "INNER JOIN floor.listed_models AS l USING (model_id, listed_at)"
        )
    con.execute("CHECKPOINT floor")
    con.close()


def build(lake: Lake) -> None:
    """What `cardhouse build` does once all is read."""
    with lake.writer("benchmark"):
        build_warehouse(lake, READER_VERSION)


# -- a day ------------------------------------------------------------------------------------------------


def write_a_day(lake: Lake, repos: int) -> None:
    """The raw rows of a day: as many repos with a new card each, real cards with a line of their own."""
    when = datetime(2026, 2, 1)
    some = list(islice(cycle(cards()), min(CHANGED, repos)))
    con = duckdb.connect()
    path = lake.table_paths(next(t for t in ROWS if t.name == "listed_models"), lake.manifest(READER_VERSION))[-1]
    found = con.execute(f"SELECT DISTINCT model_id FROM read_parquet('{path}') LIMIT {len(some)}").fetchall()
    ids = [row[0] for row in found]
    listings, looks = [], []
    for n, (model_id, (_, content)) in enumerate(zip(ids, some, strict=False)):
        changed = content + f"\n\nRevision {n}.\n".encode()
        blob, hub_id = git_blob_sha1(changed), f"day{n}"
        row = f'{{"id": "{model_id}", "tags": ["tag{n % 5000}", "transformers"], "gated": false, "downloads": {n}}}'
        listings.append(Listing("day", model_id, hub_id, blob, when, "hub", row))
        looks.append(
            Observation("day", hub_id, model_id, blob, when, "hub", "ok", None, blob, len(changed), changed)
        )  # fmt: skip
    lake.write_raw(LISTINGS, "day", 0, listings)
    for shard in range(0, len(looks), 2_000):
        lake.write_raw(OBSERVATIONS, "day", shard, looks[shard : shard + 2_000])
    lake.write_crawl_run(crawl_run("day", len(ids)))


def read(lake: Lake) -> None:
    """What `cardhouse build` does first."""
    with lake.writer("benchmark"):
        read_raw(lake)


# -- asking -----------------------------------------------------------------------------------------------


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print how long the block takes."""
    started = time.perf_counter()
    yield
    print(f"{what:10} {time.perf_counter() - started:8.1f} s", flush=True)


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def ask_everything(home: Path) -> None:
    """Every answer whole and every base relation counted, first in a fresh session, then again."""
    print(f"\n{'answers, all rows':44}{'cold':>8}{'warm':>9}")
    for answer in answers():
        _ask(home, answer.name, lambda con, name=answer.name: run_query_arrow(con, f"SELECT * FROM {name}"))  # type: ignore[misc]
    print(f"\n{'base views, rows counted':44}{'cold':>8}{'warm':>9}")
    for view in sql_files("base"):
        _ask(home, view.name, lambda con, name=view.name: run_query(con, f"SELECT count(*) FROM {name}"))  # type: ignore[misc]
    con = open_warehouse(home)
    ((one,),) = run_query(con, "SELECT model_id FROM models OFFSET 12345 LIMIT 1").rows
    con.close()
    print(f"\n{'base views, one repo':44}{'cold':>8}{'warm':>9}")
    for view in sql_files("base"):
        if "model_id" in dict(view.columns):
            question = f"SELECT * FROM {view.name} WHERE model_id = ?"
            _ask(home, view.name, lambda con, q=question: run_query(con, q, [one]))  # type: ignore[misc]


def _ask(home: Path, name: str, work: Callable[[Session], object]) -> None:
    con = open_warehouse(home)
    cold, warm = seconds(lambda: work(con)), seconds(lambda: work(con))
    con.close()
    print(f"{name:44}{cold:8.2f} {warm:8.2f}{'  slow' if warm > TOO_SLOW else ''}", flush=True)


# -- the command ------------------------------------------------------------------------------------------


def compare(lake: Lake) -> None:
    """Floors and build, one after the other."""
    floors = {"floor": _floor(lake, keeps_order=True), "floor, any order": _floor(lake, keeps_order=False)}
    for name, least in floors.items():
        print(f"{name:18}{least}", flush=True)
    whole = cost(build, lake)
    print(f"{'build':18}{whole} {lake.warehouse_file.stat().st_size >> 20:6} MB file")
    for name, least in floors.items():
        clock, cpu = whole.seconds / least.seconds, whole.cpu / least.cpu
        print(f"build / {name}: {clock:.2f} of the clock, {cpu:.2f} of CPU time")


def _floor(lake: Lake, *, keeps_order: bool) -> Cost:
    file = lake.home / "floor.duckdb"
    file.unlink(missing_ok=True)
    least = cost(floor, lake, file, keeps_order)
    file.unlink()
    return least


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--home", type=Path, help="keep the tables there, and take them from there if they are")
    parser.add_argument("--no-day", action="store_true", help="leave out the day's increment, which changes the home")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lake = Lake(given.home or Path(scratch))
        if not lake.tables.exists():
            with told("written in"):
                write_lake(lake.home, given.scale)
        print(f"{int(REPOS * given.scale):,} repos")
        compare(lake)
        con = open_warehouse(lake.home)
        for name, n_rows in run_query(
            con, "SELECT table_name, sum(n_rows) FROM row_counts GROUP BY ALL ORDER BY 2 DESC"
        ).rows:
            print(f"  {name:24}{n_rows:>12,} rows served")
        con.close()
        print(f"opened in {seconds(lambda: open_warehouse(lake.home).close()):.3f} s")
        ask_everything(lake.home)
        if not given.no_day:
            print(f"\na day: {CHANGED:,} changed cards, made of those of {where()}")
            with told("written in"):
                write_a_day(lake, int(REPOS * given.scale))
            reading, building = cost(read, lake), cost(build, lake)
            print(f"read  {reading}\nbuild {building}\ntogether {reading.seconds + building.seconds:.0f} s")


if __name__ == "__main__":
    main()
