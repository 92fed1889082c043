from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = """
import sys
from pathlib import Path
from etl.tables import _reader_version
print(_reader_version())
for changed in map(Path, sys.argv[1:]):
    changed.write_bytes(changed.read_bytes() + b"\\n")
    print(_reader_version())
"""


def test_each_module_and_vocabulary_of_the_reader_counts_in_its_version_and_nothing_else_does(tmp_path: Path) -> None:
    for package in ("etl", "warehouse", "sql"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "sample"))
    code = [p.relative_to(tmp_path).as_posix() for p in tmp_path.glob("etl/reading/*/__init__.py")]
    code += ["etl/cards/blocks.py", "etl/reading/values.py", "etl/reading/vocabulary/metrics.csv"]
    command = [sys.executable, "-c", VERSIONS, *code, "etl/workers.py"]
    *versions, after_others = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout.split()
    assert len(set(versions)) == len(code) + 1
    assert after_others == versions[-1]
