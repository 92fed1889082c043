from __future__ import annotations

import stat
from pathlib import Path

import pyarrow as pa
import pytest

from tests.warehouse.kit import T0, Made, blob_of, rows_of
from warehouse.database import NoWarehouse, QueryFailed, WarehouseError, open_warehouse, run_query, run_query_arrow
from warehouse.schema import Hyperparameter, ModelTag


def setting(value: str, name: str = "learning_rate") -> Hyperparameter:
    return Hyperparameter(name=name, raw_name=name, value_text=value, value_number=float(value), source="list", line=1)


def test_what_a_served_card_states_stands_in_main_and_what_its_older_versions_stated_in_superseded(made: Made) -> None:
    made.listing("a/b")
    made.look("a/b", version=1)
    made.look("a/b", version=2, day=1)
    made.reading("a/b", setting("1e-5"), version=1)
    made.reading("a/b", setting("2e-5"), version=2)
    con = made.opened()
    assert rows_of(con, "SELECT value_text FROM hyperparameters") == [("2e-5",)]
    assert rows_of(con, "SELECT value_text FROM superseded.hyperparameters") == [("1e-5",)]
    assert rows_of(con, "SELECT value_text FROM history.hyperparameters ORDER BY 1") == [("1e-5",), ("2e-5",)]


def test_a_look_that_got_no_answer_about_the_card_leaves_the_last_good_card_served(made: Made) -> None:
    repos = {status: f"a/{status}" for status in ("disabled", "failed", "gated", "gone")}
    for status, repo in repos.items():
        made.listing(repo)
        made.look(repo)
        made.look(repo, status, day=1, detail="no")
        made.reading(repo, setting("1e-5"))
    con = made.opened()
    found = rows_of(con, "SELECT model_id, card_status, card_blob, status_detail FROM models ORDER BY 1")
    assert found == [(repo, status, blob_of(repo), "no") for status, repo in repos.items()]
    assert rows_of(con, "SELECT model_id FROM hyperparameters ORDER BY 1") == [(repo,) for repo in repos.values()]


def test_a_repo_whose_card_was_removed_serves_nothing(made: Made) -> None:
    made.listing("a/b")
    made.look("a/b")
    made.look("a/b", "no_card", day=1)
    made.reading("a/b", setting("1e-5"))
    con = made.opened()
    assert rows_of(con, "SELECT card_status, card_blob FROM models") == [("no_card", None)]
    assert rows_of(con, "SELECT count(*) FROM hyperparameters") == [(0,)]
    assert rows_of(con, "SELECT count(*) FROM history.hyperparameters") == [(1,)]


def test_the_hubs_word_beats_a_later_dump(made: Made) -> None:
    made.listing("a/b", likes=5)
    made.listing("a/b", source="dump", likes=1, listed_at=T0.replace(year=2027), hub_id=None, crawl_id="c2")
    made.look("a/b", version=1)
    made.look("a/b", version=2, day=9, source="dump")
    made.reading("a/b", version=1)
    made.reading("a/b", version=2)
    assert rows_of(made.opened(), "SELECT likes, card_blob, source FROM models") == [(5, blob_of("a/b"), "hub")]


def test_a_dump_of_the_year_9999_does_not_beat_the_hub_either(made: Made) -> None:
    made.listing("a/b", likes=5)
    made.listing("a/b", source="dump", likes=1, listed_at=T0.replace(year=9999), hub_id=None, crawl_id="c2")
    made.look("a/b", version=1)
    made.look("a/b", version=2, source="dump", observed_at=T0.replace(year=9999))
    made.reading("a/b", version=1)
    made.reading("a/b", version=2)
    assert rows_of(made.opened(), "SELECT likes, card_blob FROM models") == [(5, blob_of("a/b"))]


def test_every_listed_or_observed_repo_has_a_row_with_a_status(made: Made) -> None:
    made.listing("listed/only")
    made.listing("listed/disabled", disabled=True)
    made.look("seen/only", "gone")
    made.listing("read/empty")
    made.look("read/empty")
    made.reading("read/empty", card_status="empty")
    con = made.opened()
    assert rows_of(con, "SELECT model_id, card_status FROM models ORDER BY 1") == [
        ("listed/disabled", "disabled"),
        ("listed/only", "not_fetched"),
        ("read/empty", "empty"),
        ("seen/only", "gone"),
    ]


def test_a_renamed_repo_has_one_row_under_its_new_name(made: Made) -> None:
    made.listing("old/name", hub_id="x")
    made.listing("new/name", hub_id="x", listed_at=T0.replace(month=2))
    con = made.opened()
    assert rows_of(con, "SELECT model_id FROM models") == [("new/name",)]
    assert rows_of(con, "SELECT old_model_id, model_id FROM renames") == [("old/name", "new/name")]


def test_the_hubs_own_lists_stand_beside_the_cards(made: Made) -> None:
    made.card(
        "a/b",
        ModelTag(tag="dpo", source="front_matter", line=3),
        listing={"tags": ("dpo", "trl"), "datasets": ("d",), "base_models": ("finetune:x/y", ":p/q")},
    )
    con = made.opened()
    assert rows_of(con, "SELECT source, tag, line FROM model_tags ORDER BY ALL") == [
        ("front_matter", "dpo", 3),
        ("hub", "dpo", None),
        ("hub", "trl", None),
    ]
    assert rows_of(con, "SELECT base_model_id, relation, about FROM model_relations ORDER BY ALL") == [
        ("p/q", None, "own"),
        ("x/y", "finetune", "own"),
    ]


