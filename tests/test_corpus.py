"""The whole corpus goes through the command: every card has its row, and none crashes the reader."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from etl.tables import READER_VERSION
from warehouse.answers import ask
from warehouse.database import open_warehouse
from warehouse.lake import Lake
from warehouse.schema import CARD_READINGS, FACT_TABLES, Table

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


# -- what the answers say of it: ten DPO runs, five of them one author's sweep at one rate ------------------


def test_the_effect_of_the_rate_on_the_margin_is_refused_with_its_reason(home: Path) -> None:
    with open_warehouse(home) as con:
        (told,) = ask(con, "dpo_learning_rate_vs_reward_margin_summary").records()
    assert (told["n_runs"], told["n_groups"], told["n_copies_excluded"], told["n_beta_known"]) == (10, 6, 3, 0)
    assert (told["enough_data"], told["reason"]) == (False, "no group varies its learning rate")
    effects = ("within_group_slope", "within_group_correlation", "pooled_pearson", "pooled_spearman")
    assert [told[name] for name in effects] == [None] * 4
    assert (told["frame_listed"], told["frame_stated"], told["frame_used"]) == (11_490, 13, 10)


def test_the_zephyr_family_counts_its_runs_and_the_sweep_is_one_group(home: Path) -> None:
    with open_warehouse(home) as con:
        runs = ask(con, "dpo_learning_rate_vs_reward_margin").records()
    zephyr = [r for r in runs if r["base_model"] == "mistralai/Mistral-7B-v0.1"]
    assert sorted((r["reward_margin"], r["n_printings"]) for r in zephyr) == [(1.3699, 2), (3.7963, 3)]
    sweep = [r for r in runs if r["learning_rate"] == 5e-06]
    assert (len(sweep), len({r["group_id"] for r in sweep})) == (5, 1)


# -- recomputed from the Parquet files, without SQL ---------------------------------------------------------


def rows_of_files(home: Path, table: Table) -> pd.DataFrame:
    """Every row of a table; of the corpus each repo has one card, so that all are served."""
    lake = Lake(home)
    return pd.concat([pd.read_parquet(f) for f in lake.table_paths(table, lake.manifest(READER_VERSION))])


def test_the_repos_that_state_a_setting_are_those_that_pandas_counts(home: Path) -> None:
    rows = rows_of_files(home, FACT_TABLES["hyperparameters"])
    own = rows[(rows.about != "reprinted") & rows.value_number.notna()]
    expected = own.groupby("name").model_id.nunique().to_dict()
    with open_warehouse(home) as con:
        told = ask(con, "field_statement_share").records()
    numbers = ("learning_rate", "seed", "num_epochs", "train_batch_size", "weight_decay", "lora_r")
    found = {r["name"]: r["n_runs"] for r in told if r["table_name"] == "hyperparameters"}
    assert {n: found[n] for n in numbers} == {n: expected[n] for n in numbers}


def test_the_cards_that_stand_twice_are_those_that_pandas_counts(home: Path) -> None:
    cards = rows_of_files(home, CARD_READINGS).query("card_status == 'ok'").dropna(subset="body_digest")
    times = cards.groupby("body_digest").model_id.nunique()
    with open_warehouse(home) as con:
        told = ask(con, "duplicate_cards").records()
    assert {r["body_digest"]: r["n_runs"] for r in told} == times[times > 1].to_dict()
    assert len(told) > 40


def test_the_runs_that_overfit_are_those_that_pandas_finds(home: Path) -> None:
    logged = rows_of_files(home, FACT_TABLES["training_steps"]).query("run.isna() or run == 0")
    logged = logged[logged.metric.isin(["validation_loss", "training_loss"]) & logged.value.abs().lt(1e100)]
    tables = logged.pivot_table(
        index=["model_id", "log", "position"], columns="metric", values="value", aggfunc="max"
    ).reset_index()
    by_model = dict(tuple(tables.groupby("model_id")))
    with open_warehouse(home) as con:
        told = [r for r in ask(con, "overfitting_runs").records() if r["canonical_run_id"].endswith("#0")]
    assert len(told) > 3000
    for row in told:
        log = by_model[row["canonical_run_id"].removesuffix("#0")]
        validated = log.dropna(subset="validation_loss")
        best = validated.loc[validated.validation_loss.idxmin()]
        last = validated.iloc[-1].validation_loss
        trained = log.training_loss.dropna() if "training_loss" in log else pd.Series(dtype=float)
        rise = last / best.validation_loss - 1 if best.validation_loss > 0 else None
        assert row["last_validation_loss"] == last, row
        assert row["rise"] == (None if rise is None else pytest.approx(rise, abs=1e-12)), row
        if rise is not None and not pd.isna(best.training_loss) and len(trained):
            assert row["overfits"] == (rise > 0.05 and trained.iloc[-1] < best.training_loss), row
