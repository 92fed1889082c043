"""The report, from the command to its end: written, renewed when somebody is forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.kit import Command

FORGOTTEN = "fblgit/juanako-7b-v1"


def texts_of(folder: Path) -> str:
    """Every text file of a report."""
    return "\n".join(p.read_text(encoding="utf-8") for p in sorted(folder.rglob("*")) if p.suffix in (".html", ".md"))


def test_a_report_of_no_warehouse_is_one_line_and_no_folder(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("report", "--home", tmp_path / "nothing")
    assert (said.code, said.out) == (1, "")
    assert "'cardhouse run' makes one" in said.complaint
    assert not (tmp_path / "nothing").exists()


@pytest.mark.slow
def test_what_is_forgotten_is_not_in_the_report_any_more(cardhouse: Command, home: Path) -> None:
    said = cardhouse("report", "--home", home)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{home / 'report' / 'index.html'}: ")
    assert FORGOTTEN in texts_of(home / "report")
    assert cardhouse("forget", FORGOTTEN, "--home", home).code == 0
    assert FORGOTTEN not in texts_of(home / "report")
    assert FORGOTTEN not in "".join(p.read_text(encoding="utf-8") for p in (home / "report" / "pictures").iterdir())
