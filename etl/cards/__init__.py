"""Bytes -> Card: repair, front matter, blocks with line numbers. Knows Markdown and YAML, not machine learning.

Pure: no file, no network, no clock. Any bytes give a `Card`; what was repaired or given up is a `Note` in it.

What must not move in: names of settings or metrics, whom a fact is about, tables of the warehouse.
"""

from etl.cards.card import Card, parse_card
from etl.cards.structure import (
    Block,
    Comment,
    Fence,
    Item,
    ListBlock,
    Note,
    Paragraph,
    Row,
    Section,
    TableBlock,
    items_of,
)

__all__ = [
    "Block",
    "Card",
    "Comment",
    "Fence",
    "Item",
    "ListBlock",
    "Note",
    "Paragraph",
    "Row",
    "Section",
    "TableBlock",
    "items_of",
    "parse_card",
]
