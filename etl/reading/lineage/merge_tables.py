"""The models of merges that a card lays out in tables, as people who merge checkpoints of pictures do: `Model: A | Model: B | Merge Name`.

Each row is a merge, and its name may stand in a row below as what was merged further. Whose parents the models are,
`relations` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards import TableBlock
from etl.cards.sieve import Words
from etl.reading.context import Context
from etl.reading.words.mentions import mentions

_NAMES_MERGES = Words("Merge Name", "Merge name", "merge name", "Merged Name", "Merged name")
_MERGE_NAME = re.compile(r"merged? name", re.I)
_MODELS = re.compile(r"(?:(?:primary|secondary|tertiary) )?model(?::? ?[a-c])?|lora", re.I)


def tabled_models(context: Context) -> Iterator[tuple[str, int]]:
    """(repo id, line) of each model that tables of merges link; not of what another of their rows made."""
    if not context.card.says(_NAMES_MERGES):
        return
    tables = []
    made: set[str] = set()
    for _, block in context.card.of(TableBlock):
        heads = block.header.words if block.header else ()
        named = [i for i, head in enumerate(heads) if _MERGE_NAME.fullmatch(head)]
        models = [i for i, head in enumerate(heads) if _MODELS.fullmatch(head)]
        if len(named) == 1 and models:
            tables.append((block, models))
            made.update(row.words[named[0]].casefold() for row in block.rows if named[0] < len(row.words))
    for block, models in tables:
        for row in block.rows:
            for i in models:
                if i < len(row.cells) and "/" in row.cells[i] and row.words[i].casefold() not in made:
                    yield from ((m.repo, row.line) for m in mentions(row.cells[i]) if m.is_link)
