from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.dictionary import files

FILES = files()


@pytest.mark.parametrize("path", FILES, ids=lambda p: "/".join(p.parts[-2:]))
def test_the_written_dictionary_says_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == FILES[path], "run python -m warehouse.dictionary"
