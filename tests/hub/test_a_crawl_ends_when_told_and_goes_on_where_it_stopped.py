"""Budgets, signals, kills, a full disk: whatever ends a run, the next one takes up the rest and asks nothing twice."""

from __future__ import annotations

import json
import math
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.hub.crawl import Budget, Politeness, Scope
from etl.hub.listing import Order
from etl.hub.sample.faults import Fault, Kind, Misbehaviour
from etl.hub.saved import take_dump
from tests.hub.conftest import World


@pytest.fixture
def undisturbed(world: World, tmp_path: Path) -> World:
    world.tree.many(30)
    calm = World(tmp_path / "calm", world.tree)
    calm.crawl_day()
    return calm


def _requests(n: int) -> Politeness:
    return Politeness(budget=Budget(max_requests=n))


# -- budgets ---------------------------------------------------------------------------------------------


def test_a_budget_of_requests_is_never_exceeded_and_the_next_runs_take_up_the_rest(
    world: World, undisturbed: World
) -> None:
    asked, ends = [], []
    with world.serve(page_size=5) as hub:
        for _ in range(6):
            hub.forget_requests()
            ends.append(world.crawl(hub, politeness=_requests(8)).ended_because)
            asked.append(hub.requests.total())
    # six pages and thirty cards in all; the listing of later runs is counted too
    assert max(asked) <= 8
    assert ends[0] == "budget"
    world.crawl_day()
    assert world.tables() == undisturbed.tables()
    cards = [r["model_id"] for r in world.observations()]
    assert len(cards) == len(set(cards)) == 30


def test_a_budget_is_spent_on_the_newest_first(world: World) -> None:
    world.tree.many(10)
    world.crawl_day(politeness=_requests(1 + 3))
    assert sorted(world.latest()) == [f"example-many/model-{i:03d}" for i in (7, 8, 9)]


def test_a_budget_of_minutes_ends_the_run_without_waiting_for_the_window(world: World) -> None:
    world.tree.many(30)
    quotas = {"api": (100, 300), "resolvers": (10, 300), "pages": (1, 300)}
    with world.serve(quotas=quotas, clock=world.clock.now) as hub:
        report = world.crawl(hub, politeness=Politeness(budget=Budget(max_minutes=2)))
        assert report.ended_because == "budget"
        assert hub.answers[429] == 0
    assert world.clock.waited < 120
    assert 0 < report.statuses["ok"] <= 10


def test_an_unfinished_listing_goes_on_at_the_page_where_it_stopped(world: World, undisturbed: World) -> None:
    with world.serve(page_size=5) as hub:
        first = world.crawl(hub, politeness=_requests(4))
        assert (first.listed, first.run.is_listing_complete) == (20, False)
        hub.forget_requests()
        second = world.crawl(hub)
        assert hub.requests[Kind.LIST] == 2
    assert second.run.is_full_listing
    assert (second.listed, second.statuses) == (10, {"ok": 30})
    assert json.loads(second.run.scope)["continues"] == [first.run.crawl_id]
    assert world.tables() == undisturbed.tables()


def test_what_a_listing_in_two_runs_no_longer_has_is_gone(world: World) -> None:
    world.tree.many(30)
    world.tree.repo("example-many/model-002", None, day=2, _sample={"gone": True})
    world.crawl_day()
    with world.serve(2, page_size=5) as hub:
        world.crawl(hub, politeness=_requests(4))
        assert world.crawl(hub).statuses == {"gone": 1}


def test_a_checkpoint_that_the_server_no_longer_knows_begins_the_listing_anew(world: World, undisturbed: World) -> None:
    with world.serve(page_size=5) as hub:
        world.crawl(hub, politeness=_requests(3))
    refused = Fault(Misbehaviour.STATUS, on=Kind.LIST, status=400, path="cursor=", times=1)
    with world.serve(page_size=5, faults=[refused]) as hub:
        assert world.crawl(hub).run.is_full_listing
    assert world.tables() == undisturbed.tables()


# -- incremental -----------------------------------------------------------------------------------------


def test_an_incremental_listing_asks_only_for_what_changed(world: World) -> None:
    world.tree.many(200)
    world.tree.repo("example-many/model-003", "# Changed\n", day=2)
    world.tree.repo("example-new/born", "# New\n", day=2, lastModified="2024-03-02T00:00:00.000Z")
    with world.serve(page_size=10) as hub:
        world.crawl(hub)
        assert hub.requests[Kind.LIST] == 20
    with world.serve(2, page_size=10) as hub:
        report = world.crawl(hub, incremental=True)
        # everything changed within the overlap of an hour is listed again, nothing older
        assert hub.requests[Kind.LIST] <= 8
        assert f"sort={Order.MODIFIED}" in hub.paths[0]
        assert hub.card_requests == 2
    assert report.statuses == {"ok": 2}
    assert not report.run.is_full_listing


