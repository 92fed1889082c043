from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

BUILD_TWICE = """
import json, sys
from pathlib import Path
from tests.warehouse.facts import dpo_run, tag
from tests.warehouse.kit import Made
from warehouse.database import open_warehouse

made = Made(Path(sys.argv[1]))
made.card("lab/m", *dpo_run(5e-7, 2.0123))
made.card("q/gguf", *dpo_run(5e-7, 2.5, about="reprinted", about_model="Lab/M-withdrawn"))
made.card("re/upload", *dpo_run(5e-7, 3.5))
told = []
for card in ("new/one", "new/two"):
    made.card(card, tag("x"))
    made.build()
    with open_warehouse(made.home) as con:
        told.append(con.execute(
            "SELECT r.model_id, r.subject_id, s.resolved_by, r.is_canonical FROM training_runs AS r "
            "INNER JOIN subjects AS s ON s.model_id = r.model_id AND s.subject_id = r.subject_id ORDER BY 1"
        ).fetchall())
print(json.dumps(told))
"""


@pytest.mark.slow
def test_a_reviewed_correction_holds_in_every_build(tmp_path: Path) -> None:
    """With a copy of `sql/` whose errata.csv says of two ids whose facts they print."""
    shutil.copytree(ROOT / "sql", tmp_path / "sql", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "sql" / "errata.csv").open("a", encoding="utf-8") as file:
        file.write("lab/m-withdrawn,lab/m,the repo was withdrawn; its card says it is lab/m\n")
        file.write("re/upload,lab/m,the owner says so in a discussion\n")
    done = subprocess.run(
        [sys.executable, "-c", BUILD_TWICE, str(tmp_path / "home")],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    corrected = [
        ["lab/m", "lab/m", "own", True],
        ["q/gguf", "lab/m", "errata", False],
        ["re/upload", "lab/m", "errata", False],
    ]
    assert json.loads(done.stdout) == [corrected, corrected]


def test_every_correction_has_its_reason() -> None:
    lines = (ROOT / "sql" / "errata.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "given_id,subject_id,reason"
    assert all(len(line.split(",", 2)) == 3 and line.split(",", 2)[2].strip() for line in lines[1:])
