"""What stands in a warehouse: its tables and views with their comments, for `cardhouse tables [NAME]`.

Promises: says what the database says of itself, so it is right for any build that is opened, older ones included.

What must not move in: a table's or a column's meaning (`warehouse.schema`, the headers of `sql/`).
"""

from __future__ import annotations

import difflib

from warehouse.database import Result, Session, WarehouseError, run_query

_TABLES = """
SELECT t.schema_name AS schema, t.table_name AS name, 'table' AS kind, t.estimated_size AS n_rows, t.comment
FROM duckdb_tables() AS t
WHERE t.database_name = current_database() AND NOT t.internal
UNION ALL
SELECT v.schema_name, v.view_name, 'view', NULL, v.comment
FROM duckdb_views() AS v
WHERE v.database_name = current_database() AND NOT v.internal
ORDER BY schema <> 'main', schema, kind, name
"""

_COLUMNS = """
SELECT c.column_name AS name, c.data_type AS type, c.comment AS meaning
FROM duckdb_columns() AS c
WHERE c.database_name = current_database() AND c.schema_name = ? AND c.table_name = ?
ORDER BY c.column_index
"""


class NoSuchTable(WarehouseError):
    """There is no table or view of this name."""


def tables(con: Session) -> Result:
    """Every table and view: schema, name, kind, rows (NULL for a view) and comment; main first."""
    return run_query(con, _TABLES)


def columns(con: Session, name: str) -> Result:
    """The columns of one table or view, `name` or `schema.name`: name, type, meaning. Raises NoSuchTable."""
    schema, _, bare = name.rpartition(".")
    found = run_query(con, _COLUMNS, [schema or "main", bare])
    if found.rows:
        return found
    known = [f"{r['name']}" if r["schema"] == "main" else f"{r['schema']}.{r['name']}" for r in tables(con).records()]
    close = difflib.get_close_matches(name, known, n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else "; 'cardhouse tables' lists them"
    raise NoSuchTable(f"there is no table or view {name!r}{hint}")
