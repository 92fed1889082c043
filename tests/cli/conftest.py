from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etl.cli import main
from tests.cli.kit import Command

BUDGET = ("CHANGED_ONLY", "MAX_REQUESTS", "MAX_MINUTES", "THREADS")


@pytest.fixture
def cardhouse(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, whatever the environment of who runs the tests says."""
    for name in ("HOME", "SOURCE", "FILTERS", "AUTHOR", "SEARCH", "LIMIT", "CONTACT", "SAMPLE_DAY", *BUDGET):
        monkeypatch.delenv(f"CARDHOUSE_{name}", raising=False)
    return Command(capsys)


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after `cardhouse run --source sample`. To be read, not written."""
    home = tmp_path_factory.mktemp("first_day") / "home"
    assert main(["run", "--source", "sample", "--home", str(home)]) == 0
    return home


@pytest.fixture
def home(first_day: Path, tmp_path: Path) -> Path:
    """A copy of that home, to be written."""
    return Path(shutil.copytree(first_day, tmp_path / "home"))
