"""The Dagster definitions: the same line as `cardhouse run`, as a graph that can be seen and scheduled."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from etl import definitions, stations
from etl.definitions import defs
from tests.conftest import ROOT
from warehouse.charts.files import charts
from warehouse.checks import CheckFailed, all_checks
from warehouse.database import open_warehouse, run_query
from warehouse.lake import Lake
from warehouse.schema import LAKE_TABLES, CheckResult
from warehouse.sql_files import sql_files
from warehouse.upstream import tables_behind

ANSWERS = [f.name for f in sql_files("answers")]
ASKED = "margins_by_method"
LINE = [*(dg.AssetKey(name) for name in ("listing", "raw", *LAKE_TABLES, "warehouse", ASKED))]
"""The line up to one answer: all of them with their pictures take a while, so that is a slow test."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home which the environment names, to be filled from the sample hub."""
    folder = tmp_path / "home"
    for name, value in {"CARDHOUSE_HOME": str(folder), "CARDHOUSE_SOURCE": "sample"}.items():
        monkeypatch.setenv(name, value)
    return folder


def materialize_line(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    job = defs.resolve_job_def("everything")
    return job.execute_in_process(instance=instance, raise_on_error=False, asset_selection=LINE)


def materialize_everything(instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    return defs.resolve_job_def("everything").execute_in_process(instance=instance, raise_on_error=False)


def test_definitions_load_with_an_empty_environment(tmp_path: Path) -> None:
    code = "from etl.definitions import defs; print(len(list(defs.resolve_all_asset_specs())))"
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert int(loaded.stdout) > 0
    assert not (tmp_path / "data").exists(), "loading makes no home"


def test_every_station_every_table_and_every_answer_is_an_asset() -> None:
    named = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()}
    assert named == {"listing", "raw", *LAKE_TABLES, "warehouse", *ANSWERS, "report"}


@pytest.mark.parametrize("answer", ANSWERS)
def test_every_answer_has_the_tables_that_it_is_made_of_upstream(answer: str) -> None:
    (spec,) = [s for s in defs.resolve_all_asset_specs() if s.key.to_user_string() == answer]
    assert {d.asset_key.to_user_string() for d in spec.deps} == {"warehouse", *tables_behind(answer)}
    assert len(list(spec.deps)) > 1


def test_the_report_comes_after_every_answer() -> None:
    (spec,) = [s for s in defs.resolve_all_asset_specs() if s.key.to_user_string() == "report"]
    assert {d.asset_key.to_user_string() for d in spec.deps} == set(ANSWERS)


def test_every_answer_is_in_the_documents_and_in_the_graph() -> None:
    documented = set(re.findall(r"^### (\w+)$", (ROOT / "sql" / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(ANSWERS)


def test_every_check_of_a_build_is_an_asset_check_of_the_warehouse() -> None:
    specs = {s.name: s for s in definitions.warehouse.check_specs}
    assert {name: s.blocking for name, s in specs.items()} == {c.name: c.is_blocking for c in all_checks()}


def metadata_of(instance: dg.DagsterInstance, asset: str) -> dict[str, object]:
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.mark.slow
def test_the_line_on_a_fresh_home_ends_in_a_warehouse_and_an_answer_with_its_chart(home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = materialize_line(instance)
        assert result.success
        assert all(evaluation.passed for evaluation in result.get_asset_check_evaluations() if evaluation.blocking)
        listing, answer = metadata_of(instance, "listing"), metadata_of(instance, ASKED)
    with open_warehouse(home) as con:
        ((models,),) = run_query(con, "SELECT count(*) FROM models").rows
        ((rows,),) = run_query(con, f"SELECT count(*) FROM {ASKED}").rows
    assert listing["dagster/row_count"] == models
    assert answer["dagster/row_count"] == rows
    chart = re.fullmatch(rf"!\[{ASKED}\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)", str(answer["chart"]))
    assert chart is not None
    assert base64.b64decode(chart[1]).startswith(b"<svg ")


@pytest.mark.slow
def test_everything_ends_in_all_answers_and_a_report(home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert materialize_everything(instance).success
        assert {name for name in ANSWERS if "chart" in metadata_of(instance, name)} == set(charts())
        page = metadata_of(instance, "report")["page"]
    text = Path(str(page)).read_text(encoding="utf-8")
    assert all(f'<article id="{name}"' in text for name in ANSWERS)


def test_a_blocking_check_that_finds_rows_fails_the_run_and_is_shown(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = tuple(CheckResult(c.name, c.question, c.is_blocking, 0, "") for c in all_checks())
    first = checks[0]
    broken = (CheckResult(first.name, first.question, True, 3, "model_id=a/b"), *checks[1:])

    def refuse(_: Lake) -> None:
        raise CheckFailed("the new build is not served", broken)

    monkeypatch.setattr(stations, "build", refuse)
    with dg.DagsterInstance.ephemeral() as instance:
        result = materialize_everything(instance)
    assert not result.success
    assert [e.check_name for e in result.get_asset_check_evaluations() if not e.passed] == [first.name]
    assert str(dg.AssetKey("warehouse")) not in {str(e.asset_key) for e in result.get_asset_materialization_events()}


def test_a_home_that_is_being_written_fails_the_step_and_says_by_whom(home: Path) -> None:
    with dg.DagsterInstance.ephemeral() as instance, Lake(home).writer("somebody else"):
        result = materialize_everything(instance)
    assert not result.success
    (failure,) = [e for e in result.all_events if e.is_step_failure]
    assert "somebody else" in str(failure.step_failure_data.user_failure_data)


def test_the_daily_schedule_runs_everything_in_one_process() -> None:
    assert defs.resolve_schedule_def("daily").cron_schedule == "17 3 * * *"
    assert defs.resolve_job_def("everything").executor_def.name == "in_process"


def test_telemetry_is_off() -> None:
    settings = yaml.safe_load((ROOT / "dagster_home" / "dagster.yaml").read_text(encoding="utf-8"))
    assert settings["telemetry"] == {"enabled": False}
