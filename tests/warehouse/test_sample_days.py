"""The whole line on the sample hub's two days: what was true on each can be asked for afterwards."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from etl import stations
from etl.settings import Settings
from etl.tables import READER_VERSION, read_raw
from tests.warehouse.kit import rows_of
from warehouse.database import Session, open_warehouse
from warehouse.lake import Lake
from warehouse.schema import FACT_TABLES

FACTS = "SELECT model_id, card_blob, name, value_text FROM {} ORDER BY ALL"


def day(home: Path, number: int) -> Session:
    lake = Lake(home)
    with lake.writer("test"):
        stations.crawl(lake, Settings(home, source="sample", sample_day=number))
        read_raw(lake)
        stations.build(lake)
    return open_warehouse(home)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("days") / "home"


@pytest.fixture(scope="module")
def sessions(home: Path) -> tuple[Session, Session]:
    return day(home, 1), day(home, 2)


def test_a_card_that_changed_between_the_days_is_served_as_it_is_and_asked_for_as_it_was(
    sessions: tuple[Session, Session],
) -> None:
    first, second = sessions
    changed: list[tuple[Any, ...]] = rows_of(
        second,
        "SELECT model_id, max(valid_from) FROM card_states GROUP BY model_id HAVING count(DISTINCT card_blob) > 1",
    )
    assert changed
    then = {m: rows_of(first, FACTS.format("(FROM hyperparameters WHERE model_id = ?)"), [m]) for m, _ in changed}
    for model_id, moment in changed:
        before = rows_of(
            second,
            FACTS.format("(FROM hyperparameters_as_of(CAST(? AS TIMESTAMP) - INTERVAL 1 SECOND) WHERE model_id = ?)"),
            [moment, model_id],
        )
        now = rows_of(second, FACTS.format("(FROM hyperparameters_as_of(?) WHERE model_id = ?)"), [moment, model_id])
        assert before == then[model_id]
        assert now == rows_of(second, FACTS.format("(FROM hyperparameters WHERE model_id = ?)"), [model_id])
        assert now != before


def test_a_repo_that_disappeared_keeps_its_last_card_and_its_disappearance_is_an_event(
    sessions: tuple[Session, Session],
) -> None:
    _, second = sessions
    gone = rows_of(second, "SELECT model_id, card_blob IS NOT NULL FROM models WHERE card_status = 'gone'")
    assert gone
    assert all(served for _, served in gone)
    events = rows_of(second, "SELECT model_id FROM model_events WHERE event = 'status' AND after = 'gone'")
    assert {m for m, _ in gone} <= {m for (m,) in events}


def test_the_quantized_copies_of_the_sample_hub_are_no_runs_of_their_own(sessions: tuple[Session, Session]) -> None:
    first, _ = sessions
    ((runs, printings, copies),) = rows_of(
        first,
        "SELECT count(DISTINCT canonical_run_id), count(*), count(*) FILTER (NOT is_canonical) FROM training_runs "
        "WHERE training_method = 'dpo' AND coalesce(reward_margin, last_reward_margin) IS NOT NULL",
    )
    assert runs + copies == printings
    ((n_runs, excluded),) = rows_of(
        first, "SELECT n_runs, n_copies_excluded FROM dpo_learning_rate_vs_reward_margin_summary"
    )
    assert (n_runs, excluded) == (runs, copies)
    assert copies >= 3


# -- between the days -----------------------------------------------------------------------------------------

STOOD = (
    "SELECT model_id, author, name, card_status, card_blob, card_title, card_generator, license, library_name, "
    "pipeline_tag, created_at, last_modified, gated, downloads, likes, parameters FROM {} ORDER BY model_id"
)
MOVING = "example-moving/"


def between(second: Session) -> datetime:
    """A moment after all of the first day was seen and before any of the second was."""
    ((moment,),) = rows_of(
        second, "SELECT min(started_at) FROM crawl_runs WHERE started_at > (SELECT min(started_at) FROM crawl_runs)"
    )
    assert isinstance(moment, datetime)
    return moment


def test_the_hub_as_of_the_first_day_is_what_the_first_build_served(sessions: tuple[Session, Session]) -> None:
    first, second = sessions
    then = rows_of(second, STOOD.format("models_as_of(?)"), [between(second)])
    assert then == rows_of(first, STOOD.format("models"))
    names = {row[0].removeprefix(MOVING) for row in then if row[0].startswith(MOVING)}
    assert names == {"changes-tomorrow", "early-name", "leaves-tomorrow"}


def test_the_hub_as_of_now_is_what_the_second_build_serves(sessions: tuple[Session, Session]) -> None:
    _, second = sessions
    now = rows_of(second, STOOD.format("models_as_of(?)"), [datetime(2100, 1, 1)])
    assert now == rows_of(second, STOOD.format("models"))
    statuses = {row[0].removeprefix(MOVING): row[3] for row in now if row[0].startswith(MOVING)}
    assert statuses == {
        "arrives-tomorrow": "ok",
        "changes-tomorrow": "ok",
        "late-name": "ok",
        "leaves-tomorrow": "gone",
    }


def test_the_word_of_the_hub_is_the_one_of_the_day(sessions: tuple[Session, Session]) -> None:
    _, second = sessions
    asked = (
        "SELECT last_modified, downloads, likes FROM models_as_of(?) WHERE model_id = 'example-moving/changes-tomorrow'"
    )
    assert rows_of(second, asked, [between(second)]) == [(datetime(2026, 11, 18, 9, 30), 12, 0)]
    assert rows_of(second, asked, [datetime(2100, 1, 1)]) == [(datetime(2026, 11, 20, 16, 5), 19, 1)]


@pytest.mark.parametrize("table", ["hyperparameters", "eval_metrics", "training_steps", "card_readings"])
def test_the_facts_as_of_each_day_are_those_that_its_build_served(
    sessions: tuple[Session, Session], table: str
) -> None:
    first, second = sessions
    served_rows, as_of = f"FROM {table} ORDER BY ALL", f"FROM {table}_as_of(?) ORDER BY ALL"
    # printed: a NaN is unequal to itself
    assert str(rows_of(second, as_of, [between(second)])) == str(rows_of(first, served_rows))
    assert str(rows_of(second, as_of, [datetime(2100, 1, 1)])) == str(rows_of(second, served_rows))


# -- recomputed from the Parquet files, without SQL ---------------------------------------------------------


def served(home: Path, con: Session, table: str) -> pd.DataFrame:
    """The served rows of a table, from its Parquet files."""
    lake = Lake(home)
    files = lake.table_paths(FACT_TABLES[table], lake.manifest(READER_VERSION))
    rows = pd.concat([pd.read_parquet(f) for f in files])
    keys = pd.DataFrame(rows_of(con, "SELECT model_id, card_blob FROM models"), columns=["model_id", "card_blob"])
    return rows.merge(keys.dropna(), on=["model_id", "card_blob"])


@pytest.mark.parametrize("name", ["learning_rate", "seed", "num_epochs"])
def test_the_repos_that_state_a_setting_are_those_that_pandas_counts(
    home: Path, sessions: tuple[Session, Session], name: str
) -> None:
    rows = served(home, sessions[1], "hyperparameters")
    own = rows[(rows.name == name) & (rows.about != "reprinted") & rows.value_number.notna()]
    found = rows_of(
        sessions[1],
        "SELECT n_runs FROM field_statement_share WHERE table_name = 'hyperparameters' AND name = ?",
        [name],
    )
    assert found == [(own.model_id.nunique(),)]


def test_the_repos_that_state_a_library_version_are_those_that_pandas_counts(
    home: Path, sessions: tuple[Session, Session]
) -> None:
    rows = served(home, sessions[1], "framework_versions").dropna(subset="version_major")
    rows["short"] = [
        f"{int(a)}.{0 if pd.isna(b) else int(b)}" for a, b in zip(rows.version_major, rows.version_minor, strict=True)
    ]
    expected = rows[rows.about != "reprinted"].groupby(["framework", "short"]).model_id.nunique()
    found = rows_of(sessions[1], "SELECT framework, version, n_runs FROM first_seen_versions WHERE n_runs > 0")
    assert {(f, v): n for f, v, n in found} == expected.to_dict()


def test_the_offered_quantizations_are_those_that_pandas_counts(home: Path, sessions: tuple[Session, Session]) -> None:
    rows = served(home, sessions[1], "quantized_files")
    is_gguf = rows.method.str.contains(r"^I?Q\d", case=False, na=False)
    rows.loc[is_gguf, "bits"] = rows.bits.fillna(rows.method.str.extract(r"(\d)", expand=False).astype(float))
    rows.loc[is_gguf, "method"] = rows.method.str.upper()
    expected = rows.fillna({"method": "", "bits": -1.0}).groupby(["method", "bits"]).size()
    found = rows_of(sessions[1], "SELECT coalesce(method, ''), coalesce(bits, -1), n_files FROM quantization_offers")
    assert {(m, b): n for m, b, n in found} == expected.to_dict()


def test_one_row_of_bits_per_repo_says_what_the_rows_of_stated_fields_say(sessions: tuple[Session, Session]) -> None:
    def told(column: str, condition: str) -> tuple[str, str]:
        return (
            "SELECT r.model_id, b.table_name, b.name FROM repo_statements AS r INNER JOIN statement_bits AS b "
            f"ON r.{column} & b.bit <> 0 SEMI JOIN fields USING (table_name, name) ORDER BY ALL",
            "SELECT model_id, table_name, name FROM stated_fields SEMI JOIN fields USING (table_name, name) "
            f"WHERE {condition} ORDER BY ALL",
        )

    for column, condition in (("told", "true"), ("told_own", "is_own"), ("told_numbers", "is_own AND has_number")):
        by_bits, by_rows = (rows_of(sessions[1], query) for query in told(column, condition))
        assert by_bits
        assert by_bits == by_rows


def test_every_followed_statement_has_a_bit_of_its_own_that_fits(sessions: tuple[Session, Session]) -> None:
    ((n, most),) = rows_of(sessions[1], "SELECT count(DISTINCT bit), max(bit) FROM statement_bits")
    assert (n, most) == (len(rows_of(sessions[1], "FROM statement_bits")), 2 ** (n - 1))
    assert n < 63
