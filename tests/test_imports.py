"""The import law: which module may import what (DESIGN, section 3). One careless import breaks it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted(p for folder in ("etl", "warehouse") for p in (ROOT / folder).rglob("*.py"))

DOORS = {
    "dagster": ("etl/definitions.py",),
    "huggingface_hub": ("etl/hub/",),
    "httpx2": ("etl/hub/",),
    "yaml": ("etl/cards/",),
    "markdown_it": ("etl/cards/",),
    "duckdb": ("warehouse/database.py",),
    "altair": ("warehouse/charts/",),
    "vl_convert": ("warehouse/charts/drawing.py",),
    "jinja2": ("warehouse/report_page.py",),
}
"""A library, and the only places where it may be imported."""

PURE = ("etl/cards/", "etl/reading/")
IMPURE = {
    "asyncio", "concurrent", "dagster", "datetime", "duckdb", "glob", "httpx", "httpx2", "huggingface_hub", "logging",
    "multiprocessing", "os", "pathlib", "random", "requests", "secrets", "shutil", "socket", "subprocess", "sys",
    "tempfile", "threading", "time", "tqdm", "urllib", "warehouse.building", "warehouse.database", "warehouse.lake",
    "warnings",
}  # fmt: skip
"""What a pure module has no use for: files, the network, the clock, chance, the process around it.

`importlib.resources` is not among them: vocabularies are loaded once, at import.
"""
DATES_ARE_VALUES = {"datetime.datetime", "datetime.date", "datetime.timedelta", "datetime.UTC"}
"""Types of values that a card may state; the clock behind them (now, today, utcnow) stays forbidden."""

READING = ("words", "subjects", "models", "lineage", "logs", "settings", "results")
"""The reader's packages, each of which knows those before it; the modules beside them, one for each table, know all."""
BELOW_ALL = {"context", "front_matter", "values", "vocabularies"}
"""What every package of the reader may know."""


@cache
def parsed(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"))


def imports_of(module: Path) -> Iterator[str]:
    """Every imported name, dotted: `from a.b import c` is a.b.c, wherever in the module it stands."""
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def place(module: Path) -> str:
    return module.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("library", DOORS)
def test_each_library_has_one_door(library: str) -> None:
    strangers = [
        place(m)
        for m in MODULES
        if not place(m).startswith(DOORS[library]) and any(is_below(name, library) for name in imports_of(m))
    ]
    assert strangers == [], f"only {DOORS[library]} may import {library}"


def test_warehouse_never_imports_etl() -> None:
    strangers = [
        (place(m), name)
        for m in MODULES
        if place(m).startswith("warehouse/")
        for name in imports_of(m)
        if is_below(name, "etl")
    ]
    assert strangers == []


def test_cards_and_reading_are_pure() -> None:
    strangers = [
        (place(m), name)
        for m in MODULES
        if place(m).startswith(PURE)
        for name in imports_of(m)
        if name not in DATES_ARE_VALUES and any(is_below(name, impure) for impure in IMPURE)
    ]
    assert strangers == []


def test_no_pure_module_opens_a_file_or_asks_the_clock() -> None:
    forbidden = {"open", "print", "input", "now", "today", "utcnow", "read_text", "write_text"}
    strangers = [
        (place(m), node.lineno, called)
        for m in MODULES
        if place(m).startswith(PURE)
        for node in ast.walk(parsed(m))
        if isinstance(node, ast.Call) and (called := name_called(node)) in forbidden and not is_vocabulary(node)
    ]
    assert strangers == [], "a pure module reads its vocabularies through importlib.resources, and nothing else"


def test_cards_know_nothing_of_machine_learning() -> None:
    strangers = [
        (place(m), name)
        for m in MODULES
        if place(m).startswith("etl/cards/")
        for name in imports_of(m)
        if is_below(name, "warehouse") or (is_below(name, "etl") and not is_below(name, "etl.cards"))
    ]
    assert strangers == []


@pytest.mark.parametrize("package", READING)
def test_a_package_of_the_reader_knows_only_those_before_it(package: str) -> None:
    known = {*BELOW_ALL, *READING[: READING.index(package) + 1]}
    strangers = [
        (place(m), name)
        for m in MODULES
        if place(m).startswith(f"etl/reading/{package}/")
        for name in imports_of(m)
        if is_below(name, "etl.reading") and name.split(".")[2] not in known
    ]
    assert strangers == []


def test_every_package_of_the_reader_has_its_place_in_that_order() -> None:
    folders = {m.parent.name for m in MODULES if place(m.parent.parent) == "etl/reading"}
    assert folders == set(READING)


def test_only_the_lake_writes_parquet() -> None:
    strangers = [
        (place(m), node.lineno)
        for m in MODULES
        if place(m) != "warehouse/lake.py"
        for node in ast.walk(parsed(m))
        if isinstance(node, ast.Call)
        and name_called(node) in {"write_table", "write_to_dataset", "ParquetWriter"}
        and not is_lake_method(node)
    ]
    assert strangers == []


def test_every_module_says_what_it_promises() -> None:
    silent = [place(m) for m in MODULES if not ast.get_docstring(parsed(m))]
    assert silent == []


def name_called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_vocabulary(node: ast.Call) -> bool:
    """Whether the call reads a file of the package: `resources.files(...).joinpath(...).read_text(...)`."""
    return any(isinstance(n, ast.Call) and name_called(n) == "files" for n in ast.walk(node.func))


def is_lake_method(node: ast.Call) -> bool:
    """Whether it is `lake.write_table(...)`, which is the lake's own method, not pyarrow's function."""
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"lake", "self"}
    )
