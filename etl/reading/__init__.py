"""Card -> rows: what a card states, in the author's words and the author's numbers, from which line, about whom.

One module per table, its vocabulary as data. Pure: no file, no network, no clock. Opinions (which run is a DPO run,
which printing is a copy) live in `sql/`, not here.
"""

from etl.reading.reading import Reading, collector_paused, read_card

__all__ = ["Reading", "collector_paused", "read_card"]
