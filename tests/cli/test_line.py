"""The main job end to end, on the sample hub and on folders of any junk."""

from __future__ import annotations

import fcntl
import json
import os
import re
import struct
import termios
from pathlib import Path

import pytest

from tests.cli.kit import Command, asked, ended, everything_served, start, write_cards
from warehouse.database import open_warehouse, run_query
from warehouse.lake import Lake
from warehouse.schema import SERVED_TABLES, CardStatus


def test_a_run_says_what_was_stored_found_and_how_long_it_took(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("run", "--source", "sample", "--home", tmp_path)
    assert (said.code, said.err) == (0, "")
    for title in ("repos by card status", "rows by table", "findings by code", "seconds: crawl "):
        assert title in said.out
    for table in SERVED_TABLES:
        assert re.search(rf"^  {table} +[\d,]+$", said.out, re.MULTILINE)
    for status, number in asked(tmp_path, "SELECT card_status, count(*) FROM models GROUP BY 1"):
        assert re.search(rf"^  {status} +{number}$", said.out, re.MULTILINE)


def test_a_second_run_fetches_nothing_and_says_so(cardhouse: Command, home: Path) -> None:
    before = everything_served(home)
    said = cardhouse("run", "--source", "sample", "--home", home)
    assert said.code == 0
    assert re.match(r"nothing new: 0 cards fetched, \d+ repos unchanged\nread 0 cards ", said.out)
    assert everything_served(home) == before
    (requests,) = asked(home, "SELECT requests FROM crawl_runs ORDER BY started_at DESC LIMIT 1")[0]
    assert set(json.loads(requests)) == {"api"}, "pages of the listing, and no card"


def test_the_second_day_shows_a_changed_card_and_a_gone_repo(cardhouse: Command, home: Path) -> None:
    said = cardhouse("run", "--source", "sample", "--day", "2", "--home", home)
    assert said.code == 0
    assert "older version is kept: 1 (example-moving/changes-tomorrow)" in said.out
    assert "gone, their last card kept: 1 (example-moving/leaves-tomorrow)" in said.out
    ((status, blob),) = asked(
        home, "SELECT card_status, card_blob FROM models WHERE model_id = 'example-moving/leaves-tomorrow'"
    )
    assert status == CardStatus.GONE
    assert blob is not None, "what it said is still served"


def test_crawl_and_build_are_the_two_halves_of_run(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    assert cardhouse("crawl", "--source", "sample", "--home", tmp_path).code == 0
    assert not (tmp_path / "warehouse.duckdb").exists()
    assert cardhouse("build", "--home", tmp_path).code == 0
    assert everything_served(tmp_path) == everything_served(first_day)


def test_build_needs_a_crawl(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("build", "--home", tmp_path / "empty")
    assert said.code == 1
    assert "'cardhouse crawl' does that" in said.complaint
    assert not (tmp_path / "empty").exists()


def test_the_second_of_two_runs_says_who_holds_the_lock_and_ends(cardhouse: Command, home: Path) -> None:
    with Lake(home).writer("the first"):
        said = cardhouse("run", "--source", "sample", "--home", home)
    assert (said.code, said.out) == (1, "")
    assert f"process {os.getpid()} (the first, since " in said.complaint


def test_an_open_session_goes_on_answering_while_a_run_replaces_the_warehouse(cardhouse: Command, home: Path) -> None:
    count = "SELECT count(*) FROM models"
    with open_warehouse(home) as analyst:
        ((before,),) = run_query(analyst, count).rows
        assert cardhouse("run", "--source", "sample", "--day", "2", "--home", home).code == 0
        assert run_query(analyst, count).rows == [(before,)], "the build that was opened"
        assert run_query(analyst, "SELECT sum(length(value_text)) FROM training_steps").rows[0][0] > 0
        assert asked(home, count)[0][0] > before, "a new session reads the new build"


def test_an_analyst_in_another_process_is_not_in_the_way(cardhouse: Command, home: Path) -> None:
    query = "SELECT count(*) FROM range(30000000) a, (SELECT count(*) FROM models) b"
    analyst = start("sql", query, "--home", home)
    assert cardhouse("run", "--source", "sample", "--day", "2", "--home", home).code == 0
    assert ended(analyst).code == 0


def test_rollback_serves_the_build_before_and_once_more_the_current_one(cardhouse: Command, home: Path) -> None:
    first = asked(home, "SELECT build_id FROM warehouse_info")
    assert cardhouse("run", "--source", "sample", "--day", "2", "--home", home).code == 0
    second = asked(home, "SELECT build_id FROM warehouse_info")
    for expected in (first, second):
        said = cardhouse("rollback", "--home", home)
        assert said.code == 0
        assert expected[0][0][:12] in said.out
        assert asked(home, "SELECT build_id FROM warehouse_info") == expected


def test_rollback_without_an_earlier_build_is_one_line(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("rollback", "--home", tmp_path / "home")
    assert (said.code, "no earlier build" in said.complaint) == (1, True)
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_sample_and_other_repos_in_one_home_are_warned_of(cardhouse: Command, home: Path, tmp_path: Path) -> None:
    cards = write_cards(tmp_path / "cards", {"me/model": b"# Mine\n"})
    said = cardhouse("run", "--source", cards, "--home", home)
    assert said.code == 0
    assert "invented repos beside folder" in said.complaint


def test_junk_gives_a_row_for_each_card(cardhouse: Command, tmp_path: Path) -> None:
    cards = write_cards(
        tmp_path / "cards",
        {
            "junk/zeros": b"\0" * 5000,
            "junk/noise": bytes(range(256)) * 40,
            "junk/empty": b"",
            "junk/blank": b"\n \n",
            "junk/open-front-matter": b"---\nlicense: [mit",
            "junk/tags": b"<" * 2000,
            "junk/nested": b"---\na: " + b"[" * 3000 + b"\n---\n",
            "junk/pipes": b"|" * 3000 + b"\n" + b"|-" * 3000,
        },
    )
    (cards / "junk" / "folder" / "README.md").mkdir(parents=True)
    (cards / "junk" / "dangling").mkdir()
    (cards / "junk" / "dangling" / "README.md").symlink_to("/nowhere/at/all")
    said = cardhouse("run", "--source", cards, "--home", tmp_path / "home")
    assert said.code == 0
    statuses = dict(asked(tmp_path / "home", "SELECT name, card_status FROM models"))
    assert statuses.keys() >= {"zeros", "noise", "empty", "blank", "open-front-matter", "tags", "nested", "pipes"}
    assert statuses["zeros"] == CardStatus.NOT_TEXT
    assert statuses["empty"] == CardStatus.EMPTY
    assert statuses.get("folder", CardStatus.FAILED) in {CardStatus.FAILED, CardStatus.NO_CARD}


@pytest.mark.slow
def test_ten_thousand_empty_cards_are_ten_thousand_rows(cardhouse: Command, tmp_path: Path) -> None:
    cards = write_cards(tmp_path / "cards", {f"owner{i % 7}/empty-{i}": b"" for i in range(10_000)})
    assert cardhouse("run", "--source", cards, "--home", tmp_path / "home").code == 0
    rows = asked(tmp_path / "home", "SELECT card_status, count(*) FROM models GROUP BY 1")
    assert rows == [(CardStatus.EMPTY, 10_000)]


def test_an_empty_folder_is_one_line(cardhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    said = cardhouse("run", "--source", tmp_path / "cards", "--home", tmp_path / "home")
    assert said.code == 1
    assert "holds no repo" in said.complaint


def test_a_file_that_is_no_parquet_is_one_line(cardhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "dump.parquet").write_bytes(b"PAR1 not really")
    said = cardhouse("run", "--source", tmp_path / "dump.parquet", "--home", tmp_path / "home")
    assert said.code == 1
    assert "dump.parquet" in said.complaint


def test_a_home_that_is_a_file_is_one_line(cardhouse: Command, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder")
    said = cardhouse("run", "--source", "sample", "--home", tmp_path / "home")
    assert said.code == 1
    assert "home" in said.complaint


@pytest.mark.slow
def test_progress_shows_on_a_terminal_and_nowhere_else(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    watched = start("run", "--source", "sample", "--home", tmp_path / "watched", stderr=theirs)
    said = ended(watched)
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert said.code == 0
    assert re.search(r"reading cards: +\d+%\|", shown)
    assert "\r" not in said.out, "data stay data"
