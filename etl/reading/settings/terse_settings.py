"""Settings in a line of shorthand: `3 epochs, lr 1e-4 cosine, batch 4 × grad-accum 4, bf16`, with a label or none.

Each part is a known name with a number, before it or behind it, an optimizer, a schedule or a precision. What must not
move in: where such a line is one of training (`places`), sentences (`prose`), a single setting (`settings_text`,
`unassigned`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from etl.cards.inline import plain
from etl.cards.remembered import remembered
from etl.reading.settings.places import DRAWN, is_no_setting, trains
from etl.reading.settings.prose_values import WORD_NUMBERS
from etl.reading.settings.setting_values import NUMBERS
from etl.reading.vocabularies import SETTINGS

_PARTS = re.compile(
    r",\s(?!\d?\.\d+[^\w.]*(?:[,;)]|$))|[;|·•()]|\s[×+/]\s(?=[A-Za-z])(?!(?:gate|up|down|[qkvo])(?:_proj)?[/,`])|\s[-–—→]\s|\s(?:and|with|via)\s(?=[A-Za-z\d])"
)
_PICTURE = re.compile(r"^[^\w\s!-~α-ω]{1,4}\s{1,2}(?=\S)")
_WIDE = str.maketrans({"，": ", ", "、": ", ", "；": "; ", "：": ": ", "（": " (", "）": ") "})
_NUMBER = r"(?P<value>~?\d[\d,]*(?:\.\d+)?(?:[eE][-−]?\d+)?[kK%]?)"
_SHAPE = r"(?P<shape>linear|cosine|constant|polynomial)"
_COURSE = r"(?:decay|schedule|annealing|scheduler)"
_NAME_FIRST = re.compile(
    rf"(?:(?:QLoRA|LoRA|DoRA):? )?(?P<name>(?:[A-Za-z][\w-]{{0,30}} ){{0,3}}?[A-Za-zα][\w-]{{0,30}})(?: of| ?[=:≈])? ?{_NUMBER}"
    rf"(?: (?:tokens|steps|epochs|examples|%))?(?: {_SHAPE})?(?: {_COURSE})?(?: on \w[\w-]{{0,12}}(?: [a-z]{{2,12}}){{0,3}})?"
)
_NUMBER_FIRST = re.compile(rf"{_NUMBER} (?P<name>[A-Za-z][\w-]{{1,20}}(?: [A-Za-z][\w-]{{1,20}}){{0,2}})")
_COUNTED = re.compile(rf"(?P<value>\d{{1,2}}[-–]\d{{1,2}}|{WORD_NUMBERS}) (?P<name>epochs?)", re.I)
"""`three epochs`, `2-3 epochs`"""
_GLUED = re.compile(r"(?:(?:QLoRA|LoRA|DoRA):? )?(?P<name>rank|r|alpha|α)[-‑]?(?P<value>\d{1,4})", re.I)
"""`r16` and `alpha-32`, of LoRA."""
_BETAS = re.compile(r"(?P<name>betas?) ?[=:]? ?\(?(?P<value>0?\.\d{1,6}, ?0?\.\d{1,6})\)?")
_MODULE = r"(?:(?:q|k|v|o|qkv|gate|up|down)(?:_proj)?|fc[12]|c_attn|c_proj|lm_head|embed_tokens)"
_MODULES = re.compile(
    rf"(?:(?P<name>target(?:s|ing)?(?:[ _]modules)?)(?: ?[=:])? ?|(?:(?P<before>.{{1,40}}?) )?on )?`?(?P<value>all[- ]linear|{_MODULE}(?: ?[,/+] ?{_MODULE}){{1,8}})`?(?: (?:targets?|layers|modules|projections))?",
    re.I,
)
"""What an adapter is put on: `all-linear targets`, `on q,k,v,o`, `target=q_proj/v_proj`."""
_IN_BRACKETS = re.compile(r"\b(?:(?:Q|rs)?LoRA|DoRA)\b[\w -]{0,24}\(([^()]{3,120})\)", re.I)
_SHAPED = re.compile(rf"{_SHAPE}(?: (?:lr|learning[ -]rate))?(?: {_COURSE})?(?: to [\d.e-]{{1,10}})?", re.I)
_OPTIMIZER = re.compile(
    r"(?P<value>(?:paged[ _-])?(?:8-?bit )?(?:Adam(?:W|ax)?|AdaFactor|SGD|Lion|LAMB|Muon|RMSprop)(?:[ _-]?(?:8|32)[ _-]?bits?|_torch(?:_fused)?)?)"
    r"(?: optimi[sz]er)?(?: (?P<rest>\S.{1,40}))?",
    re.I,
)
_PRECISION = re.compile(r"(?P<value>bf16|fp16|bfloat16|float16|fp32)(?: (?:mixed[ -])?precision| training)?", re.I)
_LORA = re.compile(r"\bQ?LoRA\b|\bDoRA\b", re.I)
OF_LORA = {
    "rank r": "lora_r",
    "α": "lora_alpha",
    "dropout": "lora_dropout",
    "rank": "lora_r",
    "r": "lora_r",
    "alpha": "lora_alpha",
}
"""What these words mean where a line speaks of LoRA; anywhere else one does not know."""
_OF_BATCHES = {"per-device": "train_batch_size", "per-gpu": "train_batch_size", "effective": "total_train_batch_size"}
"""And these, where it speaks of batches."""
_ASSIGNS = re.compile(r"[a-z]\w{0,20} ?= ?\d", re.I)
"""What behind a label has a name of its own: `LoRA rank: r=16, α=32`."""
_ASSIGNED = re.compile(r"[a-z]\w{2,20} ?=", re.I)
"""`depth=8`: a name by its sign, whatever it is, beside an assigned learning rate."""
ASSIGNS_RATE = re.compile(r"(?:^|[\s`*(])(?:lr|LR|learning_rate) ?= ?`?\d")
TELLS_RATE = re.compile(r"(?:^|[\s`*(])(?:lr|LR|learning[ _]rate) ?[=:≈]? ?`?\d")
"""Of an item in shorthand: nobody tells a learning rate but a training's."""
_OF_STAGE = re.compile(r"\W{0,4}(?:phase|stage|step|round)\s?\d[^():]{0,40}\(([^()]{5,160})\)", re.I)
"""`Phase 2 (60 epochs, LR=1e-4): all layers`: what is told of a stage stands in brackets."""
_OF_LENGTH = re.compile(
    r"\W{0,4}(?:training|fine-?tuning|train)(?: (?:config(?:uration)?|setup|length|details|run))?\W{0,4}$", re.I
)
"""A label behind which a number of epochs alone is the training's."""
_AS_A_WHOLE = frozenset(("optimizer", "lr_scheduler_type"))
"""Settings whose value may be such a line itself, and is one value."""
_ONE_VALUE = re.compile(r"[^,;|·•()]{1,40}(?:\([^()]*\)(?: [^,;|·•()]{0,60})?| with .*)?")
"""A number and what is remarked behind it."""
_LENGTHS = frozenset(("training_steps", "num_epochs"))
"""How long a training was, which is told beside itself; behind another value it is of that: `10% (500 steps)`."""
_WITH_LENGTH = _LENGTHS | {"optimizer"}
_OF_SCHEDULES = frozenset(("patience", "gamma", "factor"))
"""What a schedule calls its own by the names of other settings: `ReduceLROnPlateau (patience=5)`."""
LONGEST = 300
FEWEST = 2
FEWEST_AMONG_OTHERS, LONGEST_OTHER = 3, 6
"""So many settings tell of themselves beside more parts that are none, if these are no sentences."""


