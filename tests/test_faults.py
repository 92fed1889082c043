"""What machines do: full disks, homes that nobody may write, clocks set back, two writers, sessions held for days."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.cli import main
from etl.hub import ledger
from tests.cli.kit import Command, asked, ended, everything_served, start, write_cards
from tests.warehouse.kit import Made
from warehouse.database import open_warehouse
from warehouse.lake import Lake, now
from warehouse.one_writer import HomeBusy, one_writer
from warehouse.schema import CRAWL_RUNS, OBSERVATIONS, Hyperparameter, Source

LIMITED = """
import resource, sys
from etl.cli import main

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
    sys.exit(main(sys.argv[2:]))
"""
"""The command, where no file can grow beyond so many bytes: what a full disk does, at a place that we choose."""
CARD = b"# M\n\n### Training hyperparameters\n\n- learning_rate: %d\n"


@pytest.fixture
def cardhouse(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after `cardhouse run --source sample`. To be copied, not written."""
    home = tmp_path_factory.mktemp("first_day") / "home"
    assert main(["run", "--source", "sample", "--home", str(home)]) == 0
    return home


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    return write_cards(tmp_path / "cards", {f"example-lab/m{n}": CARD % n for n in range(120)})


def cards_and_times(home: Path) -> list[dict[str, Any]]:
    return [r for t in Lake(home).raw_rows(OBSERVATIONS, ("card_blob", "observed_at")) for r in t.to_pylist()]


@pytest.mark.slow
@pytest.mark.parametrize("size", [2_000, 5_000, 20_000, 300_000, 3_000_000])
def test_a_disk_that_fills_up_while_reading_or_building_costs_nothing_but_the_room(
    cardhouse: Command, first_day: Path, cards: Path, tmp_path: Path, size: int
) -> None:
    home = Path(shutil.copytree(first_day, tmp_path / "home"))
    assert cardhouse("crawl", "--source", cards, "--home", home).code == 0
    script = tmp_path / "limited.py"
    script.write_text(LIMITED)
    command = [sys.executable, str(script), str(size), "build", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": os.getcwd()})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "File too large" in done.stderr
    assert "what was written before is kept" in done.stderr or "the old one stays" in done.stderr
    assert everything_served(home) == everything_served(first_day)
    assert [p for p in home.rglob("*.part*") if p.suffix != ".wal"] == []
    assert cardhouse("build", "--home", home).code == 0
    assert asked(home, "SELECT count(*) FROM models WHERE model_id LIKE 'example-lab/m%'") == [(120,)]


@pytest.mark.parametrize("why", [errno.EROFS, errno.EACCES], ids=["read-only", "not ours"])
def test_a_home_that_cannot_be_written_is_said_with_what_to_do(
    cardhouse: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: int
) -> None:
    (tmp_path / "raw").mkdir()

    def refused(*given: Any, **named: Any) -> None:
        raise OSError(why, os.strerror(why))

    monkeypatch.setattr(Path, "mkdir", refused)
    said = cardhouse("build", "--home", tmp_path)
    assert said.code == 1
    assert said.complaint.startswith(f"cardhouse: {tmp_path} cannot be written ({os.strerror(why)})")
    assert "give another --home" in said.complaint


def test_of_two_builds_at_once_the_second_says_who_is_building(cardhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with Lake(tmp_path).writer("cardhouse build"):
        said = cardhouse("build", "--home", tmp_path)
    assert said.code == 1
    assert f"is being written by process {os.getpid()} (cardhouse build, since" in said.complaint
    assert "wait for it to end" in said.complaint


def test_who_holds_a_home_and_does_not_say_its_name_is_another_process(tmp_path: Path) -> None:
    with (tmp_path / ".lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(HomeBusy, match="is being written by another process; wait"), one_writer(tmp_path, "x"):
            pass


@pytest.mark.slow
def test_of_two_builds_started_together_one_is_served_and_the_other_ends_well_or_says_so(
    first_day: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(first_day, tmp_path / "home"))
    both = [ended(process) for process in [start("build", "--home", home) for _ in range(2)]]
    assert 0 in {said.code for said in both}
    assert all(said.code == 0 or "is being written by process" in said.complaint for said in both)
    assert everything_served(home) == everything_served(first_day)


def test_after_a_clock_was_set_back_runs_and_looks_still_follow_each_other(
    cardhouse: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    assert cardhouse("crawl", "--source", "sample", "--home", home).code == 0
    monkeypatch.setattr(ledger, "now", lambda: now() - timedelta(days=3))
    said = cardhouse("crawl", "--source", "sample", "--day", "2", "--home", home)
    assert "clock behind: 1, such as 2 days, 23:59:" in said.out
    columns = ("crawl_id", "started_at", "ended_at")
    runs = [row for rows in Lake(home).raw_rows(CRAWL_RUNS, columns) for row in rows.to_pylist()]
    assert [r["crawl_id"] for r in runs] == sorted(r["crawl_id"] for r in runs)
    assert runs[1]["started_at"] >= runs[0]["ended_at"]
    times = [row["observed_at"] for row in cards_and_times(home)]
    assert times == sorted(times)


@pytest.mark.slow
def test_a_session_goes_on_reading_its_build_through_two_swaps(tmp_path: Path) -> None:
    made = Made(tmp_path / "home")
    made.card("a/one", learning_rate("1"))
    held = made.opened()
    for n in (2, 3):
        made.card(f"a/{n}", learning_rate(str(n)))
        made.build()
        assert held.execute("SELECT count(*) FROM hyperparameters").fetchall() == [(1,)]
    with open_warehouse(made.home) as fresh:
        assert fresh.execute("SELECT count(*) FROM hyperparameters").fetchall() == [(3,)]
    assert held.execute("SELECT DISTINCT value_text FROM hyperparameters").fetchall() == [("1",)]
    held.close()


def learning_rate(text: str) -> Hyperparameter:
    return Hyperparameter(
        source=Source.LIST, line=1, name="learning_rate", raw_name="learning_rate", value_text=text,
        value_number=float(text),
    )  # fmt: skip
