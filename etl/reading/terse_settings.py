"""Settings in a line of shorthand: `3 epochs, lr 1e-4 cosine, batch 4 × grad-accum 4, bf16`, with a label or none.

Each part is a known name with a number, before it or behind it. What must not move in: where such a line is one of
training (`places`), sentences (`prose`), a single setting (`settings_text`, `unassigned`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from etl.cards.inline import plain
from etl.cards.remembered import remembered
from etl.reading.places import trains
from etl.reading.vocabularies import SETTINGS

_PARTS = re.compile(r",\s|[;|·•()]|\s[×+]\s(?=[A-Za-z])|\s[-–—→]\s|\sand\s(?=[A-Za-z])")
_NUMBER = r"(?P<value>~?\d[\d,]*(?:\.\d+)?(?:[eE][-−]?\d+)?[kK%]?)"
_NAME_FIRST = re.compile(
    rf"(?:(?:QLoRA|LoRA):? )?(?P<name>(?:[A-Za-z][\w-]{{0,20}} ){{0,3}}?[A-Za-zα][\w-]{{0,20}})(?: of| ?[=:≈])? ?{_NUMBER}"
    r"(?: (?:tokens|steps|epochs|examples|%))?(?: (?P<shape>linear|cosine|constant|polynomial))?(?: (?:decay|schedule|annealing|scheduler))?"
)
_NUMBER_FIRST = re.compile(rf"{_NUMBER} (?P<name>[A-Za-z][\w-]{{1,20}}(?: [A-Za-z][\w-]{{1,20}}){{0,2}})")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+")
"""`100.000 steps` are a hundred thousand, or a hundred: nobody knows."""
_LORA = re.compile(r"\bQ?LoRA\b|\bDoRA\b", re.I)
OF_LORA = {"α": "lora_alpha", "dropout": "lora_dropout", "rank": "lora_r", "r": "lora_r", "alpha": "lora_alpha"}
"""What these words mean where a line speaks of LoRA; anywhere else one does not know."""
LONGEST = 300
FEWEST = 2


class Terse(NamedTuple):
    """One setting of such a line: its author's words for it, its value, and its canonical name."""

    words: str
    value: str
    name: str


@remembered(longest=LONGEST, texts=4_096)
def terse_settings(text: str) -> tuple[Terse, ...]:
    """The settings of a line that is mostly such, two of them at least and one of them a training's; else none."""
    if len(text) > LONGEST or not _PARTS.search(text):
        return ()
    text = plain(text).strip()
    of_lora = bool(_LORA.search(text))
    label, _, rest = text.partition(": ")
    is_set = bool(rest) and SETTINGS.knows(label)  # the label is the first setting's name, and no label of the line
    parts = [part for piece in _PARTS.split(rest if rest and not is_set else text) if (part := piece.strip(" .*`"))]
    read = [list(_part(part, of_lora)) for part in parts]
    found = [each for of_part in read for each in of_part]
    known = {each.name for each in found}
    if len(known) < FEWEST or 2 * sum(map(bool, read)) < len(parts) or (is_set and not read[0]):
        return ()
    return tuple(found) if "lora_r" in known or trains(known) else ()


def _part(part: str, of_lora: bool) -> Iterator[Terse]:
    match = _NUMBER_FIRST.fullmatch(part) or _NAME_FIRST.fullmatch(part)
    if match is None:
        return
    words, value = match["name"], match["value"]
    if _GROUPED.fullmatch(value):
        return
    name = OF_LORA.get(words.lower()) if of_lora else None
    if name is None and (SETTINGS.knows(words) or "_" in words):
        name = SETTINGS.canonical(words)
    if name == "lr_scheduler_warmup_steps" and value.endswith("%"):
        name = "lr_scheduler_warmup_ratio"
    if name is None or name == "training_tokens":
        return
    yield Terse(words, value, name)
    if shape := match.groupdict().get("shape"):
        yield Terse("lr scheduler type", shape, "lr_scheduler_type")
