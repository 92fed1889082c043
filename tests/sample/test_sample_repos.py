"""The bundled sample repos: what the tree promises, and that the reader says of each card what a person says.

`expected/<owner>__<name>.json` was written by reading the card, not by running code. It begins with why the repo is in
the sample. A fact marked `optional` may be read or left; a key that ends in `_any` lists the acceptable values.
`gaps.csv` lists where the reader does not say yet what the sidecar says, and why; it can only become shorter.
"""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from etl.reading import Reading, read_card

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "etl" / "hub" / "sample"
EXPECTED = Path(__file__).resolve().parent / "expected"
PUBLIC_OWNERS = {"HuggingFaceH4", "TheBloke", "argilla", "chaoweihuang", "fblgit"}
NO_READING = {"no_card", "gated", "disabled", "gone"}
TOKEN = re.compile("hf" + "_[A-Za-z]{34}")

Side = Mapping[str, Any]
Fact = tuple[Any, ...]


def repos(layer: str) -> list[str]:
    """Ids of the repos of one layer of the tree, `repos` or `day2`."""
    return sorted(f.parent.relative_to(SAMPLE / layer).as_posix() for f in (SAMPLE / layer).glob("*/*/metadata.json"))


def metadata(model_id: str, layer: str = "repos") -> dict[str, Any]:
    row: dict[str, Any] = json.loads((SAMPLE / layer / model_id / "metadata.json").read_text(encoding="utf-8"))
    return row


def cards() -> list[tuple[str, str]]:
    """(sidecar's name, path of the card below the tree) of every card that a reader can be asked about."""
    named = [(m, "repos") for m in repos("repos")] + [(m, "day2") for m in repos("day2")]
    out = []
    for model_id, layer in named:
        stem = model_id.replace("/", "__") + (".day2" if layer == "day2" else "")
        if (SAMPLE / layer / model_id / "README.md").exists() and expected(stem)["card_status"] not in NO_READING:
            out.append((stem, f"{layer}/{model_id}"))
    return out


@functools.cache
def expected(stem: str) -> Side:
    side: Side = json.loads((EXPECTED / f"{stem}.json").read_text(encoding="utf-8"))
    return side


@functools.cache
def reading(path: str) -> Reading:
    return read_card((SAMPLE / path / "README.md").read_bytes(), model_id=path.split("/", 1)[1])


# ---- the tree


def test_the_sample_has_at_least_45_repos_on_the_first_day() -> None:
    assert len(repos("repos")) >= 45


def test_every_repo_stands_in_the_folder_of_its_id_and_says_its_author() -> None:
    for layer in ("repos", "day2"):
        for model_id in repos(layer):
            row = metadata(model_id, layer)
            assert (row["id"], row["author"]) == (model_id, model_id.split("/")[0])


