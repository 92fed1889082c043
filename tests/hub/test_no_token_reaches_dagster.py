"""A token that the client uses is in nothing that Dagster keeps: no event, no log, no metadata."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.hub.conftest import World

CODE = """
import dagster as dg
from etl.definitions import defs
with dg.DagsterInstance.local_temp(__import__("sys").argv[1]) as instance:
    job = defs.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(instance=instance, asset_selection=[dg.AssetKey("listing"), dg.AssetKey("raw")])
    assert result.success
"""


@pytest.mark.slow
def test_dagster_keeps_no_token(world: World, tmp_path: Path) -> None:
    token = "hf_" + "y" * 34
    world.tree.many(3)
    instance = tmp_path / "dagster"
    instance.mkdir()
    with world.serve() as hub:
        environ = {
            **os.environ,
            "HF_TOKEN": token,
            "HF_ENDPOINT": hub.endpoint,
            "CARDHOUSE_HOME": str(world.lake.home),
            "CARDHOUSE_SOURCE": "hub",
        }
        command = [sys.executable, "-c", CODE, str(instance)]
        done = subprocess.run(command, capture_output=True, text=True, env=environ, cwd=ROOT, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        assert hub.tokens == {f"Bearer {token}"}
    assert token not in done.stdout + done.stderr
    for path in [*instance.rglob("*"), *world.lake.home.rglob("*")]:
        assert path.is_dir() or token.encode() not in path.read_bytes()
