"""The whole corpus goes through the command: every card has its row, and none crashes the reader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from warehouse.database import open_warehouse

pytestmark = [pytest.mark.shared, pytest.mark.slow]


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home into which the corpus was run."""
    folder = tmp_path_factory.mktemp("corpus") / "home"
    program = "import sys; from etl.cli import main; sys.exit(main())"
    source = shared / "corpus" / "cards.parquet"
    command = [sys.executable, "-c", program, "run", "--source", str(source), "--home", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def test_every_card_of_the_corpus_has_a_row(home: Path, shared: Path) -> None:
    ids = set(pq.read_table(shared / "corpus" / "cards.parquet", columns=["modelId"])["modelId"].to_pylist())
    with open_warehouse(home) as con:
        rows = con.execute("SELECT model_id, card_status FROM models").fetchall()
    assert len(rows) == len(ids) == 11_490
    assert {model_id for model_id, _ in rows} == ids
    assert {status for _, status in rows} <= {"ok", "empty", "not_text"}


def test_no_card_of_the_corpus_crashes_the_reader(home: Path) -> None:
    with open_warehouse(home) as con:
        found = con.execute(
            "SELECT model_id, excerpt FROM findings WHERE code IN ('reader_crashed', 'reader_killed_process')"
        ).fetchall()
    assert not found


def test_most_cards_of_the_corpus_state_something(home: Path) -> None:
    """A reader that reads nothing crashes nowhere, either."""
    with open_warehouse(home) as con:
        counted = con.execute(
            "SELECT (SELECT count(*) FROM training_steps), (SELECT count(*) FROM eval_metrics),"
            " (SELECT count(*) FROM hyperparameters), (SELECT count(*) FROM framework_versions)"
        ).fetchone()
    assert counted is not None
    assert all(count > least for count, least in zip(counted, (230_000, 110_000, 90_000, 22_000), strict=True))
