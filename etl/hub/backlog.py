"""What earlier runs listed and nobody has looked at yet: what a spent budget or an interruption left over.

Derived from raw: a repo whose row as last stored names a commit that no look has settled.

What must not move in: the network.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator
from datetime import datetime
from functools import partial

import pyarrow as pa

from etl.hub.comparing import Need, compare
from etl.hub.known import Known
from etl.hub.rows import ListedRepo, read_row
from warehouse.lake import Lake
from warehouse.parquet_files import opened
from warehouse.schema import LISTINGS

_OPEN = frozenset((Need.FETCH, Need.NO_CARD, Need.SAME_CARD))


def read_backlog(
    lake: Lake, source: str, known: Known, at: datetime, *, only: Container[str] | None = None
) -> Iterator[ListedRepo]:
    """Every repo of a source (of `only` these) that still needs a look, by its row as last stored.

    Rows are read only from row groups that hold such a repo: one at a time.
    """
    seen: set[str] = set()
    for path in reversed(lake.raw_files(LISTINGS)):
        with opened(path) as file:
            for i in reversed(range(file.num_row_groups)):
                read = partial(file.read_row_group, i)
                yield from _open_in(read, source, known, at, only, seen)


def _open_in(
    read: Callable[..., pa.Table],
    source: str,
    known: Known,
    at: datetime,
    only: Container[str] | None,
    seen: set[str],
) -> Iterator[ListedRepo]:
    narrow = read(columns=["model_id", "revision", "source"])
    listed = list(enumerate(zip(*(column.to_pylist() for column in narrow.columns), strict=True)))
    rows: list[str] | None = None
    for i, (model_id, revision, by) in reversed(listed):
        if by != source or model_id in seen:
            continue
        seen.add(model_id)
        if (only is not None and model_id not in only) or _is_settled(known, model_id, revision):
            continue
        rows = rows if rows is not None else read(columns=["row"]).column(0).to_pylist()
        repo = read_row(json.loads(rows[i]), rows[i])
        if isinstance(repo, ListedRepo) and compare(repo, known, at).need in _OPEN:
            yield repo


def _is_settled(known: Known, model_id: str, revision: str | None) -> bool:
    """Whether that commit, or the disappearance of the repo, is known already: the row need not be read."""
    look = known.looks.get(model_id)
    return look is not None and (look.status == "gone" or (look.is_at(revision) and not look.has_failed))
