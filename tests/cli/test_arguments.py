"""Wrong words: one clear line on stderr, exit code 2, and nothing done."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.cli import COMMANDS
from tests.cli.kit import Command


@pytest.mark.parametrize("command", [(), *((c,) for c in COMMANDS), ("release", "verify")])
def test_every_command_has_help_with_an_example(cardhouse: Command, command: tuple[str, ...]) -> None:
    said = cardhouse(*command, "--help")
    assert said.code == 0
    assert f"example: cardhouse {' '.join(command)}".rstrip() in " ".join(said.out.split())
    assert "--home DIR" in said.out or command == ("release", "verify")


def test_every_command_of_the_parser_is_done_by_a_function(cardhouse: Command) -> None:
    named = [
        line.split()[0] for line in cardhouse("--help").out.splitlines() if line.startswith("    ") and line[4] != " "
    ]
    assert named == list(COMMANDS)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("rnu",), "there is no 'rnu'; did you mean run?"),
        (("zebra",), "there is no 'zebra'; there are run, crawl,"),
        (("run", "--source", "smaple"), "there is no source 'smaple'; did you mean sample?"),
        (("run", "--source", "no/such/folder"), "there is no source 'no/such/folder'; it may be sample, hub,"),
        (("run", "--source", __file__), "is a file but no .parquet file"),
        (("run", "--limit", "0"), "'0' is no whole number above zero"),
        (("run", "--limit", "many"), "'many' is no whole number above zero"),
        (("run", "--source", "sample", "--day", "3"), "--day"),
        (("run", "--source", "hub", "--day", "2"), "--day is a day of the sample hub"),
        (("run", "--sauce", "sample"), "unrecognized arguments: --sauce"),
        (("sql", "SELECT 1", "--format", "jsn"), "there is no 'jsn'; did you mean json?"),
        (("sql",), "the following arguments are required: QUERY"),
        (("release",), "give either --version V or verify DIR"),
        (("release", "--version", "1", "verify", "x"), "give either --version V or verify DIR"),
    ],
)  # fmt: skip
def test_bad_arguments_are_one_line_and_code_2(
    cardhouse: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = cardhouse(*words)
    assert (said.code, said.out) == (2, "")
    assert complaint in said.complaint
    assert said.complaint.startswith("cardhouse")
    assert list(tmp_path.iterdir()) == [], "nothing was done"


def test_home_may_stand_before_or_after_the_command(cardhouse: Command, first_day: Path) -> None:
    before = cardhouse("--home", first_day, "sql", "SELECT 1 AS one")
    after = cardhouse("sql", "SELECT 1 AS one", "--home", first_day)
    assert before == after
    assert before.code == 0


def test_a_wrong_variable_of_the_environment_is_one_line(cardhouse: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARDHOUSE_LIMIT", "plenty")
    said = cardhouse("status")
    assert (said.code, said.complaint) == (1, "cardhouse: CARDHOUSE_LIMIT: 'plenty' is no whole number above zero")


def test_the_environment_names_home_and_source(
    cardhouse: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CARDHOUSE_HOME", str(tmp_path / "here"))
    monkeypatch.setenv("CARDHOUSE_SOURCE", "sample")
    monkeypatch.setenv("CARDHOUSE_LIMIT", "3")
    said = cardhouse("crawl")
    assert said.code == 0
    assert said.out.startswith("crawled sample: 3 repos listed")
    assert (tmp_path / "here" / "raw").is_dir()


def test_a_scope_is_a_question_to_a_hub_and_not_to_a_folder(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("run", "--source", tmp_path, "--author", "me", "--home", tmp_path / "home")
    assert said.code == 1
    assert "questions to a hub" in said.complaint
