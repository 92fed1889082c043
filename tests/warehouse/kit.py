"""Hand-made rows in a lake, and the warehouse built from them: what the tests of `warehouse` and `sql` start from."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from warehouse.building import BuildReport, build_warehouse
from warehouse.database import open_warehouse
from warehouse.lake import Lake
from warehouse.schema import (
    CARD_READINGS,
    FACT_TABLES,
    GENERATOR_FIELDS,
    LISTED_MODELS,
    OBSERVATIONS,
    POPULARITY,
    CardReading,
    CrawlRun,
    Fact,
    GeneratorField,
    ListedModel,
    Observation,
    Popularity,
)

READER = "0123456789abcdef"
T0 = datetime(2026, 1, 1)

FACT_TABLE_OF = {t.row: t.name for t in FACT_TABLES.values()}


def blob_of(model_id: str, version: int = 1) -> str:
    """The made-up blob of a card."""
    return hashlib.sha1(f"{model_id} {version}".encode()).hexdigest()


@dataclass
class Made:
    """A lake filled by hand. Each call adds rows; `build` writes them and builds the warehouse."""

    home: Path
    listed: list[ListedModel] = field(default_factory=list)
    looks: list[Observation] = field(default_factory=list)
    readings: list[CardReading] = field(default_factory=list)
    facts: dict[str, list[tuple[str, str, tuple[Fact, ...]]]] = field(default_factory=dict)
    counters: list[Popularity] = field(default_factory=list)
    fields: list[GeneratorField] = field(default_factory=list)
    crawls: int = 0

    @property
    def lake(self) -> Lake:
        return Lake(self.home)

    def listing(self, model_id: str, **given: Any) -> None:
        """The Hub lists a repo."""
        row: dict[str, Any] = {f.name: None for f in dataclasses.fields(ListedModel)}
        row |= {"model_id": model_id, "listed_at": T0, "source": "hub", "crawl_id": "c1", "hub_id": f"id-{model_id}"}
        row |= {"tags": (), "languages": (), "datasets": (), "base_models": (), "created_at": T0, "last_modified": T0}
        self.listed.append(ListedModel(**(row | given)))

    def look(self, model_id: str, status: str = "ok", *, version: int = 1, day: int = 0, **given: Any) -> None:
        """Somebody looks at a repo's card."""
        blob = blob_of(model_id, version) if status == "ok" else None
        row: dict[str, Any] = {
            "crawl_id": "c1",
            "hub_id": f"id-{model_id}",
            "model_id": model_id,
            "revision": "r1",
            "observed_at": T0 + timedelta(days=day),
            "source": "hub",
            "status": status,
            "detail": None,
            "card_blob": blob,
            "card_bytes": 100 if blob else None,
            "content": None,
        }
        self.looks.append(Observation(**(row | given)))

    def reading(self, model_id: str, *facts: Fact, version: int = 1, **given: Any) -> None:
        """The reader reads one version of a card."""
        row: dict[str, Any] = {f.name: None for f in dataclasses.fields(CardReading)}
        row |= {
            "model_id": model_id,
            "card_blob": blob_of(model_id, version),
            "card_status": "ok",
            "card_bytes": 100,
            "about": "own",
        }
        self.readings.append(CardReading(**(row | given)))
        for kind in dict.fromkeys(type(f) for f in facts):
            rows = tuple(f for f in facts if type(f) is kind)
            self.facts.setdefault(FACT_TABLE_OF[kind], []).append((model_id, blob_of(model_id, version), rows))

    def card(self, model_id: str, *facts: Fact, listing: Mapping[str, Any] | None = None, **given: Any) -> None:
        """A repo with a card that states `facts`: listed, looked at and read."""
        self.listing(model_id, **(listing or {}))
        self.look(model_id)
        self.reading(model_id, *facts, **given)

    def write(self) -> None:
        """Write all rows as one crawl and one reading."""
        self.crawls += 1
        crawl = f"crawl-{self.crawls:04d}"
        lake = self.lake
        lake.write_raw(OBSERVATIONS, crawl, 0, self.looks)
        lake.write_raw(POPULARITY, crawl, 0, self.counters)
        lake.write_crawl_run(crawl_run(crawl))
        manifest = lake.manifest(READER)
        rows = {
            LISTED_MODELS: LISTED_MODELS.arrow(self.listed),
            CARD_READINGS: CARD_READINGS.arrow(self.readings),
            GENERATOR_FIELDS: GENERATOR_FIELDS.arrow(self.fields),
        } | {FACT_TABLES[name]: FACT_TABLES[name].arrow_of_cards(cards) for name, cards in self.facts.items()}
        files = {t.name: lake.write_table(t, table, manifest) for t, table in rows.items() if table.num_rows}
        lake.write_manifest(manifest.plus(files))
        self.listed, self.looks, self.readings, self.facts, self.counters, self.fields = [], [], [], {}, [], []

    def build(self, *, accept_fewer: bool = False) -> BuildReport:
        """Write what was added and build the warehouse."""
        self.write()
        return build_warehouse(self.lake, READER, accept_fewer=accept_fewer)

    def opened(self) -> duckdb.DuckDBPyConnection:
        """Build, and open a session on the result."""
        self.build()
        return open_warehouse(self.home)


def crawl_run(crawl_id: str, **given: Any) -> CrawlRun:
    """A ledger row."""
    row: dict[str, Any] = {
        "crawl_id": crawl_id,
        "source": "hub",
        "scope": "{}",
        "started_at": T0,
        "ended_at": T0,
        "ended_because": "complete",
        "is_full_listing": True,
        "listed": 0,
        "cards_stored": 0,
        "cards_unchanged": 0,
        "statuses": "{}",
        "requests": "{}",
        "not_modified": 0,
        "rate_limited": 0,
        "retries": 0,
        "bytes_received": 0,
    }
    return CrawlRun(**(row | given))


def rows_of(con: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of one query."""
    return con.execute(sql, list(parameters)).fetchall()
