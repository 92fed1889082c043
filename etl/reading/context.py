"""What every reader of a table is handed: the card, its repo, and whom a line of it is about."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter

from etl.cards import Card
from etl.cards.inline import BREAK, bare, plain, unescaped
from warehouse.schema import About, Finding

_SMALL = re.compile(r"</?su[bp]>", re.I)
_MARKS = re.compile(r"\*\*|`|\]\(|<")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom facts are about: own, or reprinted with the original's repo id where the card gives it."""

    about: About = About.OWN
    model: str | None = None


OWN = Subject()


@dataclass(frozen=True, slots=True)
class Part:
    """What stands below the heading on a line, and whom it is about."""

    line: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class Runs:
    """The training runs of a card: how many, and the lines on which each begins."""

    count: int = 0
    begins: tuple[tuple[int, int], ...] = ()

    def at(self, line: int | None) -> int | None:
        """The run that a fact on this line belongs to: the last begun before it, the first if none has begun."""
        if self.count < 2 or line is None:
            return 0 if self.count == 1 else None
        where = bisect_right(self.begins, line, key=itemgetter(0))
        return self.begins[max(where - 1, 0)][1]


@dataclass(slots=True)
class Context:
    """One card being read. `findings` collects what could not be read; everything else stays as it is."""

    card: Card
    model_id: str
    subject: Subject = OWN
    is_restated: bool = False
    """Whether the card is reprinted by a repo of the same weights in another form: no quantizer wrote it."""
    parts: tuple[Part, ...] = ()
    """Where another card is pasted: lines up to the first part are the repo's own words. None: all are about `subject`."""
    runs: Runs = Runs()
    findings: list[Finding] = field(default_factory=list)
    recipe_names: tuple[tuple[str, int], ...] | None = None
    recipes_text: str | None = None
    """What recipes of merging name, and their text: None until `merge_recipes` was asked, as lists of models ask again."""

    def subject_at(self, line: int | None) -> Subject:
        """Whom a fact of training or evaluation on this line is about."""
        if not self.parts or line is None:
            return self.subject
        return next((part.subject for part in reversed(self.parts) if line > part.line), OWN)

    @property
    def own_until(self) -> int:
        """The last line before another card is pasted; 0 where none is set apart."""
        return self.parts[0].line if self.parts else 0

    def note(self, code: str, source: str, line: int | None, place: str, excerpt: str) -> None:
        """Record something that could not be read, or was repaired while reading."""
        self.findings.append(Finding(source=source, line=line, code=code, place=place or None, excerpt=excerpt[:160]))


def written(text: str) -> str:
    """A name as its author wrote it."""
    return unescaped(bare(text))


def heading(text: str) -> str:
    """A table's header cell as its author wrote it, on one line and without emphasis, code marks, links and brackets."""
    text = plain(BREAK.sub(" ", _SMALL.sub("", text))) if _MARKS.search(text) else written(text)
    inner = text[1:-1]
    return inner if text.startswith("[") and text.endswith("]") and "[" not in inner else text
