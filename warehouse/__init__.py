"""What is kept and served: the tables' declaration, the lake of Parquet files, the DuckDB file, its answers.

    from warehouse import ask, ask_arrow, ask_pandas, ask_polars, open_warehouse

`open_warehouse` opens a safe session; the others ask one of the answers that `warehouse.answers.answers()` lists, as
Python values or as an Arrow, pandas or Polars table. Nothing here imports `etl`: a warehouse can be opened, queried and
released where no crawler is installed.
"""

from warehouse.answers import ask
from warehouse.database import open_warehouse
from warehouse.frames import ask_arrow, ask_pandas, ask_polars

__all__ = ["ask", "ask_arrow", "ask_pandas", "ask_polars", "open_warehouse"]
