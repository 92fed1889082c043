"""Several settings under one name: `LoRA r / α / dropout | 16 / 32 / 0.05`. Each is a part of that statement.

What must not move in: one setting with several values (`setting_tables` has a run for each), several pairs in a line
(`terse_settings`, `hyperparameters`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.reading.settings.setting_names import by_value
from etl.reading.settings.terse_settings import OF_LORA
from etl.reading.vocabularies import SETTINGS

_BETWEEN = re.compile(r"\s*[/&]\s*")
_LORA = re.compile(r"\bq?lora\b", re.I)
LONGEST_NAME, LONGEST_VALUE = 80, 120


def may_join(name: str) -> bool:
    """Whether a name has a sign that stands between joined names: most have none."""
    return "/" in name or "&" in name


def joined_names(name: str) -> tuple[str, ...]:
    """The canonical names of the settings that one name joins, all of them known; none where it is one setting's name."""
    if len(name) > LONGEST_NAME or not may_join(name) or (SETTINGS.knows(name) and " / " not in name):
        return ()
    of_lora = bool(_LORA.search(name))
    found = [_canonical(part, of_lora) for part in _BETWEEN.split(name)]
    names = tuple(each for each in found if each)
    return names if len(set(names)) == len(found) > 1 else ()


def joined_parts(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Canonical name and text of each setting, where as many values stand behind as names before."""
    names = joined_names(name)
    texts = _BETWEEN.split(value) if names and len(value) <= LONGEST_VALUE else []
    if len(texts) == len(names) and all(texts):
        yield from ((by_value(part, text), text) for part, text in zip(names, texts, strict=True))


def _canonical(part: str, of_lora: bool) -> str | None:
    """What a word of a joined name sets: LoRA's words where the name says LoRA, else what the vocabulary knows."""
    found = OF_LORA.get(part.strip().lower()) if of_lora else None
    return found or (SETTINGS.canonical(part) if SETTINGS.knows(part) else None)
