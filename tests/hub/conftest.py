"""Trees of cards written by tests, hubs that serve them, and a lake to crawl into."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from huggingface_hub import close_session

from etl.hub.crawl import CrawlReport, Scope, crawl_hub
from etl.hub.sample.server import SampleHub, serve_sample
from etl.tables import READER_VERSION, read_raw
from warehouse.lake import Lake
from warehouse.schema import CRAWL_RUNS, LAKE_TABLES, LISTINGS, OBSERVATIONS, POPULARITY


class FakeClock:
    """A clock that passes the time at once when somebody waits."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.waited = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since some moment."""
        with self._lock:
            return self.time

    def wait_until(self, moment: float) -> None:
        """Pass the time; threads that wait at once wait together."""
        with self._lock:
            self.waited += max(0.0, moment - self.time)
            self.time = max(self.time, moment)


class Tree:
    """A tree of sample repos under a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "repos").mkdir(parents=True)

    def repo(self, model_id: str, card: bytes | str | None = "# A card\n", *, day: int = 1, **row: Any) -> None:
        """Write a repo; keys of its row as keywords, control keys as `_sample={...}`."""
        folder = self.folder / ("repos" if day == 1 else f"day{day}") / model_id
        folder.mkdir(parents=True, exist_ok=True)
        if row or day == 1:
            (folder / "metadata.json").write_text(json.dumps(row), encoding="utf-8")
        if card is not None:
            content = card.encode() if isinstance(card, str) else card
            (folder / "README.md").write_bytes(content)

    def many(self, n: int) -> None:
        """Write n repos whose cards all differ, each created a minute after the one before."""
        for i in range(n):
            stamp = f"2024-03-01T{i // 60:02d}:{i % 60:02d}:00.000Z"
            self.repo(f"example-many/model-{i:03d}", f"# Model {i}\n", createdAt=stamp, lastModified=stamp)


class World:
    """A tree, and a lake to crawl it into."""

    def __init__(self, folder: Path, tree: Tree | None = None) -> None:
        self.tree = tree or Tree(folder / "tree")
        self.lake = Lake(folder / "home")
        self.clock = FakeClock()

    def serve(self, day: int = 1, **settings: Any) -> contextlib.AbstractContextManager[SampleHub]:
        """The tree as a hub."""
        return serve_sample(day, tree=self.tree.folder, **settings)

    def crawl(self, hub: SampleHub, scope: Scope | None = None, **settings: Any) -> CrawlReport:
        """One run against the hub, into the lake."""
        settings.setdefault("clock", self.clock)
        with self.lake.writer("test"):
            return crawl_hub(self.lake, scope or Scope(), endpoint=hub.endpoint, source="sample", **settings)

    def crawl_day(self, day: int = 1, scope: Scope | None = None, **settings: Any) -> CrawlReport:
        """One run against a hub that serves the tree as it stands on that day."""
        with self.serve(day) as hub:
            return self.crawl(hub, scope, **settings)

    def observations(self) -> list[dict[str, Any]]:
        """Every observation ever recorded."""
        columns = [c.name for c in OBSERVATIONS.columns]
        return [row for table in self.lake.raw_rows(OBSERVATIONS, columns) for row in table.to_pylist()]

    def listings(self) -> list[dict[str, Any]]:
        """Every listing row ever recorded."""
        columns = [c.name for c in LISTINGS.columns]
        return [row for table in self.lake.raw_rows(LISTINGS, columns) for row in table.to_pylist()]

    def popularity(self) -> list[dict[str, Any]]:
        """Every row of counters ever recorded."""
        columns = [c.name for c in POPULARITY.columns]
        return [row for table in self.lake.raw_rows(POPULARITY, columns) for row in table.to_pylist()]

    def latest(self) -> dict[str, str]:
        """The last status of each repo."""
        return {row["model_id"]: row["status"] for row in self.observations()}

    def cards(self) -> dict[str, bytes | None]:
        """Each repo's last good card, its bytes found by blob."""
        rows = self.observations()
        blobs = {row["card_blob"]: row["content"] for row in rows if row["content"] is not None}
        return {row["model_id"]: blobs[row["card_blob"]] for row in rows if row["card_blob"]}

    def ledger(self) -> list[dict[str, Any]]:
        """Every row of the ledger, oldest first."""
        columns = [c.name for c in CRAWL_RUNS.columns]
        return [row for table in self.lake.raw_rows(CRAWL_RUNS, columns) for row in table.to_pylist()]

    def tables(self) -> dict[str, list[str]]:
        """The rows of every table that the raw rows give, sorted, but for times of observation and crawl ids."""
        with self.lake.writer("test"):
            read_raw(self.lake, processes=1)
        manifest = self.lake.manifest(READER_VERSION)
        found: dict[str, list[str]] = {}
        for name, table in LAKE_TABLES.items():
            rows = [r for path in self.lake.table_paths(table, manifest) for r in pq.read_table(path).to_pylist()]
            kept = [{k: v for k, v in row.items() if k not in ("listed_at", "crawl_id")} for row in rows]
            found[name] = sorted({repr(row) for row in kept})
        return found


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty tree and an empty lake."""
    return World(tmp_path)


@pytest.fixture(autouse=True)
def no_connection_or_thread_is_left() -> Iterator[None]:
    """The client's session is closed after each test, and the server's threads have ended."""
    yield
    close_session()
    for thread in threading.enumerate():
        assert not thread.name.startswith("cards"), thread
