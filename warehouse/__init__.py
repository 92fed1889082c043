"""What is kept and served: the tables' declaration, the lake of Parquet files, the DuckDB file, its answers.

Nothing here imports `etl`: a warehouse can be opened, queried and released where no crawler is installed.
"""

from warehouse.database import open_warehouse

__all__ = ["open_warehouse"]
