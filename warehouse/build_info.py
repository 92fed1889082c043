"""What a build is: its id, and what went into it.

What must not move in: a connection, a file's bytes.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from warehouse.build_sql import sql_version
from warehouse.lake import Lake, Manifest
from warehouse.parquet_files import row_count
from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, SCHEMA_VERSION, WarehouseInfo


def build_info(lake: Lake, manifest: Manifest, built_at: datetime, duckdb_version: str) -> WarehouseInfo:
    """The row of `warehouse_info`. The same crawls, rows, schema and SQL have the same build_id, in whatever files."""
    crawls = [crawl_id for rows in lake.raw_rows(CRAWL_RUNS, ["crawl_id"]) for crawl_id in rows[0].to_pylist()]
    card_files = lake.raw_files(OBSERVATIONS)
    inputs: dict[str, Any] = {
        "crawls": len(crawls),
        "last_crawl": crawls[-1] if crawls else None,
        "listing_files": len(lake.raw_files(LISTINGS)),
        "card_files": len(card_files),
        "table_files": len(manifest.names),
    }
    rows = {
        table: sum(manifest.facts[name].rows for name in names if name in manifest.facts)
        for table, names in sorted(manifest.files.items())
    }
    looks = sum(map(row_count, card_files))
    parts = [manifest.reader_version, SCHEMA_VERSION, sql_version(), sorted(crawls), looks, rows]
    return WarehouseInfo(
        build_id=hashlib.sha1(json.dumps(parts).encode(), usedforsecurity=False).hexdigest(),
        built_at=built_at,
        reader_version=manifest.reader_version,
        schema_version=SCHEMA_VERSION,
        sql_version=sql_version(),
        duckdb_version=duckdb_version,
        inputs=json.dumps(inputs),
    )
