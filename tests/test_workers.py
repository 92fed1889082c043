"""Worker processes that cannot start are told apart from a card that kills its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

UNGUARDED = """
from etl.workers import NoWorkers, read_tasks, tasks_of

try:
    list(read_tasks(tasks_of([("a/b", "x", b"# title")]), 2))
except NoWorkers as error:
    print("refused:", error)
"""


def test_a_script_in_which_no_process_can_start_blames_no_card(tmp_path: Path) -> None:
    script = tmp_path / "unguarded.py"
    script.write_text(UNGUARDED, encoding="utf-8")
    told = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=100)
    assert told.stdout.startswith("refused: no worker process can start")
    assert "__main__" in told.stdout