def test_hub_ids_are_24_hex_digits_and_of_one_repo_each() -> None:
    ids = [metadata(m)["_id"] for m in repos("repos")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[0-9a-f]{24}", i) for i in ids)


def test_a_hub_id_of_the_second_day_is_the_repo_s_old_one_or_new() -> None:
    first = {metadata(m)["_id"]: m for m in repos("repos")}
    moved = {metadata(m, "day2").get("_sample", {}).get("renamed_to"): m for m in repos("day2")}
    for model_id in repos("day2"):
        assert first.get(metadata(model_id, "day2")["_id"]) in (model_id, moved.get(model_id), None)


def test_no_invented_repo_can_be_taken_for_a_real_one() -> None:
    owners = {m.split("/")[0] for layer in ("repos", "day2") for m in repos(layer)}
    assert all(o.startswith(("example-", "unknown-author-")) for o in owners - PUBLIC_OWNERS)


def test_real_repos_carry_no_made_up_popularity() -> None:
    real = [m for m in repos("repos") if not m.startswith("example-")]
    assert not [m for m in real if {"downloads", "downloadsAllTime", "likes"} & set(metadata(m))]


def test_every_repo_has_a_sidecar_that_begins_with_why() -> None:
    stems = [m.replace("/", "__") for m in repos("repos")] + [s for s, _ in cards()]
    for stem in stems:
        assert next(iter(expected(stem))) == "why", stem
        assert expected(stem)["why"].strip(), stem
    assert {p.stem for p in EXPECTED.glob("*.json")} >= set(stems)


def test_no_sidecar_is_left_without_a_repo() -> None:
    known = {m.replace("/", "__") for m in repos("repos")} | {m.replace("/", "__") + ".day2" for m in repos("day2")}
    assert {p.stem for p in EXPECTED.glob("*.json")} <= known


def test_the_second_day_has_a_changed_card_a_gone_repo_a_renamed_one_and_a_new_one() -> None:
    second = repos("day2")
    controls = [metadata(m, "day2").get("_sample", {}) for m in second]
    changed = [m for m in second if m in repos("repos") and (SAMPLE / "day2" / m / "README.md").exists()]
    assert changed
    assert any(c.get("gone") for c in controls)
    assert any(c.get("renamed_to") in second for c in controls)
    assert set(second) - set(repos("repos"))


def test_a_changed_card_was_modified_later() -> None:
    for model_id in set(repos("day2")) & set(repos("repos")):
        first, second = metadata(model_id), metadata(model_id, "day2")
        if (SAMPLE / "day2" / model_id / "README.md").exists():
            assert second["lastModified"] > first["lastModified"]


def test_git_never_converts_the_bytes_of_a_card() -> None:
    rules = (ROOT / ".gitattributes").read_text(encoding="utf-8").split("\n")
    assert {f"etl/hub/sample/{layer}/**/README.md -text" for layer in ("repos", "day2")} <= set(rules)


def test_the_odd_bytes_are_there() -> None:
    odd = {m: (SAMPLE / "repos" / m / "README.md") for m in repos("repos")}
    assert not odd["example-void/no-card"].exists()
    assert odd["example-void/empty-card"].read_bytes() == b""
    assert b"\x00" in odd["example-void/picture-as-card"].read_bytes()
    assert odd["example-odd/crlf-and-bom"].read_bytes().startswith(b"\xef\xbb\xbf---\r\n")
    assert b"\n" not in odd["example-odd/bare-cr"].read_bytes()
    assert b"\n" not in odd["chaoweihuang/FactAlign-LLaMA-3-8B"].read_bytes()
    assert TOKEN.search(odd["example-odd/leaked-token"].read_text(encoding="utf-8"))


# ---- the reader against the sidecars


def facts_of(rows: Iterable[Mapping[str, Any]], keys: Sequence[str]) -> set[Fact]:
    return {tuple(row.get(k) for k in keys) for row in rows}


def keys_for(side_rows: Sequence[Side], always: Sequence[str], sometimes: Sequence[str]) -> list[str]:
    """The columns to compare: `always`, and those of `sometimes` that every expected fact states."""
    return [*always, *(k for k in sometimes if side_rows and all(k in r for r in side_rows))]


def normalized(rows: Iterable[Side]) -> Iterator[dict[str, Any]]:
    """Expected facts with the defaults spelt out, one row for each acceptable value or source."""
    for row in rows:
        texts = row.get("value_text_any", [row.get("value_text")])
        for text in texts:
            for source in row.get("source_any", [row.get("source")]):
                yield {"about": "own", "about_model": None, **row, "value_text": text, "source": source}


def compare(side_rows: Sequence[Side], read: Iterable[Mapping[str, Any]], always: Sequence[str]) -> None:
    """Every expected fact was read, and nothing was read that is not expected."""
    details = ("run", "dataset_name", "dataset_id", "dataset_config", "dataset_split", "dataset_revision")
    keys = keys_for(side_rows, always, details)
    rows = list(read)
    got = facts_of(rows, keys)
    allowed = facts_of(normalized(side_rows), keys)
    missing = [r for r in side_rows if not r.get("optional") and not got & facts_of(normalized([r]), keys)]
    assert {"missing": missing, "not expected": sorted(got - allowed, key=str)} == {"missing": [], "not expected": []}
    for row in side_rows:
        stated = [k for k in details if k in row]
        if stated and not row.get("optional"):
            own = facts_of(normalized([row]), [*always, *stated])
            assert own & facts_of(rows, [*always, *stated]), row


def records(path: str, table: str) -> list[dict[str, Any]]:
    return reading(path).records(table)


def acceptable(side: Side, key: str) -> list[Any]:
    return list(side.get(f"{key}_any", [side.get(key)]))


def known_gaps() -> dict[tuple[str, str], str]:
    """(test, sidecar) -> why the reader does not say yet what a person says."""
    with (Path(__file__).resolve().parent / "gaps.csv").open(encoding="utf-8", newline="") as file:
        return {(row["test"], row["repo"]): row["reason"] for row in csv.DictReader(file)}


GAPS = known_gaps()
CARDS = cards()
ALL = pytest.mark.parametrize(("stem", "path"), CARDS, ids=[path for _, path in CARDS])
TEXT = [(s, p) for s, p in CARDS if expected(s)["card_status"] == "ok"]
READ = pytest.mark.parametrize(("stem", "path"), TEXT, ids=[path for _, path in TEXT])


@pytest.fixture(autouse=True)
def _gap(request: pytest.FixtureRequest) -> None:
    """A known gap must fail: when the reader closes it, its line in gaps.csv has to go."""
    params = getattr(getattr(request.node, "callspec", None), "params", {})
    name = request.node.originalname.removeprefix("test_")
    if reason := GAPS.get((name, params.get("stem", ""))):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=AssertionError))