class Terse(NamedTuple):
    """One setting of such a line: its author's words for it, its value, and its canonical name."""

    words: str
    value: str
    name: str


@remembered(longest=LONGEST, texts=4_096)
def terse_settings(text: str) -> tuple[Terse, ...]:
    """The settings of a line that is mostly such, two of them at least and one of them a training's; else none."""
    text = _narrow(text)
    return _of_line(text) or _in_brackets(text)


def _in_brackets(text: str) -> tuple[Terse, ...]:
    """What stands in brackets behind LoRA's name, whatever else the line says: `a tagger with LoRA adapters (r=8, α=16)`."""
    match = _IN_BRACKETS.search(text[:LONGEST]) if "(" in text and "ora" in text.lower() else None
    read = [list(_part(part, "LoRA")) for part in _parts(match[1])] if match else []
    found = tuple(each for of_part in read for each in of_part)
    return found if "lora_r" in {each.name for each in found} else ()


def _of_line(text: str) -> tuple[Terse, ...]:
    """The settings of a whole line that is such."""
    if len(text) > LONGEST or not _PARTS.search(text) or DRAWN.search(text):
        return ()
    text = _PICTURE.sub("", plain(text).strip())
    if stage := _OF_STAGE.match(text):
        text = stage[1]
    label, _, rest = text.partition(": ")
    named = SETTINGS.canonical(label) if rest and SETTINGS.knows(label) else ""
    # Whether the label is the first setting's name, and none of the line.
    is_set = named in NUMBERS and not _ASSIGNS.match(rest)
    if (named in _AS_A_WHOLE and not _begins_otherwise(named, rest)) or (is_set and _ONE_VALUE.fullmatch(rest)):
        return ()
    parts = _parts(rest if rest and not is_set else text)
    read = [list(_part(part, text)) for part in parts]
    known = {each.name for of_part in read for each in of_part}
    if len(known) == 1 and known <= _LENGTHS and rest and _OF_LENGTH.match(label):
        return tuple(each for of_part in read for each in of_part)
    if len(known) < FEWEST or not _is_shorthand(parts, read) or (is_set and not read[0]):
        return ()
    return tuple(each for of_part in read for each in of_part) if "lora_r" in known or trains(known) else ()


