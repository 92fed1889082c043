"""The warehouse at full size: build time, peak memory and answers, against DuckDB loading the same files and no more.

    python -m benchmarks.warehouse [--scale 1.0] [--home DIR]

Scale 1 is 3 million repos, 30 % of them with three cards over time. The rival, in the same run and with the same
settings, is CREATE TABLE AS of every Parquet file that the build reads, and of the Hub's lists, one row per item.
"""

# ruff: noqa: E501  (rows of SQL)

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from warehouse.answers import answers
from warehouse.building import build_warehouse
from warehouse.database import STORAGE_VERSION, open_warehouse, run_query
from warehouse.lake import Lake, Manifest
from warehouse.schema import (
    CARD_READINGS,
    EVAL_METRICS,
    FRAMEWORK_VERSIONS,
    HYPERPARAMETERS,
    LISTED_MODELS,
    MODEL_RELATIONS,
    MODEL_TAGS,
    OBSERVATIONS,
    TRAINING_METHODS,
    TRAINING_STEPS,
    Table,
)

READER = "benchmark0000"
REPOS = 3_000_000
FILES = 8
"""Files per table, as compaction leaves them."""

_CARDS = """(
    SELECT i, v, concat('owner', hash(i) % 400000, '/model-', i) AS model_id, md5(concat(i, '-', v)) AS card_blob,
        CAST(hash(i * 31 + v) >> 2 AS BIGINT) AS h
    FROM range({first}, {last}) AS r (i)
    CROSS JOIN range(3) AS w (v)
    WHERE v = 0 OR i % 10 < 3
)"""
"""The cards of a share of the repos: three versions of 30 % of them, one of the others."""

_FACT = (
    "'own' AS about, CAST(NULL AS VARCHAR) AS about_model, CAST(0 AS BIGINT) AS run, '{source}' AS source, k AS line"
)

_ROWS: dict[Table, str] = {
    LISTED_MODELS: """
        SELECT model_id, TIMESTAMP '2026-01-01' AS listed_at, 'hub' AS source, 'c1' AS crawl_id, concat('id', i) AS hub_id,
            card_blob AS revision, TIMESTAMP '2022-01-01' + INTERVAL (i % 1400) DAY AS created_at, h % 1000 AS downloads,
            h % 50 AS likes, 'no' AS gated, 7000000000 AS parameters,
            list_transform(range(10), lambda k: concat('tag', (h + k * k) % 5000)) AS tags,
            ['en'] AS languages, [concat('data/set', h % 20000)] AS datasets,
            CASE WHEN i % 3 = 0 THEN [concat('finetune:owner', hash(h % 5000) % 400000, '/model-', h % 5000)] ELSE [] END
                AS base_models
        FROM {cards} WHERE v = 0""",
    OBSERVATIONS: """
        SELECT 'c1' AS crawl_id, concat('id', i) AS hub_id, model_id, card_blob AS revision,
            TIMESTAMP '2026-01-01' + INTERVAL (v) DAY AS observed_at, 'hub' AS source, 'ok' AS status, card_blob,
            2000 AS card_bytes
        FROM {cards}""",
    CARD_READINGS: """
        SELECT model_id, card_blob, 'ok' AS card_status, 2000 AS card_bytes, concat('model ', i) AS card_title,
            CASE h % 3 WHEN 0 THEN 'transformers-trainer' WHEN 1 THEN 'hand-written' ELSE 'autotrain' END AS card_generator,
            concat('4.', h % 50, '.0') AS card_generator_version, 'apache-2.0' AS license, 'own' AS about,
            md5(concat(i, v, 'body')) AS body_digest
        FROM {cards}""",
    HYPERPARAMETERS: f"""
        SELECT model_id, card_blob, k AS position, {_FACT.format(source="list")},
            (['learning_rate', 'train_batch_size', 'eval_batch_size', 'seed', 'optimizer', 'lr_scheduler_type', 'num_epochs',
              'gradient_accumulation_steps', 'total_train_batch_size', 'mixed_precision_training'])[k + 1] AS name,
            name AS raw_name, CAST((h >> k) % 1000 / 1e6 AS VARCHAR) AS value_text, (h >> k) % 1000 / 1e6 AS value_number,
            FALSE AS is_part
        FROM {{cards}} CROSS JOIN range(10) AS n (k) WHERE i % 5 < 2""",
    EVAL_METRICS: f"""
        SELECT model_id, card_blob, k AS position, {_FACT.format(source="summary")},
            (['loss', 'accuracy', 'f1', 'rewards/margins'])[k + 1] AS metric, metric AS raw_name,
            round((h >> k) % 100000 / 1e5, 4) AS value, CAST(value AS VARCHAR) AS value_text
        FROM {{cards}} CROSS JOIN range(4) AS n (k) WHERE i % 5 < 2""",
    TRAINING_STEPS: f"""
        SELECT model_id, card_blob, {_FACT.format(source="table")}, 0 AS log, k // 3 AS position, (k // 3) * 100 AS step,
            k / 3.0 AS epoch, (['training_loss', 'validation_loss', 'accuracy'])[k % 3 + 1] AS metric, metric AS raw_name,
            round((h >> (k % 20)) % 100000 / 1e5, 4) AS value, CAST(value AS VARCHAR) AS value_text
        FROM {{cards}} CROSS JOIN range(33) AS n (k) WHERE i % 5 = 0""",
    FRAMEWORK_VERSIONS: f"""
        SELECT model_id, card_blob, k AS position, {_FACT.format(source="list")},
            (['transformers', 'pytorch', 'datasets', 'tokenizers'])[k + 1] AS framework, framework AS raw_name,
            concat('4.', h % 50, '.1') AS version, 4 AS version_major, h % 50 AS version_minor, 1 AS version_patch,
            FALSE AS is_prerelease
        FROM {{cards}} CROSS JOIN range(4) AS n (k) WHERE i % 5 < 2""",
    MODEL_TAGS: f"""
        SELECT model_id, card_blob, {_FACT.format(source="front_matter")}, concat('tag', k) AS tag
        FROM {{cards}} CROSS JOIN range(3) AS n (k)""",
    MODEL_RELATIONS: f"""
        SELECT model_id, card_blob, {_FACT.format(source="front_matter")},
            concat('owner', hash(h % 5000) % 400000, '/model-', h % 5000) AS base_model_id, 'finetune' AS relation
        FROM {{cards}} CROSS JOIN range(1) AS n (k) WHERE i % 3 = 0""",
    TRAINING_METHODS: f"""
        SELECT model_id, card_blob, 0 AS position, {_FACT.format(source="front_matter")},
            (['dpo', 'sft', 'orpo'])[h % 3 + 1] AS method, 'tag' AS kind, method AS evidence
        FROM {{cards}} CROSS JOIN range(1) AS n (k) WHERE i % 20 = 0""",
}  # fmt: skip


