"""Where words and rows go: to stderr for people; to standard output, a file or a pipe in the format asked for.

Promises: a file is whole or absent; a device or a pipe that is named as the file is written to, never replaced.

What must not move in: which rows (`etl.cli`), how a format looks (`warehouse.formats`).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

import pyarrow as pa

from etl.printing import table_text
from warehouse.database import Session, run_query, run_query_arrow
from warehouse.formats import FORMATS, distinct_names
from warehouse.lake import write_parquet, write_text
from warehouse.plain_text import printable


class Failed(Exception):
    """The command cannot go on, and says why in one line."""


PARQUET = "parquet"
ROW_FORMATS = (*FORMATS, PARQUET)


def put_rows(
    con: Session,
    query: str,
    parameters: Sequence[object] = (),
    *,
    form: str = "table",
    output: Path | None = None,
    seconds: float | None = None,
) -> int:
    """Write a query's rows in one of ROW_FORMATS; how many there are. `output`: None is standard output; `seconds`:
    then the query is stopped.

    Raises Failed, QueryFailed.
    """
    if form == PARQUET:
        found = run_query_arrow(con, query, parameters, seconds=seconds)
        _put_parquet(found, output)
        return int(found.num_rows)
    result = run_query(con, query, parameters, seconds=seconds)
    if form == "table":
        text = table_text(result.columns, result.rows, terminal_width() if output is None else None)
    else:
        text = FORMATS[form](result.columns, result.rows)
    _put_text(text, output)
    return len(result.rows)


def say(line: str) -> None:
    """One line for people, on stderr."""
    _write_on(sys.stderr, f"cardhouse: {printable(' '.join(line.split()))}\n")


def tell(text: str) -> None:
    """What a command has done, on standard output. Its work goes on where nobody listens any more."""
    _write_on(sys.stdout, text)


def _write_on(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
    except OSError:  # a closed pipe, a full disk behind a log
        let_go_of(stream)


def let_go_of(stream: TextIO) -> None:
    """Where a stream takes no more, send the rest nowhere: else the interpreter fails over it at its end."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def terminal_width() -> int | None:
    """Columns of the terminal that standard output is; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _put_text(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
    elif _is_device(output):
        output.write_text(text, encoding="utf-8")
    else:
        write_text(output, text)


def _put_parquet(found: pa.Table, output: Path | None) -> None:
    rows = found.rename_columns(distinct_names(found.column_names))
    if output is not None and not _is_device(output):
        _write_parquet(output, rows)
        return
    if output is None and sys.stdout.isatty():
        raise Failed("Parquet is not for terminals: name a file with -o, or pipe it")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        _write_parquet(file, rows)
        with open(file, "rb") as stream, open(output or sys.stdout.fileno(), "wb", closefd=output is not None) as out:
            shutil.copyfileobj(stream, out)


def _write_parquet(file: Path, rows: pa.Table) -> None:
    try:
        write_parquet(file, rows)
    except pa.ArrowNotImplementedError as error:  # an INTERVAL, say
        raise Failed(
            f"Parquet cannot hold these columns, cast them to VARCHAR: {' '.join(str(error).split())}"
        ) from None


def _is_device(output: Path) -> bool:
    """Whether the path is there and no plain file (/dev/stdout, a named pipe): a rename would replace it."""
    return output.exists() and not output.is_file()
