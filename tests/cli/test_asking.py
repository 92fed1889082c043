"""Asking: one card, a home, tables, SQL, answers, releases."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from etl.summary import FLAGSHIP
from tests.cli.kit import Command, asked, ended, start
from warehouse.answers import answers
from warehouse.schema import FACT_TABLES, SERVED_TABLES

CARD = b"""---
license: mit
---
# A run

### Training hyperparameters

- learning_rate: 5e-07
- seed: nan
"""


@pytest.fixture
def card(tmp_path: Path) -> Path:
    file = tmp_path / "example-me" / "my-model" / "README.md"
    file.parent.mkdir(parents=True)
    file.write_bytes(CARD)
    return file


# -- read -------------------------------------------------------------------------------------------------


def test_read_shows_what_a_card_states_with_its_lines(cardhouse: Command, card: Path) -> None:
    said = cardhouse("read", card)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("example-me/my-model: ok, ")
    assert re.search(r"^ +8 .*learning_rate +learning_rate +5e-07 +5e-07", said.out, re.MULTILINE)


def test_read_shows_what_could_not_be_read(cardhouse: Command, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_bytes(b"---\nlicense: [mit\n---\n# T\n")
    said = cardhouse("read", file)
    assert said.code == 0
    assert re.search(r"^findings \(\d\)$", said.out, re.MULTILINE)
    assert "yaml_error" in said.out


def test_read_as_json_is_everything(cardhouse: Command, card: Path) -> None:
    given = json.loads(cardhouse("read", card, "--json", "--model-id", "a/b").out, parse_constant=pytest.fail)
    assert given["model_id"] == given["card"]["model_id"] == "a/b"
    assert given["tables"].keys() == FACT_TABLES.keys()
    learning_rate, seed = given["tables"]["hyperparameters"]
    assert (learning_rate["line"], learning_rate["value_number"]) == (8, 5e-07)
    assert seed["value_number"] == "NaN"


def test_read_takes_a_card_from_a_pipe(card: Path) -> None:
    with open(card, "rb") as pipe:
        said = ended(start("read", "-", "--model-id", "a/b", stdin=pipe))
    assert said.code == 0
    assert said.out.startswith("a/b: ok")


@pytest.mark.parametrize("content", [b"", b"\0\1\2", b"\xff" * 100])
def test_read_of_junk_says_its_status(cardhouse: Command, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "README.md"
    file.write_bytes(content)
    said = cardhouse("read", file)
    assert said.code == 0
    assert re.match(r".*: (empty|not_text|ok), ", said.out)


@pytest.mark.parametrize("name", ["no-such-file.md", "."])
def test_read_of_what_is_no_file_is_one_line(
    cardhouse: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = cardhouse("read", name)
    assert (said.code, said.out) == (1, "")
    assert name in said.complaint


# -- status and tables ------------------------------------------------------------------------------------


def test_status_tells_of_crawls_cards_and_the_build(cardhouse: Command, first_day: Path) -> None:
    said = cardhouse("status", "--home", first_day)
    assert (said.code, said.err) == (0, "")
    assert re.search(r"^\d{4}-\d\d-\d\d .*  sample  everything .* complete$", said.out, re.MULTILINE)
    assert re.search(r"^warehouse built .* ago, build [0-9a-f]{12}, this reader's$", said.out, re.MULTILINE)
    assert "repos by card status" in said.out
    assert "warehouse.duckdb" in said.out


def test_status_of_an_empty_home_says_so(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("status", "--home", tmp_path / "nothing")
    assert said.code == 0
    assert "(empty)" in said.out
    assert "no warehouse yet" in said.out
    assert not (tmp_path / "nothing").exists(), "looking makes no home"


def test_a_release_of_nothing_says_so_and_makes_no_home(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("release", "--version", "1.0", "--home", tmp_path / "nothing")
    assert (said.code, said.out) == (1, "")
    assert "there is no warehouse in" in said.err
    assert not (tmp_path / "nothing").exists()


def test_tables_lists_every_table_and_answer_with_its_meaning(cardhouse: Command, first_day: Path) -> None:
    listed = {line.split()[0]: line for line in cardhouse("tables", "--home", first_day).out.splitlines()}
    assert listed.keys() >= {*SERVED_TABLES, "training_runs", *(a.name for a in answers())}
    assert all(table.grain in listed[name] for name, table in SERVED_TABLES.items())


def test_tables_of_one_shows_its_columns(cardhouse: Command, first_day: Path) -> None:
    said = cardhouse("tables", "models", "--home", first_day)
    shown = [line.split()[0] for line in said.out.splitlines()[2:]]
    assert shown == [c.name for c in SERVED_TABLES["models"].columns]


def test_tables_of_an_unknown_one_suggests_another(cardhouse: Command, first_day: Path) -> None:
    said = cardhouse("tables", "modles", "--home", first_day)
    assert (said.code, said.complaint) == (1, "cardhouse: there is no table 'modles'; did you mean models?")


# -- sql --------------------------------------------------------------------------------------------------

QUERY = "SELECT model_id, likes, card_bytes > 10 AS long FROM models ORDER BY 1 LIMIT 3"


def test_sql_prints_a_table_csv_and_json(cardhouse: Command, first_day: Path) -> None:
    rows = asked(first_day, QUERY)
    printed = {form: cardhouse("sql", QUERY, "--format", form, "--home", first_day).out for form in ("csv", "json")}
    table = cardhouse("sql", QUERY, "--home", first_day).out.splitlines()
    assert table[0].split() == ["model_id", "likes", "long"]
    assert [line.split()[0] for line in table[2:]] == [row[0] for row in rows]
    assert [r["model_id"] for r in csv.DictReader(io.StringIO(printed["csv"]))] == [row[0] for row in rows]
    assert [tuple(r.values()) for r in json.loads(printed["json"])] == rows


def test_sql_writes_parquet_into_a_file_and_a_pipe(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    assert cardhouse("sql", QUERY, "--format", "parquet", "-o", file, "--home", first_day).code == 0
    with open(tmp_path / "piped.parquet", "wb") as piped:
        process = start("sql", QUERY, "--format", "parquet", "--home", first_day, stdout=piped)
        assert ended(process).code == 0
    assert pq.read_table(file).equals(pq.read_table(tmp_path / "piped.parquet"))
    assert pq.read_table(file)["model_id"].to_pylist() == [row[0] for row in asked(first_day, QUERY)]


def test_two_columns_of_one_name_are_both_written(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    query = "SELECT 1 AS a, 2 AS a, 3 AS a_1"
    assert json.loads(cardhouse("sql", query, "--format", "json", "--home", first_day).out) == [
        {"a": 1, "a_2": 2, "a_1": 3}
    ]
    cardhouse("sql", query, "--format", "parquet", "-o", tmp_path / "rows.parquet", "--home", first_day)
    assert pq.read_table(tmp_path / "rows.parquet").column_names == ["a", "a_2", "a_1"]


def test_a_column_that_parquet_cannot_hold_is_one_line(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.parquet"
    said = cardhouse("sql", "SELECT INTERVAL 1 DAY", "--format", "parquet", "-o", file, "--home", first_day)
    assert (said.code, said.out) == (1, "")
    assert "cast" in said.complaint
    assert not file.exists()


def test_an_output_that_is_a_pipe_is_written_to_and_not_replaced(
    cardhouse: Command, first_day: Path, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()))
    reader.start()
    assert cardhouse("sql", "SELECT 1 AS one", "--format", "csv", "-o", pipe, "--home", first_day).code == 0
    reader.join(10)
    assert received == ["one\n1\n"]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("SELEC 1", "Parser Error"),
        ("SELECT nothing FROM models", "nothing"),
        ("SELECT * FROM modles", "Did you mean"),
        ("SELECT * FROM read_csv('/etc/passwd')", "disabled"),
        ("COPY models TO 'stolen.csv'", "disabled"),
        ("DELETE FROM models", "read-only"),
        ("SELECT 1/0::INT, CAST('x' AS INT)", "Conversion Error"),
        ("", "no statement"),
        ("-- only a comment", "no statement"),
    ],
)
def test_an_sql_error_is_one_line(
    cardhouse: Command, first_day: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = cardhouse("sql", query, "--home", first_day)
    assert (said.code, said.out) == (1, "")
    assert complaint in said.complaint
    assert list(tmp_path.iterdir()) == []


def test_sql_without_a_warehouse_says_how_to_get_one(cardhouse: Command, tmp_path: Path) -> None:
    said = cardhouse("sql", "SELECT 1", "--home", tmp_path)
    assert said.code == 1
    assert "'cardhouse run' makes one" in said.complaint


def test_an_output_that_cannot_be_written_is_one_line(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = cardhouse("sql", "SELECT 1", "-o", tmp_path / "file" / "rows.csv", "--home", first_day)
    assert (said.code, said.out) == (1, "")
    assert "file" in said.complaint


# -- answers ----------------------------------------------------------------------------------------------


def test_answers_are_listed_with_their_questions(cardhouse: Command) -> None:
    said = cardhouse("answers")
    assert said.code == 0
    for answer in answers():
        assert re.search(rf"^  {answer.name} +{re.escape(answer.question)}$", said.out, re.MULTILINE)
        assert answer.theme in said.out.splitlines()


@pytest.mark.parametrize("name", [a.name for a in answers()])
def test_every_answer_can_be_asked(cardhouse: Command, first_day: Path, name: str) -> None:
    said = cardhouse("answer", name, "--format", "json", "--home", first_day)
    assert (said.code, said.err) == (0, "")
    columns = [column for a in answers() if a.name == name for column, _ in a.columns]
    assert all(list(row) == columns for row in json.loads(said.out))


def test_an_answer_for_people_says_its_question_and_caveats_beside_the_data(
    cardhouse: Command, first_day: Path
) -> None:
    said = cardhouse("answer", FLAGSHIP, "--home", first_day)
    question, caveats = said.err.splitlines()
    assert "learning rates" in question
    assert caveats.startswith("cardhouse: caveats: ")
    assert said.out.startswith("canonical_run_id")


def test_an_answer_without_rows_says_so_to_people_alone(cardhouse: Command, first_day: Path) -> None:
    asked = ("answer", FLAGSHIP, "--param", "method=nothing-known", "--home", first_day)
    assert "cardhouse: no rows: " in cardhouse(*asked).err
    assert "no rows" not in cardhouse(*asked, "--format", "csv").err
    assert "no rows" not in cardhouse("answer", FLAGSHIP, "--home", first_day).err


def test_an_answers_chart_is_drawn_into_a_file(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    for name, begins in (("x.svg", b"<svg "), ("x.png", b"\x89PNG")):
        said = cardhouse(
            "answer", "margins_by_method", "--format", "csv", "--plot", tmp_path / name, "--home", first_day
        )
        assert (said.code, said.complaint) == (0, f"cardhouse: wrote {tmp_path / name}")
        assert said.out.startswith("training_method,")
        assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_chart_is_drawn_of_the_parameters_that_were_set(cardhouse: Command, first_day: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.svg"
    assert cardhouse("answer", FLAGSHIP, "--param", "method=kto", "--plot", file, "--home", first_day).code == 0
    assert "only method = kto" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "file", "complaint"),
    [
        ("margins_by_method", "x.gif", "x.gif ends in none of .svg, .png"),
        ("margins_by_method", "no-folder/x.svg", "there is no folder"),
        ("deepest_lineages", "x.svg", "deepest_lineages is better read than looked at"),
        ("margins_by_metod", "x.svg", "did you mean margins_by_method"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_one_line_and_no_file(
    cardhouse: Command, first_day: Path, tmp_path: Path, name: str, file: str, complaint: str
) -> None:
    said = cardhouse("answer", name, "--plot", tmp_path / file, "--home", first_day)
    assert (said.code, said.out) == (1, "")
    assert complaint in said.complaint
    assert list(tmp_path.iterdir()) == []


def test_a_parameter_of_an_answer_can_be_set(cardhouse: Command, first_day: Path) -> None:
    default, same, other = (
        cardhouse("answer", FLAGSHIP, *words, "--format", "csv", "--home", first_day).out
        for words in ([], ["--param", "method=dpo"], ["--param", "method=nothing-known"])
    )
    assert default == same
    assert len(other.splitlines()) == 1


@pytest.mark.parametrize(
    ("parameter", "hint"),
    [
        ("method=dop", "nothing has the method 'dop'; did you mean dpo"),
        (
            "base=MISTAL-7B-V0.3",
            "nothing has the base 'MISTAL-7B-V0.3'; did you mean mistralai/Mistral-7B-v0.3",
        ),
        ("generator=trl-ish", "nothing has the generator 'trl-ish'; did you mean trl"),
        ("method=qqqqqq", "nothing has the method 'qqqqqq'"),
    ],
)
def test_a_word_that_nothing_bears_is_told_with_those_near_it(
    cardhouse: Command, first_day: Path, parameter: str, hint: str
) -> None:
    said = cardhouse("answer", FLAGSHIP, "--param", parameter, "--format", "csv", "--home", first_day)
    assert said.code == 0
    assert len(said.out.splitlines()) == 1
    assert hint in said.err


@pytest.mark.parametrize("parameter", ["method=DPO", "generator=TRL", "minimum_groups=2"])
def test_of_a_word_that_something_bears_nothing_is_said(cardhouse: Command, first_day: Path, parameter: str) -> None:
    name = "dpo_learning_rate_vs_reward_margin_summary"
    assert cardhouse("answer", name, "--param", parameter, "--format", "csv", "--home", first_day).err == ""


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        ([FLAGSHIP[:-2]], 1, f"did you mean {FLAGSHIP}"),
        ([FLAGSHIP, "--param", "colour=red"], 1, "no parameter 'colour'"),
        ([FLAGSHIP, "--param", "method"], 2, "'method' is not of the form parameter=value"),
    ],
)
def test_an_unknown_answer_or_parameter_is_one_line(
    cardhouse: Command, first_day: Path, words: list[str], code: int, complaint: str
) -> None:
    said = cardhouse("answer", *words, "--home", first_day)
    assert (said.code, said.out) == (code, "")
    assert complaint in said.complaint


# -- releases ---------------------------------------------------------------------------------------------


def test_a_release_is_written_verified_and_found_changed(cardhouse: Command, home: Path) -> None:
    written = cardhouse("release", "--version", "2026.1", "--home", home)
    folder = home / "releases" / "2026.1"
    assert written.code == 0
    assert str(folder) in written.out
    verified = cardhouse("release", "verify", folder)
    assert (verified.code, verified.err) == (0, "")
    assert verified.out.splitlines()[-1] == written.out.splitlines()[-1], "the same manifest"
    (folder / "models.parquet").write_bytes(b"something else")
    tampered = cardhouse("release", "verify", folder)
    assert (tampered.code, tampered.out) == (1, "")
    assert "models.parquet" in tampered.complaint


def test_a_release_that_exists_is_not_overwritten(cardhouse: Command, home: Path) -> None:
    assert cardhouse("release", "--version", "1", "--home", home).code == 0
    again = cardhouse("release", "--version", "1", "--home", home)
    assert again.code == 1
    assert "never overwritten" in again.complaint