def write_tables(home: Path, scale: float) -> Lake:
    """A lake of synthetic tables."""
    lake, manifest = Lake(home), Manifest(READER)
    con = duckdb.connect()
    repos = int(REPOS * scale)
    for table, query in _ROWS.items():
        names = []
        for n in range(FILES):
            cards = _CARDS.format(first=repos * n // FILES, last=repos * (n + 1) // FILES)
            raw = table is OBSERVATIONS
            name = f"c1/part-{n:06d}.parquet" if raw else f"{table.name}/{READER}-{n:06d}.parquet"
            path = (lake.raw / "cards" if raw else lake.tables) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            con.execute(f"COPY ({query.format(cards=cards)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
            names.append(name)
        if table is not OBSERVATIONS:
            manifest = manifest.replacing({table.name: names})
    lake.write_manifest(manifest)
    return lake


def floor(lake: Lake, file: Path) -> None:
    """CREATE TABLE AS of the same rows as a build loads, with the same settings, and nothing else."""
    file.unlink(missing_ok=True)
    con = duckdb.connect(":memory:", config={"memory_limit": "6GB"})
    con.execute(f"ATTACH '{file}' AS floor (STORAGE_VERSION '{STORAGE_VERSION}')")
    manifest = lake.manifest(READER)
    for table in _ROWS:
        paths = lake.raw_files(table) if table is OBSERVATIONS else lake.table_paths(table, manifest)
        listed = ", ".join(f"'{p}'" for p in paths)
        con.execute(f"CREATE TABLE floor.{table.name} AS SELECT * FROM read_parquet([{listed}])")
    for name in ("tags", "languages", "datasets"):
        con.execute(
            f"CREATE TABLE floor.hub_{name} AS SELECT model_id, 'hub' AS source, unnest({name}) AS item FROM floor.listed_models"
        )
    con.execute("CHECKPOINT floor")
    con.close()


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=0.1)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = given.home or Path(scratch)
        lake = Lake(home)
        if not lake.tables.exists():
            print(f"written in {seconds(lambda: write_tables(home, given.scale)):.1f} s", flush=True)
        lowest = seconds(lambda: floor(lake, home / "floor.duckdb"))
        print(f"floor      {lowest:8.1f} s  {(home / 'floor.duckdb').stat().st_size >> 20} MB", flush=True)
        (home / "floor.duckdb").unlink()
        with lake.writer("benchmark"):
            report = build_warehouse(lake, READER)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        print(
            f"build      {report.seconds:8.1f} s  {report.size_bytes >> 20} MB  {report.seconds / lowest:.2f} x floor"
        )
        print(f"peak memory of this process {peak} MB; rows {sum(report.rows.values()):,}", flush=True)
        print(f"open       {seconds(lambda: open_warehouse(home).close()):8.2f} s")
        con = open_warehouse(home)
        for answer in answers():
            cold = seconds(lambda name=answer.name: run_query(con, f"SELECT count(*) FROM {name}"))  # type: ignore[misc]
            warm = seconds(lambda name=answer.name: run_query(con, f"SELECT * FROM {name} LIMIT 100"))  # type: ignore[misc]
            print(f"{answer.name:48}{cold:8.2f} s cold  {warm:8.2f} s warm", flush=True)


if __name__ == "__main__":
    main()
