from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.accuracy import FILE, of_labels, of_tools, table_of, write_accuracy
from tests.warehouse.kit import Made, rows_of
from warehouse.schema import FIELD_ACCURACY


@dataclass(frozen=True)
class Share:
    name: str
    share: float
    count: int


DAY = datetime(2026, 1, 2)


def test_any_session_can_ask_how_well_a_field_is_read(made: Made) -> None:
    con = made.opened()
    found = rows_of(
        con,
        "SELECT recall > 0.9, n_stated > 100, precision > 0.9 FROM field_accuracy "
        "WHERE labels = 'gold' AND kind = 'hyperparameters' AND card_generator = '*'",
    )
    assert found == [(True, True, True)]
    assert rows_of(con, "SELECT count(*) FROM field_accuracy") == [(len(FILE.read_text().splitlines()) - 1,)]


def test_every_table_of_facts_that_labels_cover_is_named(made: Made) -> None:
    con = made.opened()
    assert rows_of(con, "SELECT DISTINCT kind FROM field_accuracy WHERE table_name IS NULL") == []


def test_the_file_holds_both_shares_of_a_kind_in_one_line(tmp_path: Path) -> None:
    figures = [Share("front matter: tags: recall", 0.5, 4), Share("front matter: tags: precision", 1.0, 2)]
    unmet = [Share("quantized_files: recall", 1.0, 0)]
    rows = [
        *of_labels("gold", "*", figures + unmet, at=DAY),
        *of_tools([Share("trl: hyperparameters", 1.0, 7)], at=DAY),
    ]
    write_accuracy(rows, tmp_path / "a.csv")
    lines = list(csv.reader(io.StringIO((tmp_path / "a.csv").read_text())))
    assert lines[0] == [c.name for c in FIELD_ACCURACY.columns]
    assert [line[:9] for line in lines[1:]] == [
        ["gold", "front matter: tags", "*", "model_tags", "4", "0.5000", "2", "1.0000", "2026-01-02"],
        ["oracles", "hyperparameters", "trl", "hyperparameters", "7", "1.0000", "", "", "2026-01-02"],
    ]


def test_a_kind_is_found_in_its_table() -> None:
    assert table_of("hyperparameters: original's id") == "hyperparameters"
    assert table_of("lineage in body") == "model_relations"
    assert table_of("something else") is None
