"""A crawl of the sample hub gives every repo the status that its sidecar expects, on both days."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from etl.hub.crawl import Scope, crawl_hub
from etl.hub.sample.server import serve_sample
from warehouse.lake import Lake

EXPECTED = Path(__file__).resolve().parent / "expected"
WITH_BYTES = {"ok", "empty", "not_text"}
"""What the reader tells apart, the crawl calls ok."""


def crawl(lake: Lake, day: int) -> None:
    with lake.writer("crawl"), serve_sample(day=day) as hub:
        crawl_hub(lake, Scope(), endpoint=hub.endpoint, source="sample")


def last_looks(lake: Lake) -> dict[str, dict[str, Any]]:
    rows = lake.observations(["model_id", "crawl_id", "observed_at", "status", "card_bytes"]).to_pylist()
    rows.sort(key=lambda r: (r["crawl_id"], r["observed_at"]))
    return {r["model_id"]: r for r in rows}


def status_of(stem: str) -> str:
    status: str = json.loads((EXPECTED / f"{stem}.json").read_text(encoding="utf-8"))["card_status"]
    return "ok" if status in WITH_BYTES else status


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def test_the_first_day_gives_every_repo_its_expected_status(lake: Lake) -> None:
    crawl(lake, 1)
    looks = last_looks(lake)
    expected = {p.stem for p in EXPECTED.glob("*.json") if not p.stem.endswith(".day2")}
    assert {m.replace("/", "__") for m in looks} == expected
    assert {m: r["status"] for m, r in looks.items()} == {m: status_of(m.replace("/", "__")) for m in looks}


def test_the_second_day_changes_the_repos_that_it_names(lake: Lake) -> None:
    crawl(lake, 1)
    first = last_looks(lake)
    crawl(lake, 2)
    second = last_looks(lake)
    changed = {m for m in second if first.get(m) != second[m]}
    named = {p.stem.removesuffix(".day2").replace("__", "/", 1) for p in EXPECTED.glob("*.day2.json")}
    assert changed - {"example-moving/early-name"} == named
    for model_id in named:
        assert second[model_id]["status"] == status_of(model_id.replace("/", "__") + ".day2")
