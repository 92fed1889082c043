from __future__ import annotations

import pytest

from tests.warehouse.kit import Made
from warehouse.catalogue import NoSuchTable, columns, tables
from warehouse.schema import HYPERPARAMETERS


def test_the_catalogue_says_of_a_table_what_was_declared(made: Made) -> None:
    con = made.opened()
    assert [row[0] for row in columns(con, "hyperparameters").rows] == [c.name for c in HYPERPARAMETERS.columns]
    assert [row[2] for row in columns(con, "history.hyperparameters").rows] == [
        c.meaning for c in HYPERPARAMETERS.columns
    ]


def test_the_catalogue_lists_tables_and_views_with_their_comments(made: Made) -> None:
    made.listing("a/b")
    found = {(r["schema"], r["name"]): r for r in tables(made.opened()).records()}
    assert found["main", "models"]["n_rows"] == 1
    assert found["main", "field_coverage"]["kind"] == "view"
    assert all(r["comment"] for r in found.values())


def test_an_unknown_table_names_those_that_are_close(made: Made) -> None:
    with pytest.raises(NoSuchTable, match="did you mean hyperparameters"):
        columns(made.opened(), "hyperparameter")