def test_an_incremental_run_without_an_earlier_listing_lists_everything(world: World) -> None:
    world.tree.many(5)
    assert world.crawl_day(incremental=True).run.is_full_listing


def test_an_incremental_run_takes_up_the_backlog_after_what_is_new(world: World) -> None:
    world.tree.many(30)
    world.tree.repo("example-many/model-029", "# Changed\n", day=2)
    first = world.crawl_day(politeness=_requests(2 + 4))
    assert (first.ended_because, first.run.is_listing_complete) == ("budget", True)
    with world.serve(2) as hub:
        world.crawl(hub, incremental=True, politeness=_requests(3))
        assert "model-029" in next(p for p in hub.paths if "README" in p)
    with world.serve(2) as hub:
        world.crawl(hub, incremental=True)
    assert set(world.latest().values()) == {"ok"}
    assert len(world.latest()) == 30


def test_another_scopes_leftovers_are_not_taken_up(world: World) -> None:
    world.tree.many(10)
    world.tree.repo("example-b/mine", lastModified="2023-01-01T00:00:00.000Z")
    world.crawl_day(politeness=_requests(1 + 2))
    report = world.crawl_day(scope=Scope(authors=("example-b",)))
    assert report.statuses == {"ok": 1}


def test_a_limit_counts_what_earlier_runs_of_the_listing_had(world: World) -> None:
    world.tree.many(30)
    with world.serve(page_size=5) as hub:
        world.crawl(hub, Scope(limit=12), politeness=_requests(2))
        world.crawl(hub, Scope(limit=12))
    assert len(world.latest()) == 12


def test_the_watermark_is_never_later_than_the_beginning_of_the_listing(world: World) -> None:
    world.tree.repo("example-a/from-the-future", lastModified="2999-01-01T00:00:00.000Z")
    run = world.crawl_day().run
    assert run.watermark == run.started_at


# -- dumps -----------------------------------------------------------------------------------------------


def test_a_dump_spares_the_crawl_every_card_that_has_not_changed_since(world: World) -> None:
    world.tree.many(10)
    world.tree.repo("example-many/model-003", "# Changed since\n", lastModified="2024-06-01T00:00:00.000Z")
    dump = {
        "modelId": [f"example-many/model-{i:03d}" for i in range(10)],
        "card": [f"# Model {i}\n" for i in range(10)],
        "last_modified": [f"2024-03-01T00:{i:02d}:00.000Z" for i in range(10)],
    }
    pq.write_table(pa.table(dump), world.lake.home.parent / "dump.parquet")
    take_dump(world.lake, world.lake.home.parent / "dump.parquet")
    with world.serve() as hub:
        report = world.crawl(hub)
        assert hub.card_requests == 1
    assert (report.unchanged, report.statuses) == (9, {"ok": 1})


# -- pace ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 4, 16])
def test_a_crawl_uses_its_windows_fully_and_meets_no_429(world: World, threads: int) -> None:
    world.tree.many(120)
    quotas = {"api": (3, 300), "resolvers": (25, 300), "pages": (1, 300)}
    began = world.clock.now()
    with world.serve(page_size=10, quotas=quotas, clock=world.clock.now) as hub:
        report = world.crawl(hub, politeness=Politeness(threads=threads))
        assert hub.answers[429] == 0
        assert hub.card_requests == 120
    assert report.statuses == {"ok": 120}
    # 12 pages need 4 windows; what is under way when this clock leaps to the next window counts in that one
    assert (world.clock.now() - began) / 300 < 4 + math.ceil(120 / (25 - threads + 1)) + 1


def test_without_headers_the_anonymous_quota_is_kept(world: World) -> None:
    world.tree.many(3)
    began = world.clock.now()
    with world.serve(says_limits=False) as hub:
        for _ in range(2):
            world.crawl(hub)
    assert world.clock.now() == began


# -- signals and kills -----------------------------------------------------------------------------------

CHILD = """
import sys
from pathlib import Path
from etl.hub.crawl import crawl_hub, Scope
from etl.hub import recording
from warehouse.lake import Lake
recording.CARDS_PER_SHARD = 7
recording.ROWS_PER_SHARD = 12
lake = Lake(Path(sys.argv[1]))
with lake.writer("child"):
    report = crawl_hub(lake, Scope(), endpoint=sys.argv[2], source="sample")
print(report.ended_because)
"""


