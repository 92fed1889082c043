"""Which training run of a card a statement belongs to.

A run begins at a place for training whose settings differ from the run before; a repeat with equal settings is the
same run, and so is a place of another kind (a configuration block beside the Trainer's list tells of one run, its
conflicts stay visible). The columns of a table of settings are runs, and so are sections of sentences, each headed by a
training of its own: `Pre-training`, `Fine-tuning`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter

from etl.cards.remembered import remembered
from etl.reading import values
from etl.reading.context import Runs
from etl.reading.settings.places import Statement, trains
from etl.reading.vocabularies import SETTINGS

_SAME_KIND = {"list": "list", "html": "list", "table": "table", "config_block": "config_block", "prose": "prose"}
_QUOTES = str.maketrans("", "", "\"'")
_NOT_SET = frozenset(("", "None", "none", "null", "auto"))
"""Says that a setting was left alone, and contradicts nothing: sentence-transformers lists `per_gpu_train_batch_size:
None` below `per_device_train_batch_size: 16`, and DeepSpeed takes the Trainer's for what is `auto`."""

MAX_RUNS_COMPARED = 50
"""A repeat follows soon upon what it repeats; a table of a thousand trials is not compared a million times."""


def assign_runs(places: Sequence[tuple[str, list[Statement]]]) -> tuple[Runs, list[tuple[Statement, int]]]:
    """The card's runs, and each statement with its run, in the card's order; repeated statements are dropped.

    A place is its heading, where that speaks of training, and what is stated there.
    """
    runs: list[dict[str, dict[str, str]]] = []
    headings: list[str] = []
    assigned: list[tuple[Statement, int]] = []
    begins: list[tuple[int, int]] = []
    seen: set[tuple[int, str, str, str]] = set()
    for heading, statements in places:
        for _, column in groupby(sorted(statements, key=attrgetter("column")), key=attrgetter("column")):
            group = list(column)
            kind = _SAME_KIND.get(group[0].source, "list")
            run = _told(runs, headings, heading, group) if kind == "prose" else _matching(runs, kind, group)
            if run is None:
                runs.append({})
                headings.append("")
                run = len(runs) - 1
            headings[run] = headings[run] or (heading if kind == "prose" else "")
            _remember(runs[run], kind, group)
            begins.append((group[0].line, run))
            for s in group:
                mark = (run, s.canonical, "" if s.canonical else s.name.casefold(), _folded(s.value))
                if mark not in seen:
                    seen.add(mark)
                    assigned.append((s, run))
    return Runs(len(runs), tuple(sorted(begins))), assigned


@remembered(longest=100, texts=16_384)
def _folded(value: str) -> str:
    """A value without case, quotes and blanks."""
    return "".join(value.casefold().translate(_QUOTES).split())


def _told(
    runs: list[dict[str, dict[str, str]]], headings: list[str], heading: str, group: list[Statement]
) -> int | None:
    """The run of which sentences below a heading tell: its own, else the last; None if they contradict that one's."""
    if not runs:
        return None
    if heading and heading in headings:
        return headings.index(heading)
    told = runs[-1].get("prose", {})
    is_next = heading and headings[-1] and any(_contradicts(told.get(_name(s)), s) for s in group)
    return None if is_next else len(runs) - 1


def _contradicts(known: str | None, statement: Statement) -> bool:
    """Whether a setting of nothing but a training has another number than it had."""
    numbers = (values.number(known), values.number(statement.value))
    return None not in numbers and numbers[0] != numbers[1] and trains((_name(statement),))


def _matching(runs: list[dict[str, dict[str, str]]], kind: str, group: list[Statement]) -> int | None:
    """The run that these settings repeat or add to; None if they begin a new one."""
    if not runs:
        return None
    for i in range(len(runs) - 1, max(len(runs) - 1 - MAX_RUNS_COMPARED, -1), -1):
        if _agrees(runs[i].get(kind, {}), group) and runs[i].get(kind):
            return i
    last = len(runs) - 1
    return last if kind not in runs[last] or _waits_for_fit(runs[last]) else None


def _waits_for_fit(run: dict[str, dict[str, str]]) -> bool:
    """Whether it is one of sentence-transformers' before its fit(): loaders and losses of several objectives, trained at once."""
    names = {name for known in run.values() for name in known}
    return "dataloader" in names and "num_epochs" not in names


def _agrees(known: dict[str, str], group: list[Statement]) -> bool:
    return all(known.get(_name(s), s.value) == s.value for s in group if s.value not in _NOT_SET)


def _remember(run: dict[str, dict[str, str]], kind: str, group: list[Statement]) -> None:
    names = run.setdefault(kind, {})
    variables = {s.name for s in group}
    for s in group:
        if s.value not in _NOT_SET and s.value not in variables:  # `per_device_train_batch_size = batch_size`
            names.setdefault(_name(s), s.value)


def _name(statement: Statement) -> str:
    return statement.canonical or SETTINGS.canonical(statement.name)