def test_every_known_gap_names_a_test_and_a_sidecar() -> None:
    assert {stem for _, stem in GAPS} <= {stem for stem, _ in CARDS}
    assert {f"test_{name}" for name, _ in GAPS} <= set(globals())


@ALL
def test_a_card_s_status_is_the_expected_one(stem: str, path: str) -> None:
    assert reading(path).card.card_status == expected(stem)["card_status"]


@READ
def test_a_card_as_a_whole_is_what_a_person_says_it_is(stem: str, path: str) -> None:
    side, card = expected(stem), reading(path).card
    assert card.license in acceptable(side, "license")
    assert card.card_generator in acceptable(side, "card_generator")
    for key in ("card_generator_version", "card_title", "about", "about_model"):
        if key in side:
            assert getattr(card, key) == side[key], key


@READ
def test_parents_data_sets_and_languages_are_the_stated_ones(stem: str, path: str) -> None:
    side = expected(stem)
    parents = records(path, "model_relations")
    in_front = {r["base_model_id"] for r in parents if r["source"] == "front_matter"}
    assert in_front == set(side["base_models"])
    assert set(side.get("base_models_in_text", [])) <= {r["base_model_id"] for r in parents}
    sets = {r["dataset_id"] for r in records(path, "model_datasets") if r["source"] == "front_matter"}
    assert sets == set(side["datasets"])
    if "languages" in side:
        assert {r["language"] for r in records(path, "model_languages")} == set(side["languages"])


@READ
def test_settings_are_the_stated_ones_and_no_others(stem: str, path: str) -> None:
    side = expected(stem)
    rows = [r for r in records(path, "hyperparameters") if not r["is_part"]]
    compare(side["hyperparameters"], rows, ("raw_name", "value_text", "about", "about_model"))
    numbers = {r["raw_name"]: r["value_number"] for r in rows}
    for name, value in side.get("hyperparameter_values", {}).items():
        assert numbers[name] == value
    if "n_runs" in side:
        assert len({r["run"] for r in rows}) == side["n_runs"]


TABLES = {"table", "html"}


@READ
def test_results_in_lists_and_the_model_index_are_the_stated_ones(stem: str, path: str) -> None:
    side = [r for r in expected(stem)["eval_metrics"] if not TABLES & set(r.get("source_any", [r.get("source")]))]
    rows = [r for r in records(path, "eval_metrics") if r["source"] not in TABLES]
    compare(side, rows, ("raw_name", "value_text", "source", "about", "about_model"))