def test_a_table_without_any_row_exists_with_its_types_and_comments(made: Made) -> None:
    con = made.opened()
    assert rows_of(con, "SELECT count(*) FROM quantized_files") == [(0,)]
    ((kind, comment),) = rows_of(
        con,
        "SELECT data_type, comment FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND table_name = 'training_steps' AND column_name = 'step'",
    )
    assert kind == "BIGINT"
    assert "training step" in comment


def test_the_published_file_is_read_only_and_has_no_log_beside_it(made: Made) -> None:
    report = made.build()
    assert stat.S_IMODE(report.path.stat().st_mode) == 0o444
    assert sorted(p.name for p in made.home.iterdir() if p.is_file()) == ["warehouse.duckdb"]


@pytest.mark.slow
def test_a_stale_log_of_the_old_file_does_not_lock_out_the_new_one(made: Made) -> None:
    made.build()
    (made.home / "warehouse.duckdb.wal").write_bytes(b"left by a killed process")
    made.listing("a/b")
    assert rows_of(made.opened(), "SELECT count(*) FROM models") == [(1,)]


@pytest.mark.slow
def test_an_open_session_keeps_answering_while_a_new_build_is_swapped_in(made: Made) -> None:
    made.listing("a/b")
    old = made.opened()
    made.listing("c/d")
    new = made.opened()
    assert rows_of(old, "SELECT count(*) FROM models") == [(1,)]
    assert rows_of(new, "SELECT count(*) FROM models") == [(2,)]


def test_an_empty_build_never_replaces_a_full_one(made: Made) -> None:
    made.listing("a/b")
    made.build()
    for file in (made.home / "tables").glob("*.json"):
        file.unlink()
    with pytest.raises(WarehouseError, match="no models where the old one has 1"):
        made.build()
    assert rows_of(open_warehouse(made.home), "SELECT count(*) FROM models") == [(1,)]


@pytest.mark.slow
def test_building_twice_from_the_same_rows_gives_the_same_build(made: Made) -> None:
    made.listing("a/b")
    made.look("a/b")
    made.reading("a/b", setting("1e-5"))
    first = made.build()
    from tests.warehouse.kit import READER
    from warehouse.building import build_warehouse

    second = build_warehouse(made.lake, READER)
    assert first.build_id == second.build_id
    assert first.rows == second.rows


def test_opening_where_nothing_was_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse, match="cardhouse run"):
        open_warehouse(tmp_path)


@pytest.fixture(scope="module")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a warehouse that nobody changes."""
    made = Made(tmp_path_factory.mktemp("fenced") / "home")
    made.build()
    return made.home


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY models TO '/tmp/cardhouse-escape.csv'",
        "ATTACH '/tmp/cardhouse-other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "CREATE TABLE mine AS SELECT 1",
        "DELETE FROM models",
        "COPY models TO '{export}/../escape.csv'",
        "COPY models TO '{export}/link/escape.csv'",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "SELECT * FROM read_json('/etc/passwd')",
        "SELECT * FROM sniff_csv('/etc/passwd')",
        "SELECT * FROM glob('/etc/*')",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        "SELECT getenv('HOME')",
        "SELECT * FROM local_rows",
        "CREATE SECRET (TYPE s3)",
        "EXPORT DATABASE '/tmp/cardhouse-escape'",
        "IMPORT DATABASE '/tmp'",
        "SET memory_limit = '900GB'",
        "SET temp_directory = '/tmp/cardhouse-escape'",
        "SET allowed_directories = ['/']",
        "RESET enable_external_access",
        "SET python_enable_replacements = true",
        "PRAGMA profiling_output = '/tmp/cardhouse-escape.json'",
        "SET log_query_path = '/tmp/cardhouse-escape.log'",
        "CALL enable_logging(storage_path = '/tmp/cardhouse-escape')",
        "UPDATE models SET name = 'x'",
        "DROP TABLE models",
        "CREATE OR REPLACE MACRO finite(x) AS 1",
    ],
)
def test_an_analysts_session_cannot_leave_its_fence(built_home: Path, tmp_path: Path, query: str) -> None:
    export = tmp_path / "export"
    export.mkdir()
    (export / "link").symlink_to(tmp_path)
    con = open_warehouse(built_home, export_to=export)
    local_rows = pa.table({"of": ["this process"]})
    for ask in (run_query, run_query_arrow):
        with pytest.raises(QueryFailed):
            ask(con, query.replace("{export}", str(export)))
    assert local_rows.num_rows == 1
    assert not (tmp_path / "escape.csv").exists()
    assert not list(Path("/tmp").glob("cardhouse-escape*"))


def test_an_analysts_session_exports_to_its_folder_and_makes_temporary_tables(made: Made, tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    made.listing("a/b")
    made.build()
    con = open_warehouse(made.home, export_to=export)
    run_query(con, "CREATE TEMP TABLE mine AS SELECT model_id FROM models")
    run_query(con, f"COPY mine TO '{export}/mine.csv'")
    assert (export / "mine.csv").read_text() == "model_id\na/b\n"


def test_what_a_session_spills_goes_when_it_ends(made: Made) -> None:
    con = made.opened()
    ((folder,),) = rows_of(con, "SELECT current_setting('temp_directory')")
    con.close()
    assert not Path(folder).exists()


def test_a_query_that_takes_too_long_is_stopped(made: Made) -> None:
    con = made.opened()
    with pytest.raises(QueryFailed, match="stopped after"):
        run_query(con, "SELECT count(*) FROM range(100000000000) a", seconds=0.2)
