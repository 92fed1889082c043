"""Stopping a run at any moment costs nothing but the time: the next run ends where an undisturbed one does."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.kit import Command, Said, asked, ended, everything_served, start

PATIENCE = 60.0

MOMENTS = {
    "when it has the lock": ".lock",
    "when first raw rows are written": "raw/*/*/*.parquet",
    "when the crawl is in the ledger": "raw/crawls/*.parquet",
    "when it has begun to read": "tables/manifest-*.json",
    "when tables are half written": "tables/*/.*.part",
    "when it has begun to build": ".warehouse.duckdb.*.part",
}
"""A moment, and the files by whose appearance or change it is known."""


def files(home: Path, pattern: str) -> set[tuple[Path, int]]:
    """The files there are now, each with the time of its last change; some may go while we look."""
    found = set()
    for path in home.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            found.add((path, path.stat().st_mtime_ns))
    return found


def wait_for(process: subprocess.Popen[str], home: Path, pattern: str) -> None:
    """Until a file appears or changes, or the process is over before that was seen."""
    before = files(home, pattern)
    until = time.monotonic() + PATIENCE
    while not files(home, pattern) - before and process.poll() is None:
        assert time.monotonic() < until, "the moment never came"


@pytest.fixture(autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and hands that down; these tests are about hearing it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_is_one_line_and_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes what is asked, and never answers
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = start(
            "run", "--source", "hub", environ={**os.environ, "HF_ENDPOINT": endpoint, "CARDHOUSE_HOME": str(tmp_path)}
        )
        wait_for(process, tmp_path, ".lock")
        process.send_signal(signal.SIGINT)
        said = ended(process)
    assert (said.code, said.out) == (1, "")
    assert "run again to continue" in said.complaint


def test_ctrl_c_in_a_query_is_one_line(cardhouse: Command, first_day: Path) -> None:
    endless = "SELECT count(*) FROM range(3000000000) a, range(100000) b WHERE a.range % 7 = b.range % 5"
    ctrl_c = threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT))
    ctrl_c.start()
    said = cardhouse("sql", endless, "--seconds", "60", "--home", first_day)
    assert (said.code, said.complaint) == (1, "cardhouse: interrupted; run again to continue")


def test_a_reader_of_our_output_may_leave_early(first_day: Path) -> None:
    process = start("sql", "SELECT * FROM range(1000000)", "--format", "csv", "--home", first_day)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(PATIENCE), err) == (0, "")


def test_a_run_goes_on_when_nobody_reads_what_it_says(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    home = tmp_path / "home"
    with open(write_end, "wb") as closed:
        unbuffered = {**os.environ, "PYTHONUNBUFFERED": "1"}
        run = start("run", "--source", "sample", "--home", home, stdout=closed, environ=unbuffered)
        assert ended(run).code == 0
    assert asked(home, "SELECT count(*) > 80 FROM models") == [(True,)]


def test_a_full_disk_behind_our_output_is_one_line(first_day: Path) -> None:
    with open("/dev/full", "wb") as full:
        said = ended(start("sql", "SELECT 1", "--home", first_day, stdout=full))
    assert said.code == 1
    assert said.complaint == "cardhouse: No space left on device"


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_a_moment_a_run_is_continued_by_the_next(
    cardhouse: Command, first_day: Path, tmp_path: Path, moment: str
) -> None:
    process = start("run", "--source", "sample", "--home", tmp_path / "home")
    wait_for(process, tmp_path / "home", MOMENTS[moment])
    process.kill()
    ended(process)
    check_that_the_next_run_makes_it_whole(cardhouse("run", "--source", "sample", "--home", tmp_path / "home"))
    assert everything_served(tmp_path / "home") == everything_served(first_day)
    assert list((tmp_path / "home").rglob("*.part")) == [], "what was half written is swept"


@pytest.mark.slow
@pytest.mark.parametrize("tenths", range(5, 25, 2))
def test_killed_after_a_while_a_run_is_continued_by_the_next(
    cardhouse: Command, first_day: Path, tmp_path: Path, tenths: int
) -> None:
    process = start("run", "--source", "sample", "--home", tmp_path / "home")
    try:
        process.wait(tenths / 10)
    except subprocess.TimeoutExpired:
        process.kill()
    ended(process)
    check_that_the_next_run_makes_it_whole(cardhouse("run", "--source", "sample", "--home", tmp_path / "home"))
    assert everything_served(tmp_path / "home") == everything_served(first_day)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_on_the_second_day_a_run_leaves_the_first_day_served(
    cardhouse: Command, home: Path, tmp_path: Path, moment: str
) -> None:
    undisturbed = tmp_path / "undisturbed"
    for day in ("1", "2"):
        assert cardhouse("run", "--source", "sample", "--day", day, "--home", undisturbed).code == 0
    process = start("run", "--source", "sample", "--day", "2", "--home", home)
    wait_for(process, home, MOMENTS[moment])
    process.kill()
    ended(process)
    assert everything_served(home), "an analyst can open what is there"
    check_that_the_next_run_makes_it_whole(cardhouse("run", "--source", "sample", "--day", "2", "--home", home))
    assert everything_served(home) == everything_served(undisturbed)


def check_that_the_next_run_makes_it_whole(said: Said) -> None:
    assert (said.code, said.err) == (0, "")
