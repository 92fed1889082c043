"""A lake of synthetic tables in the Hub's proportions, for `benchmarks.warehouse`.

Scale 1 is 3 million repos, 30 % of them with three cards and three listing rows over time, two full listings; a tenth
of the cards are copies that reprint another repo's settings and results, a twentieth tell a preference method and a
reward margin. What is served of it: 12 million hyperparameters, 20 million numbers of training logs, 5 million results,
40 million tags.
"""

# ruff: noqa: E501  (rows of SQL)

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from etl.reading.vocabularies import generator_fields
from etl.tables import READER_VERSION
from warehouse.lake import Lake, Manifest
from warehouse.schema import (
    CARD_READINGS,
    EVAL_METRICS,
    FRAMEWORK_VERSIONS,
    GENERATOR_FIELDS,
    HYPERPARAMETERS,
    LISTED_MODELS,
    MODEL_DATASETS,
    MODEL_LANGUAGES,
    MODEL_RELATIONS,
    MODEL_TAGS,
    OBSERVATIONS,
    POPULARITY,
    TRAINING_METHODS,
    TRAINING_STEPS,
    CrawlRun,
    Table,
)

REPOS = 3_000_000
FILES = 8
"""Files per table, as compaction leaves them."""

RAW = {OBSERVATIONS: "cards", POPULARITY: "popularity"}
"""Raw tables that a build reads, and their folders."""

_CARDS = """(
    SELECT i, v, concat('owner', hash(i) % 400000, '/model-', i) AS model_id, md5(concat(i, '-', v)) AS card_blob,
        i % 10 = 6 AS is_copy, concat('owner', hash(i - 6) % 400000, '/model-', i - 6) AS original,
        CAST(hash(CASE WHEN is_copy THEN i - 6 ELSE i END * 31 + v) >> 2 AS BIGINT) AS h
    FROM range({first}, {last}) AS r (i)
    CROSS JOIN range(3) AS w (v)
    WHERE v = 0 OR i % 10 < 3
)"""
"""The cards of a share of the repos: three versions of 30 % of them, one of the others."""

_FACT = (
    "CASE WHEN is_copy THEN 'reprinted' ELSE 'own' END AS about, CASE WHEN is_copy THEN original END AS about_model, "
    "CAST(0 AS BIGINT) AS run, '{source}' AS source, k AS line"
)

