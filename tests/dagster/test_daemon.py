"""The daemon really fires a schedule: a minutely one of the same job, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from tests.conftest import ROOT
from warehouse.database import open_warehouse, run_query

PATIENCE = 180
"""Seconds: a minute until the schedule is due, some for the daemon's start and for the run; twice that for luck."""

ENDED = dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE])

pytestmark = pytest.mark.slow


@pytest.fixture
def dagster_home(tmp_path: Path) -> Path:
    """A DAGSTER_HOME with the project's dagster.yaml, and a workspace that has the minutely schedule."""
    folder = tmp_path / "dagster_home"
    folder.mkdir()
    shutil.copy(ROOT / "dagster_home" / "dagster.yaml", folder)
    location = {"python_module": {"module_name": "tests.dagster.minutely", "working_directory": str(ROOT)}}
    (folder / "workspace.yaml").write_text(yaml.safe_dump({"load_from": [location]}), encoding="utf-8")
    return folder


@pytest.fixture
def daemon(dagster_home: Path, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon, with all the processes it starts; they end with the test."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "DAGSTER_HOME": str(dagster_home),
        "CARDHOUSE_HOME": str(tmp_path / "home"),
        "CARDHOUSE_SOURCE": "sample",
        "PYTHONPATH": str(ROOT),
    }
    command = [str(Path(sys.executable).with_name("dagster-daemon")), "run", "-w", str(dagster_home / "workspace.yaml")]
    with open(tmp_path / "daemon.log", "wb") as log:
        process = subprocess.Popen(
            command, env=environment, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def test_the_daemon_fires_a_schedule_and_the_run_builds_a_warehouse(
    daemon: subprocess.Popen[bytes], dagster_home: Path, tmp_path: Path
) -> None:
    until = time.monotonic() + PATIENCE
    built = comes_true(lambda: (tmp_path / "home" / "warehouse.duckdb").exists(), daemon, until)
    log = (tmp_path / "daemon.log").read_text(errors="replace")[-3000:]
    assert built, log
    # Not before: two processes that make a new DAGSTER_HOME's tables at once break them (SQLite, alembic).
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        assert comes_true(lambda: bool(instance.get_runs(ENDED)), daemon, until), log
        run = instance.get_runs(ENDED)[-1]
    assert run.status is dg.DagsterRunStatus.SUCCESS, log
    assert run.tags["dagster/schedule_name"] == "minutely"
    with open_warehouse(tmp_path / "home") as con:
        assert run_query(con, "SELECT count(*) > 0 FROM models").rows == [(True,)]


def comes_true(condition: Callable[[], bool], daemon: subprocess.Popen[bytes], until: float) -> bool:
    """Whether it comes true while the daemon lives and patience lasts."""
    while not condition() and time.monotonic() < until:
        try:
            daemon.wait(1)
        except subprocess.TimeoutExpired:
            continue
        return False
    return condition()
