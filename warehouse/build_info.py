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
from warehouse.schema import CRAWL_RUNS, LISTINGS, OBSERVATIONS, SCHEMA_VERSION, WarehouseInfo


def build_info(lake: Lake, manifest: Manifest, built_at: datetime, duckdb_version: str) -> WarehouseInfo:
    """The row of `warehouse_info`. The same raw files, tables, schema and SQL have the same build_id."""
    crawls = [p.stem for p in lake.raw_files(CRAWL_RUNS)]
    cards = [p.relative_to(lake.raw).as_posix() for p in lake.raw_files(OBSERVATIONS)]
    inputs: dict[str, Any] = {
        "crawls": len(crawls),
        "last_crawl": crawls[-1] if crawls else None,
        "listing_files": len(lake.raw_files(LISTINGS)),
        "card_files": len(cards),
        "table_files": sum(len(files) for files in manifest.files.values()),
    }
    parts = [manifest.reader_version, SCHEMA_VERSION, sql_version(), crawls, cards, sorted(manifest.files.items())]
    return WarehouseInfo(
        build_id=hashlib.sha1(json.dumps(parts).encode(), usedforsecurity=False).hexdigest(),
        built_at=built_at,
        reader_version=manifest.reader_version,
        schema_version=SCHEMA_VERSION,
        sql_version=sql_version(),
        duckdb_version=duckdb_version,
        inputs=json.dumps(inputs),
    )
