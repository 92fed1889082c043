"""Blocks where settings stand of which none is taken: tried values, a teacher's, advice, other models'. They are told.

What must not move in: why a setting is not this training's (`places`, `usage`, `setting_tables`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from etl.cards import Block, Fence, ListBlock, Section, TableBlock
from etl.cards.inline import plain
from etl.reading.context import Context
from etl.reading.logs.log_columns import is_log
from etl.reading.settings.places import Place, Statement, place_of
from etl.reading.vocabularies import SETTINGS
from warehouse.schema import Source

MAX_NAME = 40
"""What is longer before a colon is a sentence."""
FEWEST_NAMES = 2
"""So many settings are named by a block that lists settings: one name alone stands in many a sentence."""


def tell_not_taken(context: Context, section: Section, block: Block, stated: Sequence[Statement]) -> None:
    """A finding `settings_not_taken` for a block that states settings of which none is this training's.

    `stated`: what was read there before it was found to be another's. Where that is nothing, the block's own names tell,
    if it stands where settings stand.
    """
    names = [s.name for s in stated]
    if not names and place_of(section, block) >= Place.SETTINGS:
        names = [name for name in _names(section, block) if len(name) <= MAX_NAME and _is_known(name)]
    if len(set(names)) >= FEWEST_NAMES:
        source, line = _SOURCES.get(type(block), Source.PROSE), stated[0].line if stated else block.line
        context.note("settings_not_taken", source, line, section.title, ", ".join(dict.fromkeys(names)))


_SOURCES: dict[type[Block], Source] = {ListBlock: Source.LIST, TableBlock: Source.TABLE, Fence: Source.CONFIG_BLOCK}


def _is_known(name: str) -> bool:
    """Whether a name is a known setting's, or of several values of one: `learning rates`."""
    return SETTINGS.knows(name) or SETTINGS.knows(name.removesuffix("s"))


def _names(section: Section, block: Block) -> Iterator[str]:
    """What stands where names of settings stand: before a colon or `=`, in a table's first column or in its header."""
    if isinstance(block, ListBlock):
        yield from (_before_sign(plain(item.text[:200])) for item in block.items)
    elif isinstance(block, TableBlock) and not is_log(section, block):
        yield from (row.words[0] for row in block.rows if row.cells)
        yield from block.header.words if block.header else ()
    elif isinstance(block, Fence):
        yield from (_before_sign(line) for line in block.lines)


def _before_sign(text: str) -> str:
    return text.partition(":")[0].partition("=")[0].strip(" \"'`*-,{")