ROWS: dict[Table, str] = {
    LISTED_MODELS: """
        SELECT model_id, TIMESTAMP '2026-01-01' + INTERVAL (v) DAY AS listed_at, 'hub' AS source, concat('c', v) AS crawl_id,
            concat('id', i) AS hub_id, card_blob AS revision, TIMESTAMP '2022-01-01' + INTERVAL (i % 1400) DAY AS created_at,
            listed_at AS last_modified, h % 1000 AS downloads, h % 50 AS likes, 'no' AS gated, 7000000000 AS parameters,
            list_transform(range(10), lambda k: concat('tag', (h + k * k) % 5000)) AS tags,
            ['en'] AS languages, [concat('data/set', h % 20000)] AS datasets,
            CASE WHEN i % 3 = 0 THEN [concat('finetune:owner', hash(h % 5000) % 400000, '/model-', h % 5000)] ELSE [] END
                AS base_models
        FROM {cards}""",
    POPULARITY: """
        SELECT concat('c', n) AS crawl_id, model_id, TIMESTAMP '2026-01-03' + INTERVAL (n) DAY AS listed_at,
            h % 1000 + n AS downloads, h % 100000 AS downloads_all_time, h % 50 AS likes
        FROM {cards} CROSS JOIN range(2) AS l (n) WHERE v = 0""",
    OBSERVATIONS: """
        SELECT concat('c', v) AS crawl_id, concat('id', i) AS hub_id, model_id, card_blob AS revision,
            TIMESTAMP '2026-01-01' + INTERVAL (v) DAY AS observed_at, 'hub' AS source, 'ok' AS status,
            CAST(NULL AS VARCHAR) AS detail, card_blob, 2000 AS card_bytes, CAST(NULL AS BLOB) AS content
        FROM {cards}""",
    CARD_READINGS: """
        SELECT model_id, card_blob, 'ok' AS card_status, 2000 AS card_bytes, concat('model ', i) AS card_title,
            CASE h % 3 WHEN 0 THEN 'transformers-trainer' WHEN 1 THEN 'hand-written' ELSE 'autotrain' END AS card_generator,
            concat('4.', h % 50, '.0') AS card_generator_version, 'apache-2.0' AS license,
            CASE WHEN is_copy THEN 'reprinted' ELSE 'own' END AS about, CASE WHEN is_copy THEN original END AS about_model,
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
            CASE WHEN k = 3 AND i % 20 = 0 THEN 'rewards/margins' ELSE (['loss', 'accuracy', 'f1', 'precision'])[k + 1] END
                AS metric,
            metric AS raw_name, round(hash(h + k) % 100000 / 1e5, 4) AS value, CAST(value AS VARCHAR) AS value_text
        FROM {{cards}} CROSS JOIN range(4) AS n (k) WHERE i % 5 < 2""",
    TRAINING_STEPS: f"""
        SELECT model_id, card_blob, {_FACT.format(source="table")}, 0 AS log, k // 3 AS position, (k // 3) * 100 AS step,
            k / 3.0 AS epoch, (['training_loss', 'validation_loss', 'accuracy'])[k % 3 + 1] AS metric, metric AS raw_name,
            round(hash(h + k) % 100000 / 1e5, 4) AS value, CAST(value AS VARCHAR) AS value_text
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
    MODEL_LANGUAGES: f"""
        SELECT model_id, card_blob, {_FACT.format(source="front_matter")}, 'en' AS language
        FROM {{cards}} CROSS JOIN range(1) AS n (k) WHERE i % 2 = 0""",
    MODEL_DATASETS: f"""
        SELECT model_id, card_blob, {_FACT.format(source="front_matter")}, concat('data/set', h % 20000) AS dataset_id
        FROM {{cards}} CROSS JOIN range(1) AS n (k) WHERE i % 4 = 0""",
    MODEL_RELATIONS: f"""
        SELECT model_id, card_blob, {_FACT.format(source="front_matter")},
            concat('owner', hash(h % 5000) % 400000, '/model-', h % 5000) AS base_model_id, 'finetune' AS relation
        FROM {{cards}} CROSS JOIN range(1) AS n (k) WHERE i % 3 = 0""",
    TRAINING_METHODS: f"""
        SELECT model_id, card_blob, 0 AS position, {_FACT.format(source="front_matter")},
            (['dpo', 'sft', 'orpo'])[h % 3 + 1] AS method, 'tag' AS kind, method AS evidence
        FROM {{cards}} CROSS JOIN range(1) AS n (k) WHERE i % 20 = 0""",
}  # fmt: skip
"""What a build reads, table by table."""


def write_lake(home: Path, scale: float) -> Lake:
    """A lake of synthetic tables, covered by the present reader's manifest."""
    lake, manifest = Lake(home), Manifest(READER_VERSION)
    con = duckdb.connect()
    repos = int(REPOS * scale)
    for table, query in ROWS.items():
        names = []
        for n in range(FILES):
            cards = _CARDS.format(first=repos * n // FILES, last=repos * (n + 1) // FILES)
            path = _path(lake, table, n)
            path.parent.mkdir(parents=True, exist_ok=True)
            con.execute(f"COPY ({query.format(cards=cards)}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
            names.append(path.relative_to(lake.tables).as_posix() if table not in RAW else "")
        if table not in RAW:
            manifest = manifest.replacing({table.name: names})
    for n in range(3):
        lake.write_crawl_run(crawl_run(f"c{n}", repos))
    fields = lake.write_table(GENERATOR_FIELDS, GENERATOR_FIELDS.arrow(generator_fields()), manifest)
    lake.write_manifest(manifest.plus({GENERATOR_FIELDS.name: fields}))
    return lake


def crawl_run(crawl_id: str, listed: int) -> CrawlRun:
    """A ledger row of a crawl that asked for everything."""
    day = datetime(2026, 1, 1)
    return CrawlRun(
        crawl_id=crawl_id, source="hub", scope="{}", started_at=day, ended_at=day, ended_because="complete",
        is_full_listing=True, listed=listed, cards_stored=listed, cards_unchanged=0, statuses="{}", requests="{}",
        not_modified=0, rate_limited=0, retries=0, bytes_received=0,
    )  # fmt: skip


def _path(lake: Lake, table: Table, number: int) -> Path:
    if table in RAW:
        return lake.raw / RAW[table] / "c0" / f"part-{number:06d}.parquet"
    return lake.tables / table.name / f"{READER_VERSION[:12]}-{number:06d}.parquet"
