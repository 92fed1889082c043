"""What a report says of each answer: its rows, what they rest on, its picture.

Promises: a chapter that rests on too few data says so with the reason; it tells how many rows there are beside those it
shows; every value of a card in it is one printable line.

What must not move in: HTML and Markdown (`warehouse.report_page`), files (`warehouse.report`).
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from warehouse.answers import answers, ask
from warehouse.charts.drawing import svg
from warehouse.charts.files import charts
from warehouse.charts.of_answers import picture_of_rows
from warehouse.charts.parts import NARROW
from warehouse.charts.pictures import Picture
from warehouse.charts.words import FRAME, Record, frame_word
from warehouse.database import Session
from warehouse.formats import plain
from warehouse.plain_text import cut
from warehouse.sql_files import SqlFile

MOST_ROWS = 30
WIDEST_CELL = 70


class Verdict(StrEnum):
    """What an answer's rows amount to; the words are those of the page's style sheet."""

    ANSWERED = "answered"
    PARTLY = "partly"
    REFUSED = "refused"
    LISTED = "listed"
    EMPTY = "empty"

    @property
    def words(self) -> str:
        """What a reader is told."""
        return _WORDS[self]


_WORDS = {
    Verdict.ANSWERED: "enough data",
    Verdict.PARTLY: "partly enough",
    Verdict.REFUSED: "too few data",
    Verdict.LISTED: "a list",
    Verdict.EMPTY: "no rows",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value, as it is shown."""

    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Drawn:
    """One rendering of a picture."""

    svg: str
    width: int
    height: int

    @property
    def address(self) -> str:
        """The picture itself as an address: what an img shows can neither run scripts nor fetch anything."""
        return f"data:image/svg+xml;base64,{base64.b64encode(self.svg.encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One answer in the report."""

    answer: SqlFile
    n_rows: int
    columns: tuple[tuple[str, str], ...]  # those of the table: without a frame that all rows share
    rows: tuple[tuple[Cell, ...], ...]
    verdict: Verdict
    why: str
    frame: tuple[tuple[str, int], ...]
    alt: str = ""
    wide: Drawn | None = None
    narrow: Drawn | None = None

    @property
    def rests_on(self) -> str:
        """The verdict with its reason, in a line."""
        return f"{self.verdict.words}: {self.why}" if self.why else self.verdict.words

    @property
    def search(self) -> str:
        """What the page's search looks through."""
        a = self.answer
        columns = " ".join(f"{name} {meaning}" for name, meaning in a.columns)
        return " ".join([a.name, a.question, a.theme, a.caveats, columns, self.verdict.words]).lower()


def chapters(con: Session) -> Iterator[Chapter]:
    """Every answer's chapter, by theme and name."""
    return (chapter(con, answer) for answer in answers())


def chapter(con: Session, answer: SqlFile, *, for_phones: bool = True) -> Chapter:
    """One answer's chapter, from its rows as they are now; `for_phones`: with a narrow rendering of its picture too."""
    records = ask(con, answer.name).records()
    picture = picture_of_rows(con, answer.name, records, {}) if answer.name in charts() else None
    verdict, why = _verdict(records, picture)
    frame = _frame(records)
    columns = tuple(c for c in answer.columns if not (frame and c[0].startswith(FRAME)))
    return Chapter(
        answer=answer,
        n_rows=len(records),
        columns=columns,
        rows=tuple(tuple(_cell(r[name]) for name, _ in columns) for r in records[:MOST_ROWS]),
        verdict=verdict,
        why=why,
        frame=frame,
        alt=_alt(picture) if picture else "",
        wide=_drawn(svg(picture)) if picture else None,
        narrow=_drawn(svg(picture, NARROW)) if picture and for_phones else None,
    )


def _verdict(rows: Sequence[Record], picture: Picture | None) -> tuple[Verdict, str]:
    if not rows:
        return Verdict.EMPTY, "nothing in this warehouse answers it"
    if picture is not None and picture.chart.judged_by is not None and picture.is_refused:
        return Verdict.REFUSED, cut(picture.lines[0].text, 300)
    if "enough_data" not in rows[0]:
        return Verdict.LISTED, ""
    thin = [r for r in rows if r["enough_data"] is not True]
    if not thin:
        return Verdict.ANSWERED, ""
    reason = cut(str(Counter(str(r["reason"]) for r in thin).most_common(1)[0][0]), 200)
    if len(thin) == len(rows):
        return Verdict.REFUSED, reason
    return Verdict.PARTLY, f"{len(thin):,} of {len(rows):,} rows have too few: mostly {reason}"


def _frame(rows: Sequence[Record]) -> tuple[tuple[str, int], ...]:
    """From all repos to those used, where all rows say the same."""
    names = [name for name in rows[0] if name.startswith(FRAME)] if rows else []
    said = {tuple(r[name] for name in names) for r in rows}
    if len(said) != 1:
        return ()
    return tuple((frame_word(n), int(v)) for n, v in zip(names, said.pop(), strict=True) if v is not None)


def _cell(value: Any) -> Cell:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, float) and value == value and not value.is_integer():
        return Cell(f"{value:.6g}", is_number)
    return Cell(cut(str(plain(value)), WIDEST_CELL), is_number)


def _alt(picture: Picture) -> str:
    """What a reader who sees no pictures is told."""
    return cut(". ".join([picture.chart.title, *(line.text for line in picture.lines)]), 600)


def _drawn(text: str) -> Drawn:
    found = re.search(r'width="(\d+)[^"]*" height="(\d+)', text)
    assert found is not None
    return Drawn(text, int(found[1]), int(found[2]))
