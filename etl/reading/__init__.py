"""Card -> rows: what a card states, in the author's words and the author's numbers, from which line, about whom.

`reading` goes through one card step by step; beside it stands one module for each table, over packages of which each
knows only those before it:

- `words`     what a text says of models, methods, metrics, tables
- `subjects`  whom what stands where is about: this model, or one whose card is reprinted
- `models`    the names of models, and which row, label or section is this one's
- `lineage`   by what parents are named
- `logs`      which tables are training logs
- `settings`  the shapes of settings, and where they are a training's
- `results`   the tables, lists, lines and sentences of results

Vocabularies are data. Pure: no file, no network, no clock. Opinions (which run is a DPO run, which printing is a copy)
live in `sql/`, not here.
"""

from etl.reading.reading import Reading, collector_paused, read_card

__all__ = ["Reading", "collector_paused", "read_card"]
