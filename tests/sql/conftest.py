from __future__ import annotations

from pathlib import Path

import pytest

from tests.sql.awkward import awkward
from tests.warehouse.kit import Made


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An empty lake to fill by hand."""
    return Made(tmp_path / "home")


@pytest.fixture(scope="session")
def awkward_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse built of awkward cards."""
    lake = awkward(tmp_path_factory.mktemp("awkward") / "home")
    lake.build()
    return lake.home
