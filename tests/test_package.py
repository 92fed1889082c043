"""What a fresh clone has: every file that the packages need."""

from __future__ import annotations

import subprocess

import pytest

from tests.conftest import ROOT

PACKAGES = ("etl", "warehouse", "sql", "tests")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="what git ignores is a question to a clone, not to a tarball")
def test_git_keeps_every_file_of_the_packages() -> None:
    """`build/` in .gitignore once kept sql/build out of every clone, while all was well where it had been written."""
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "--", *PACKAGES],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    ignored = [line for line in listed.stdout.splitlines() if "__pycache__" not in line]
    assert ignored == []
