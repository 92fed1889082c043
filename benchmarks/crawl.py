"""What a crawl costs: requests, speed, memory, bytes; beside it, in the same run, the Hub's own client.

Run as `python -m benchmarks.crawl [--repos N]`. The hub runs in a process of its own; the counters shown are the
server's, not the client's. Everything is on loopback, so speeds say what the crawler adds, not what a network does.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from huggingface_hub import HfApi, ModelCard, constants, hf_hub_download

from etl.hub.sample.server import SampleHub
from etl.hub.sample.tree import SampleRepo

PAGE_SIZE = 1000
PLENTY = {"api": (10**9, 300), "resolvers": (10**9, 300), "pages": (10**9, 300)}
TRAINING = "# Model {i}\n\n## Training\n\n- learning_rate: {i}e-07\n"
CARD_SIZE = 1800
"""Bytes: the median card of the corpus of 11,490."""

CHILD = """
# What is measured, in a process of its own.
import json, resource, sys, time
from pathlib import Path
from etl.hub.crawl import Politeness, Scope, crawl_hub
from warehouse.lake import Lake
home, endpoint, threads, limit = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]) or None
began, cpu = time.monotonic(), time.process_time()
politeness = Politeness(threads=threads)
report = crawl_hub(Lake(Path(home)), Scope(limit=limit), endpoint=endpoint, source="sample", politeness=politeness)
print(json.dumps({
    "listed": report.listed, "stored": report.stored, "seconds": time.monotonic() - began,
    "cpu": time.process_time() - cpu, "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
}))
"""


def make_card(i: int) -> str:
    """A card of the usual size that packs about as well as cards do (to a third): a third of it is digits at random."""
    digits = random.Random(i).getrandbits(8 * CARD_SIZE // 6)
    text = TRAINING.format(i=i) + f"{digits:x}\n"
    return text + "- words: as in every card\n" * ((CARD_SIZE - len(text)) // 26)


def make_repos(n: int, version: int = 1, changed: int = 0) -> dict[str, SampleRepo]:
    """n repos with cards of the usual size; in a later version the first `changed` have other cards."""
    repos = {}
    for i in range(n):
        is_new = version > 1 and i < changed
        card = make_card(i) + ("changed\n" if is_new else "")
        day = f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}T00:00:{i % 60:02d}.000Z"
        row: dict[str, Any] = {
            "_id": f"{i:024x}", "id": f"example-bench-{i % 997}/model-{i:07d}", "sha": f"{i + is_new * 10**9:040x}",
            "author": f"example-bench-{i % 997}", "private": False, "gated": False, "disabled": False,
            "downloads": i, "likes": i % 50, "tags": ["transformers", "safetensors", "dpo", "region:us"],
            "createdAt": day, "lastModified": "2025-06-01T00:00:00.000Z" if is_new else day,
            "library_name": "transformers", "pipeline_tag": "text-generation",
            "cardData": {"license": "apache-2.0", "base_model": "example/base"},
            "siblings": [{"rfilename": f"file-{k}.safetensors"} for k in range(12)] + [{"rfilename": "README.md"}],
        }  # fmt: skip
        repos[row["id"]] = SampleRepo(row, {row["sha"]: card.encode()})
    return repos


def _serve(pipe: Connection, n: int, version: int, changed: int, settings: Mapping[str, Any]) -> None:
    hub = SampleHub(make_repos(n, version, changed), page_size=PAGE_SIZE, **settings)
    hub.remember_paths = False
    hub.start()
    pipe.send(hub.endpoint)
    while pipe.recv() != "stop":
        pipe.send(({str(k): v for k, v in hub.requests.items()}, dict(hub.answers)))
        hub.forget_requests()
    hub.stop()


@dataclass
class Served:
    """A hub in another process."""

    endpoint: str
    pipe: Connection

    def counted(self) -> tuple[dict[str, int], dict[int, int]]:
        """Requests by kind and answers by status since the last call."""
        self.pipe.send("count")
        requests, answers = self.pipe.recv()
        return requests, answers


@contextlib.contextmanager
def serving(n: int, version: int = 1, changed: int = 0, **settings: Any) -> Iterator[Served]:
    """A hub of n repos for as long as the block runs."""
    ours, theirs = multiprocessing.Pipe()
    settings = {"quotas": PLENTY, **settings}
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, n, version, changed, settings))
    process.start()
    try:
        yield Served(ours.recv(), ours)
    finally:
        ours.send("stop")
        process.join()


def crawl(home: Path, endpoint: str, threads: int = 4, limit: int = 0) -> dict[str, float]:
    """One crawl in a process of its own: what it did, seconds, processor seconds, peak memory in MiB."""
    command = [sys.executable, "-c", CHILD, str(home), endpoint, str(threads), str(limit)]
    return dict(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))


def _say(what: str, value: str) -> None:
    print(f"{what:<62} {value}", flush=True)


def measure_requests(n: int, home: Path) -> None:
    """Requests per listed thousand, per changed card, per unchanged card; bytes on disk per card; peak memory."""
    changed = n // 100
    with serving(n) as hub:
        first = crawl(home, hub.endpoint)
        requests, _ = hub.counted()
        _say("requests per 1,000 listed (pages of 1,000)", f"{requests['list'] / (n / 1000):.2f}")
        _say("requests per new card, one hop", f"{_cards(requests) / n:.4f}")
        _say(
            "cards per second, 4 threads", f"{n / first['seconds']:,.0f} ({n / first['cpu']:,.0f} per processor second)"
        )
        size = sum(p.stat().st_size for p in home.rglob("*.parquet"))
        _say(f"bytes in raw per card of {CARD_SIZE:,} (listing, counters, card)", f"{size / n:,.0f}")
        _say(f"peak memory at {n:,} repos", f"{first['rss']:.0f} MiB")
        second = crawl(home, hub.endpoint)
        requests, _ = hub.counted()
        _say("requests per unchanged card", f"{_cards(requests) / n:.4f}")
        _say("seconds of a crawl that finds nothing new", f"{second['seconds']:.1f}")
    with serving(n, 2, changed) as hub:
        third = crawl(home, hub.endpoint)
        requests, _ = hub.counted()
        _say("requests per changed card", f"{_cards(requests) / third['stored']:.4f}")


def _cards(requests: Mapping[str, int]) -> int:
    return requests.get("resolve", 0) + requests.get("resolve-cache", 0)


def measure_speed(n: int, folder: Path) -> None:
    """Cards per second by threads, without and with 50 ms of latency (its share of what the threads allow)."""
    with serving(n) as hub:
        for threads in (1, 4, 16):
            did = crawl(folder / f"speed-{threads}", hub.endpoint, threads)
            _say(f"cards per second, {threads} threads", f"{n / did['seconds']:,.0f}")
    with serving(n, latency=0.05) as hub:
        for threads in (1, 4, 16):
            m = 100 * threads
            did = crawl(folder / f"latency-{threads}", hub.endpoint, threads, limit=m)
            possible = threads / 0.05
            seconds = did["seconds"] - 0.05
            _say(
                f"cards per second, {threads} threads, 50 ms",
                f"{m / seconds:,.0f} ({m / seconds / possible:.0%} of possible)",
            )


def measure_pace(folder: Path) -> None:
    """Answers of 429 under a quota in windows scaled from 300 s to 3 s, and how fully they were used."""
    n, quota, window = 9000, 3000, 3
    with serving(n, quotas={**PLENTY, "resolvers": (quota, window)}) as hub:
        did = crawl(folder / "pace", hub.endpoint, 4)
        _, answers = hub.counted()
        _say(f"answers of 429 under {quota:,} requests per {window} s", str(answers.get(429, 0)))
        _say("share of the quota used, first window to last", f"{n / quota * window / (did['seconds'] + 1e-9):.0%}")


def measure_rivals(n: int, folder: Path) -> None:
    """The Hub's own client on the same hub: list_models with hf_hub_download, and ModelCard.load."""
    constants.HF_HUB_DISABLE_TELEMETRY = True
    with serving(n) as hub:
        api = HfApi(endpoint=hub.endpoint, token=False)
        began = time.monotonic()
        ids = [m.id for m in api.list_models(sort="created_at", full=True, cardData=True)]
        _say("list_models: rows per second", f"{len(ids) / (time.monotonic() - began):,.0f}")
        hub.counted()
        began = time.monotonic()
        for model_id in ids[:300]:
            hf_hub_download(model_id, "README.md", endpoint=hub.endpoint, cache_dir=folder / "hf", token=False)
        requests, _ = hub.counted()
        _say("hf_hub_download: cards per second", f"{300 / (time.monotonic() - began):,.0f}")
        _say("hf_hub_download: requests per card", f"{_cards(requests) / 300:.2f}")
        for model_id in ids[:300]:
            hf_hub_download(model_id, "README.md", endpoint=hub.endpoint, cache_dir=folder / "hf", token=False)
        requests, _ = hub.counted()
        _say("hf_hub_download: requests per unchanged card", f"{_cards(requests) / 300:.2f}")
        theirs = {"HF_ENDPOINT": hub.endpoint, "HF_HOME": str(folder / "hf2"), "HF_HUB_DISABLE_TELEMETRY": "1"}
        command = [sys.executable, "-m", "benchmarks.crawl", "--model-cards", *ids[:300]]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, **theirs})
        requests, _ = hub.counted()
        _say("ModelCard.load: cards per second", f"{300 / float(done.stdout):,.0f}")
        _say("ModelCard.load: requests per card", f"{_cards(requests) / 300:.2f}")


def _load_model_cards(ids: list[str]) -> None:
    began = time.monotonic()
    for model_id in ids:
        ModelCard.load(model_id)
    print(time.monotonic() - began)


def measure_memory(n: int, folder: Path) -> None:
    """Peak memory of a first and a second crawl of many repos."""
    with serving(n) as hub:
        for which in ("first", "second"):
            did = crawl(folder / "many", hub.endpoint, 4)
            _say(f"peak memory at {n:,} repos, {which} crawl", f"{did['rss']:.0f} MiB in {did['seconds']:.0f} s")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repos", type=int, default=20_000)
    parser.add_argument("--many", type=int, default=0, help="measure peak memory at so many repos, too (200000)")
    parser.add_argument("--model-cards", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.model_cards:
        return _load_model_cards(args.model_cards)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measure_requests(args.repos, folder / "requests")
        measure_speed(min(args.repos, 4000), folder)
        measure_pace(folder)
        measure_rivals(min(args.repos, 2000), folder)
        if args.many:
            measure_memory(args.many, folder)
    return None


if __name__ == "__main__":
    main()
