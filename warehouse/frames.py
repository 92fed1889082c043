"""Answers as data frames: Arrow, pandas, Polars.

    from warehouse import ask_arrow, ask_pandas, ask_polars, open_warehouse

    con = open_warehouse("data/demo")
    runs = ask_pandas(con, "dpo_learning_rate_vs_reward_margin", {"method": "kto"})

Promises: the columns are those of the answer's header, with the types of the warehouse; pandas and Polars are asked for
only where they are used, and neither is needed to install cardhouse.

What must not move in: SQL, an answer's rows as Python values (`warehouse.answers`).
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa

from warehouse.answers import answer_named, query
from warehouse.database import Session, WarehouseError, run_query_arrow

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl


Parameters: TypeAlias = Mapping[str, object] | None


class NotInstalled(WarehouseError):
    """The library of the data frame that was asked for is not installed."""


def ask_arrow(con: Session, name: str, parameters: Parameters = None) -> pa.Table:
    """One answer as an Arrow table, its parameters set by name (`{"method": "kto"}`) or at their defaults.

    Counts are 64-bit integers, settings and results doubles in which NaN is a stated `nan` and NULL is nothing stated.
    Raises NoSuchAnswer, BadParameter, QueryFailed.
    """
    given = {parameter: str(value) for parameter, value in (parameters or {}).items()}
    return _of_plain_integers(run_query_arrow(con, *query(answer_named(name), given)))


def ask_pandas(con: Session, name: str, parameters: Parameters = None) -> pd.DataFrame:
    """The same as a pandas data frame, of Arrow's types: a NULL stays apart from a NaN. Raises NotInstalled too."""
    pandas = _library("pandas")
    return ask_arrow(con, name, parameters).to_pandas(types_mapper=pandas.ArrowDtype)


def ask_polars(con: Session, name: str, parameters: Parameters = None) -> pl.DataFrame:
    """The same as a Polars data frame. Raises NotInstalled too."""
    frame: pl.DataFrame = _library("polars").from_arrow(ask_arrow(con, name, parameters))
    return frame


def _of_plain_integers(table: pa.Table) -> pa.Table:
    """The table with 64-bit integers where DuckDB sums into 128-bit ones, which come as decimals."""
    for number, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type) and field.type.scale == 0:
            table = table.set_column(number, field.name, table.column(number).cast(pa.int64()))
    return table


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise NotInstalled(f"{name} is not installed: pip install {name}, or ask for Arrow with ask_arrow") from None
