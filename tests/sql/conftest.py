from __future__ import annotations

from pathlib import Path

import pytest

from tests.warehouse.kit import Made


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """An empty lake to fill by hand."""
    return Made(tmp_path / "home")
