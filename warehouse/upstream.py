"""From which tables an answer comes: down the `Reads` of the views, then through the statements that fill the tables.

Promises: read from the headers (a test holds these to the SQL) and from the statements themselves, so that it cannot
drift from what a build does.

What must not move in: an asset (`etl.definitions`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from warehouse.build_sql import fill_tables
from warehouse.sql_files import sql_files

_FILLS = re.compile(r"^(?:INSERT INTO main\.|CREATE TEMP TABLE )([a-z_]+)")
_READS = re.compile(r"\b(?:FROM|JOIN)\s+(?:main\.)?([a-z_]+)\b(?!\s*\()", re.IGNORECASE)
_READ, _RAW = "read_", "raw_"
"""What a build puts before the names of the lake's tables and of raw files."""


def tables_behind(answer: str) -> frozenset[str]:
    """The lake's tables that an answer is made of, through views and tables of the warehouse."""
    return frozenset(name for name in _sources(answer) if not name.startswith(_RAW))


@cache
def _sources(name: str) -> frozenset[str]:
    if name.startswith((_READ, _RAW)):
        return frozenset({name.removeprefix(_READ)})
    return frozenset().union(*(_sources(read) for read in _graph().get(name, ()) if read != name))


@cache
def _graph() -> Mapping[str, frozenset[str]]:
    """What each view and each table of a build reads."""
    graph = {f.name: frozenset(f.reads) for kind in ("base", "answers") for f in sql_files(kind)}
    for statement in fill_tables():
        filled = _FILLS.match(statement)
        if filled:
            read = _READS.findall(re.sub(r"--.*", "", statement))
            graph[filled[1]] = graph.get(filled[1], frozenset()) | frozenset(read)
    return graph