def _child(world: World, endpoint: str, *prefix: str) -> subprocess.Popen[str]:
    command = [*prefix, sys.executable, "-c", CHILD, str(world.lake.home), endpoint]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_sigterm_ends_a_run_cleanly_and_keeps_what_was_fetched(world: World, undisturbed: World) -> None:
    stall = Fault(Misbehaviour.STALL, path="model-010/", times=None)
    with world.serve(faults=[stall]) as hub:
        child = _child(world, hub.endpoint)
        while not any("model-010/" in path for path in list(hub.paths)):
            assert child.poll() is None, child.communicate()
            time.sleep(0.01)
        child.send_signal(signal.SIGTERM)
        hub.stop_stalling()
        out, err = child.communicate(timeout=30)
    assert (out.strip(), err, child.returncode) == ("interrupted", "", 0)
    assert world.ledger()[-1]["ended_because"] == "interrupted"
    assert 0 < len(world.latest()) < 30
    before = set(world.latest())
    with world.serve() as hub:
        world.crawl(hub)
        assert hub.card_requests == 30 - len(before)
    assert world.tables() == undisturbed.tables()


def test_a_killed_run_is_in_the_ledger_and_the_next_run_completes(world: World, undisturbed: World) -> None:
    stall = Fault(Misbehaviour.STALL, path="model-010/", times=None)
    with world.serve(faults=[stall]) as hub:
        child = _child(world, hub.endpoint)
        while not any("model-010/" in path for path in list(hub.paths)):
            assert child.poll() is None, child.communicate()
            time.sleep(0.01)
        child.kill()
        child.communicate(timeout=30)
    assert world.ledger()[-1]["ended_because"] == "running"
    assert world.crawl_day().ended_because == "complete"
    assert [r["ended_because"] for r in world.ledger()] == ["killed", "complete"]
    assert world.tables() == undisturbed.tables()


@pytest.mark.slow
def test_twenty_kills_at_random_moments_leave_the_tables_of_an_undisturbed_crawl(world: World, tmp_path: Path) -> None:
    world.tree.many(400)
    calm = World(tmp_path / "calm", world.tree)
    calm.crawl_day()
    moment = random.Random(20261121)
    with world.serve(latency=0.004) as hub:
        for _ in range(20):
            child = _child(world, hub.endpoint)
            time.sleep(moment.uniform(0.3, 1.2))
            child.kill()
            child.communicate(timeout=30)
        world.crawl(hub)
    assert world.tables() == calm.tables()
    assert world.cards() == calm.cards()


def test_a_full_disk_is_said_in_one_line_and_the_next_run_completes(world: World, tmp_path: Path) -> None:
    for i in range(40):
        world.tree.repo(f"example-a/model-{i:03d}", random.Random(i).randbytes(20_000))
    with world.serve() as hub:
        child = _child(world, hub.endpoint, "prlimit", "--fsize=100000")
        _, err = child.communicate(timeout=60)
        assert child.returncode == 1
        assert "no space left for" in err.strip().splitlines()[-1]
        kept = len(world.latest())
        hub.forget_requests()
        assert world.crawl(hub).ended_because == "complete"
        assert hub.card_requests == 40 - kept
    assert set(world.latest().values()) == {"ok"}
    assert not list(world.lake.home.rglob("*.part"))


# -- secrets ---------------------------------------------------------------------------------------------


def test_the_token_stands_in_no_file_no_output_and_no_error(world: World) -> None:
    world.tree.many(5)
    token = "hf_" + "x" * 34
    with world.serve(faults=[Fault(Misbehaviour.STATUS, path="model-003", status=500)]) as hub:
        command = [sys.executable, "-c", CHILD, str(world.lake.home), hub.endpoint]
        environ = {**os.environ, "HF_TOKEN": token, "HF_DEBUG": ""}
        done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=True)
        assert hub.tokens == {f"Bearer {token}"}
    assert token not in done.stdout + done.stderr
    for path in world.lake.home.rglob("*"):
        assert path.is_dir() or token.encode() not in path.read_bytes()


def test_a_token_that_cannot_be_sent_is_not_quoted_in_the_error(world: World) -> None:
    token = "hf_ünï"
    world.tree.many(1)
    with world.serve() as hub:
        command = [sys.executable, "-c", CHILD, str(world.lake.home), hub.endpoint]
        environ = {**os.environ, "HF_TOKEN": token}
        done = subprocess.run(command, capture_output=True, text=True, env=environ, timeout=60, check=False)
    assert done.returncode == 1
    assert token not in done.stdout + done.stderr
    assert done.stderr.splitlines()[-1].startswith("etl.hub.client.HubRefused")


def test_a_token_that_the_hub_does_not_accept_ends_the_run(world: World) -> None:
    world.tree.many(3)
    refused = Fault(Misbehaviour.BAD_TOKEN, times=None)
    with world.serve(faults=[refused]) as hub, pytest.raises(Exception, match="does not accept the token"):
        world.crawl(hub)
    assert world.observations() == []
