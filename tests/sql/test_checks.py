from __future__ import annotations

from typing import Any

import pytest

from tests.warehouse.facts import setting, tag
from tests.warehouse.kit import READER, Made, blob_of, rows_of
from warehouse import build_sql
from warehouse.building import build_warehouse
from warehouse.checks import CheckFailed
from warehouse.database import open_warehouse
from warehouse.schema import Finding


def crash() -> Finding:
    return Finding(source="prose", line=None, code="reader_crashed", place=None, excerpt="IndexError in values.py")


def refused(made: Made) -> str:
    with pytest.raises(CheckFailed) as caught:
        made.build()
    return str(caught.value)


@pytest.mark.slow
def test_a_crash_of_the_reader_keeps_the_old_build_and_is_told_with_an_example(made: Made) -> None:
    made.card("a/good")
    made.build()
    made.card("a/bad", crash())
    told = refused(made)
    assert "reader_crashed" in told
    assert "1 found" in told
    assert "a/bad" in told
    assert rows_of(open_warehouse(made.home), "SELECT model_id FROM models") == [("a/good",)]


def test_a_failed_build_leaves_nothing_half_built_behind(made: Made) -> None:
    made.card("a/bad", crash())
    refused(made)
    assert sorted(p.name for p in made.home.iterdir()) == ["raw", "tables"]


def test_a_served_card_that_nobody_read_is_refused(made: Made) -> None:
    made.listing("a/b")
    made.look("a/b")
    assert "served_card_unread" in refused(made)


def test_two_facts_under_one_key_are_refused(made: Made) -> None:
    made.card("a/b", tag("x"), tag("x"))
    assert "key_of_model_tags" in refused(made)


def test_facts_of_a_card_that_nobody_read_are_refused(made: Made) -> None:
    made.card("a/b")
    made.facts["model_tags"] = [("a/b", blob_of("a/b", 7), (tag("x"),))]
    assert "orphans_of_model_tags" in refused(made)


def test_a_relation_without_a_comment_is_refused(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_sql, "comments", lambda file: [])
    assert "comment_missing" in refused(made)


@pytest.mark.parametrize("given", [{"about": "mine"}, {"source": "hearsay"}])
def test_a_word_outside_its_vocabulary_is_refused(made: Made, given: dict[str, Any]) -> None:
    made.card("a/b", setting("seed", 1, **given))
    assert "words_of_hyperparameters" in refused(made)


def test_a_file_of_the_repo_may_be_a_source(made: Made) -> None:
    made.card("a/b", setting("seed", 1, source="adapter_config.json", line=None))
    made.build()


def test_the_outcome_of_every_check_stands_in_the_warehouse(made: Made) -> None:
    con = made.opened()
    assert rows_of(con, "SELECT DISTINCT offenders FROM check_results WHERE is_blocking") == [(0,)]
    assert ("comment_missing",) in rows_of(con, "SELECT name FROM check_results")


def test_the_build_says_what_went_into_it(made: Made) -> None:
    made.card("a/b")
    report = made.build()
    found = rows_of(open_warehouse(made.home), "SELECT build_id, reader_version, inputs FROM warehouse_info")
    assert found[0][:2] == (report.build_id, READER)
    assert '"crawls": 1' in found[0][2]


def test_a_build_from_other_rows_has_another_id(made: Made) -> None:
    first = made.build()
    made.card("a/b")
    made.write()
    assert build_warehouse(made.lake, READER).build_id != first.build_id


def test_a_code_of_findings_that_nothing_explains_is_told_and_served(made: Made) -> None:
    made.card("a/b", Finding(source="prose", line=3, code="sunspots", place=None, excerpt=None))
    checks = {c.name: c for c in made.build().warnings}
    assert checks["finding_code_unknown"].offenders == 1
    assert rows_of(open_warehouse(made.home), "SELECT code FROM findings") == [("sunspots",)]