def _begins_otherwise(named: str, rest: str) -> bool:
    """Whether what is called a schedule begins with how long it is: `Schedule: 2 epochs · LR 3e-5 cosine`."""
    return named == "lr_scheduler_type" and rest[:1].isdigit() and bool(_NUMBER_FIRST.fullmatch(_parts(rest)[0]))


def settings_behind(name: str, value: str) -> tuple[Terse, ...]:
    """What is told behind the value of another setting: `8 (effective 32 with grad_accum=4)`, `Cosine with 5% warmup`."""
    value = _narrow(value)
    if len(value) > LONGEST or not _PARTS.search(value):
        return ()
    found = {each.name: each for part in _parts(value)[1:] for each in _part(part, f"{name} {value}")}
    without = {name} if name in _WITH_LENGTH else {name, *_LENGTHS}
    if name == "lr_scheduler_type":
        return tuple(each for each in found.values() if each.name not in without and each.words not in _OF_SCHEDULES)
    return tuple(
        each._replace(name="optimizer_name") if each.name == "optimizer" else each
        for each in found.values()
        if each.name not in without
    )


def _narrow(text: str) -> str:
    """The text with the signs between its parts as English has them: `rank 16、alpha 32（dropout 0）`."""
    return text if text.isascii() else text.translate(_WIDE)


def _parts(text: str) -> list[str]:
    return [part for piece in _PARTS.split(text) if (part := piece.strip(" .*`"))]


def _is_shorthand(parts: list[str], read: list[list[Terse]]) -> bool:
    """Whether half of the parts are settings, or some of them beside others in few words."""
    if 2 * sum(map(bool, read)) >= len(parts):
        return True
    known = {each.name for of_part in read for each in of_part}
    others = [part for part, found in zip(parts, read, strict=True) if not found]
    return len(known) >= FEWEST_AMONG_OTHERS and all(len(part.split()) <= LONGEST_OTHER for part in others)


def _part(part: str, line: str) -> Iterator[Terse]:
    """The settings of one part of a line: mostly one."""
    if match := _PRECISION.fullmatch(part):
        yield Terse("precision", match["value"], "mixed_precision_training")
    elif match := _SHAPED.fullmatch(part):
        yield Terse("lr scheduler type", match["shape"], "lr_scheduler_type")
    elif match := _BETAS.fullmatch(part):
        yield Terse(match["name"], match["value"], "betas")
    elif match := _OPTIMIZER.fullmatch(part):
        found = list(_numbered(match["rest"], line)) if match["rest"] else []
        if found or not match["rest"]:
            yield Terse("optimizer", match["value"], "optimizer")
            yield from found
    else:
        yield from _numbered(part, line)


def _numbered(part: str, line: str) -> Iterator[Terse]:
    """`lr 1e-4 cosine`, `3 epochs`: a name and a number, and maybe the schedule."""
    of_lora = "ora" in line.lower() and bool(_LORA.search(line))
    if of_lora and (match := _MODULES.fullmatch(part)):
        yield Terse(match["name"] or "target modules", match["value"], "lora_target_modules")
        part = match["before"] or ""
    match = (of_lora and _GLUED.fullmatch(part)) or _NUMBER_FIRST.fullmatch(part) or _NAME_FIRST.fullmatch(part)
    match = match or _COUNTED.fullmatch(part)
    if not match:
        return
    words, value = match["name"], match["value"]
    name = OF_LORA.get(words.lower()) if of_lora else None
    if name is None and "atch" in line:
        name = _OF_BATCHES.get(words.lower())
    is_assigned = _ASSIGNED.match(part) and ASSIGNS_RATE.search(line) and not is_no_setting(words)
    if name is None and (SETTINGS.knows(words) or "_" in words or is_assigned):
        name = SETTINGS.canonical(words)
    if name == "lr_scheduler_warmup_steps" and value.endswith("%"):
        name = "lr_scheduler_warmup_ratio"
    if name is None or name == "training_tokens":
        return
    yield Terse(words, value, name)
    if shape := match.groupdict().get("shape"):
        yield Terse("lr scheduler type", shape, "lr_scheduler_type")
