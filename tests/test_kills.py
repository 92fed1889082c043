"""SIGKILL at any moment of reading, compaction, build and swap: the home opens, and the next build is whole.

The home that is killed in has a build of its first day that is served, a hundred small crawls and as many batches of
tables since (so that compaction has work), and cards that nobody has read (so that worker processes have work).
"""

from __future__ import annotations

import hashlib
import random
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from etl.hub.saved import take_folder
from etl.stations import build
from etl.tables import POOL_FROM_CARDS, READER_VERSION, read_raw
from tests.cli.kit import Command, ended, everything_served, start, write_cards
from warehouse.compaction import SMALL_FILES
from warehouse.damage import damages
from warehouse.lake import Lake
from warehouse.schema import OBSERVATIONS, RAW_TABLES

HOMES = 25
KILLS = 2
"""In each home: the second strikes a run that goes on where the first one was killed."""
CARDS_PER_CRAWL = 3

CARD = """---
license: mit
tags: [dpo, m{0}]
---
# Model {0}

### Training hyperparameters

- learning_rate: 1e-0{1}
- seed: {0}

### Training results

| Training Loss | Epoch | Step | Validation Loss |
|:-------------:|:-----:|:----:|:---------------:|
| 0.{0}         | 1.0   | 100  | 0.5{0}          |
"""


@dataclass(frozen=True)
class Ready:
    """The home to be killed in, what its old build serves, what the next one will, and how long that takes."""

    home: Path
    old: Any
    new: Any
    raw: dict[str, str]
    seconds: float


def cards(first: int, number: int, day: int) -> dict[str, bytes]:
    return {f"example-lab/m{n}": CARD.format(n, day % 9 + 1).encode() for n in range(first, first + number)}


def raw_rows(home: Path) -> dict[str, str]:
    """A digest of every raw row, in order."""
    lake = Lake(home)
    digests = {}
    for name, table in RAW_TABLES.items():
        digest = hashlib.sha1(usedforsecurity=False)
        for rows in lake.raw_rows(table, [c.name for c in table.columns]):
            digest.update("".join(map(repr, rows.to_pylist())).encode())
        digests[name] = digest.hexdigest()
    return digests


def wait_until_it_writes(process: subprocess.Popen[str], home: Path) -> None:
    until = time.monotonic() + 60
    while process.poll() is None and f"process {process.pid} " not in (home / ".lock").read_text():
        assert time.monotonic() < until, "it never began"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Ready:
    folder = tmp_path_factory.mktemp("ready")
    lake = Lake(folder / "home")
    for day in range(SMALL_FILES + 2):
        with lake.writer("a test"):
            take_folder(lake, write_cards(folder / f"day{day}", cards(day, CARDS_PER_CRAWL, day)))
            read_raw(lake, processes=1)
            if day == 0:
                build(lake)
    with lake.writer("a test"):
        take_folder(lake, write_cards(folder / "unread", cards(1000, POOL_FROM_CARDS + 100, 0)))
    old, raw = everything_served(lake.home), raw_rows(lake.home)
    undisturbed = Path(shutil.copytree(lake.home, folder / "undisturbed"))
    process = start("build", "--home", undisturbed)
    wait_until_it_writes(process, undisturbed)
    began = time.monotonic()
    assert ended(process).code == 0
    seconds = time.monotonic() - began
    assert raw_rows(undisturbed) == raw
    assert len(Lake(undisturbed).raw_files(OBSERVATIONS)) == 1, "compaction had work"
    return Ready(lake.home, old, everything_served(undisturbed), raw, seconds)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(HOMES))
def test_killed_at_random_moments_builds_leave_a_home_that_opens_and_the_next_is_whole(
    ready: Ready, tmp_path: Path, capsys: pytest.CaptureFixture[str], seed: int
) -> None:
    home = Path(shutil.copytree(ready.home, tmp_path / "home"))
    chance = random.Random(seed)
    for _ in range(KILLS):
        kill_a_build(home, chance.uniform(0, ready.seconds))
        assert raw_rows(home) == ready.raw, "no raw row is there twice, or not at all"
        assert everything_served(home) in (ready.old, ready.new), "an analyst can open what is there"
    assert Command(capsys)("build", "--home", home).code == 0
    assert everything_served(home) == ready.new
    assert raw_rows(home) == ready.raw
    assert damages(Lake(home)) == []
    assert list(home.rglob("*.part*")) == []
    named = {home / "tables" / name for name in Lake(home).manifest(READER_VERSION).names}
    assert set((home / "tables").rglob("*.parquet")) == named, "what a killed run left is removed"


def kill_a_build(home: Path, seconds: float) -> None:
    """So long after it began to write, if it still runs then."""
    process = start("build", "--home", home)
    wait_until_it_writes(process, home)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    ended(process)
