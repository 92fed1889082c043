"""What heads a row or a column of a comparison: as it is written, in a reader's words, and taken apart.

Whether it is this model is judged in `this_model`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.cards.inline import links, plain
from etl.cards.remembered import remembered
from etl.reading.models.model_names import Name, name
from etl.reading.words.mentions import hub_id

BRACKETS = re.compile(r"\([^()]{0,80}\)")
_SIZES = re.compile(r"\((?:\d[\dx.]{0,6}[BM]|[/,+ ]){1,6}\)", re.I)
_REPO_ID = re.compile(r"[\w-][\w.-]{0,95}/[\w.-]{2,96}(?=$| \()")
_ARCHITECTURES = frozenset(("roberta", "electra", "deberta", "albert", "distilbert", "llama", "mistral", "whisper"))


@dataclass(frozen=True, slots=True)
class Label:
    """A label as it is written, in a reader's words, and taken apart."""

    written: str
    words: str
    name: Name

    @property
    def unsized(self) -> Name:
        """The name without a number of parameters in brackets: `Pier mini (12B/52B)`."""
        return name(_SIZES.sub(" ", self.words)) if "(" in self.words else self.name

    @property
    def ids(self) -> frozenset[str]:
        """The repo ids that it links or spells, in lower case."""
        if "/" not in self.written:
            return frozenset()
        linked = {found.casefold() for link in links(self.written) if (found := hub_id(link.target))}
        spelled = _REPO_ID.match(self.words)
        return frozenset(linked | {spelled[0].casefold()} if spelled else linked)


def tells(label: Name) -> bool:
    """Whether an architecture's name is more than one word, or one that is in few names, and has no size."""
    return not label.counts and (len(label.words) > 1 or (len(label.glued) > 4 and label.glued not in _ARCHITECTURES))


@remembered(longest=200, texts=32_768)
def read_label(text: str) -> Label:
    """The label that a cell is."""
    said = plain(text)
    return Label(text, said, name(said))