@READ
def test_results_in_tables_are_those_of_this_model(stem: str, path: str) -> None:
    side = [r for r in expected(stem)["eval_metrics"] if TABLES & set(r.get("source_any", [r.get("source")]))]
    rows = [r for r in records(path, "eval_metrics") if r["source"] in TABLES]
    compare(side, rows, ("raw_name", "value_text", "source", "about", "about_model"))


@READ
def test_a_result_s_number_is_the_one_its_text_states(stem: str, path: str) -> None:
    values = {r["raw_name"]: r["value"] for r in records(path, "eval_metrics")}
    wanted = expected(stem).get("eval_values", {})
    assert {k: values.get(k) for k in wanted} == wanted
    assert set(wanted) <= set(values)


@READ
def test_a_training_log_has_its_rows_and_its_last_cells(stem: str, path: str) -> None:
    log, rows = expected(stem)["training_log"], records(path, "training_steps")
    positions: dict[int, set[int]] = {}
    for row in rows:
        positions.setdefault(row["log"], set()).add(row["position"])
    assert [len(positions[k]) for k in sorted(positions)] == log.get("n_rows", [])
    if not log["n_logs"]:
        return
    assert {r["about"] for r in rows} == {log.get("about", "own")}
    last = [r for r in rows if r["log"] == 0 and r["position"] == log["n_rows"][0] - 1]
    assert last_cells(last, log["last_row"]) == log["last_row"]
    by_metric = {r["metric"]: r["value_text"] for r in last}
    assert {k: by_metric.get(k) for k in log.get("last_row_by_metric", {})} == log.get("last_row_by_metric", {})


def last_cells(rows: Sequence[Mapping[str, Any]], cells: Mapping[str, str]) -> dict[str, str | None]:
    """The cells read under the expected headers; of a step or an epoch the expected text where the number agrees."""
    read: dict[str, str | None] = {str(r["raw_name"]): r["value_text"] for r in rows}
    for header, text in cells.items():
        counter = {"step": "step", "epoch": "epoch", "epochs": "epoch"}.get(header.casefold())
        if counter and header not in read:
            read[header] = text if rows and rows[0][counter] == float(text) else str(rows and rows[0][counter])
        if text == "-":
            read.setdefault(header, "-")
    return {header: read.get(header) for header in cells}


@READ
def test_versions_are_the_stated_ones_and_no_others(stem: str, path: str) -> None:
    rows = [{**r, "value_text": r["version"]} for r in records(path, "framework_versions")]
    side = [{**r, "value_text": r["version"]} for r in expected(stem)["framework_versions"]]
    compare(side, rows, ("raw_name", "value_text", "about", "about_model"))


@READ
def test_offered_files_are_counted_and_described(stem: str, path: str) -> None:
    side, rows = expected(stem), records(path, "quantized_files")
    assert len(rows) == side["quantized_files"]
    for key, at in (("first_quantized_file", 0), ("last_quantized_file", -1)):
        if key in side:
            assert {k: rows[at][k] for k in side[key]} == side[key]


@READ
def test_evidence_of_the_training_method_tells_the_method(stem: str, path: str) -> None:
    told = {r["method"] for r in records(path, "training_methods")}
    if expected(stem).get("training_method") is None and "training_method_any" not in expected(stem):
        assert not told
    else:
        assert told & set(acceptable(expected(stem), "training_method"))


@READ
def test_what_was_repaired_or_could_not_be_read_is_a_finding(stem: str, path: str) -> None:
    codes = {r["code"] for r in records(path, "findings")}
    assert set(expected(stem)["findings"]) <= codes


@ALL
def test_no_printed_token_leaves_the_reader(stem: str, path: str) -> None:
    one = reading(path)
    assert not TOKEN.search(repr((one.card, dict(one.tables))))
