"""Settings in blocks of code: YAML and JSON configurations, dictionaries, calls, commands, assignments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter

from etl.cards import Fence, Paragraph, Section
from etl.reading.settings import python_settings, settings_text
from etl.reading.settings.places import TAKEN, Place, Statement, is_no_setting, is_score, place_of
from etl.reading.settings.settings_text import Setting
from etl.reading.settings.unassigned import unassigned_lines
from etl.reading.vocabularies import SETTINGS
from warehouse.schema import Source

_PROGRAM = re.compile(r"^[ \t]*+(?:import |from \w+ import|def |class |print\()", re.M)
"""A program assigns more than settings: of its variables only the known names are taken."""
_CODE_HINTS = (
    "learning",
    "max_seq",
    "load_in_",
    "lr",
    "epoch",
    "batch",
    "optim",
    "warmup",
    "lora",
    "linear_dim",
    "seed",
    "max_steps",
    "scheduler",
    "decay",
    "timesteps",
)
_TRAINING_HINTS = (
    "learning",
    "lr",
    "epoch",
    "apprentissage",
    "aprendizaje",
    "学習率",
    "学习率",
    "エポック",
    "époc",
    "époq",
)
"""Of which each spelling of a learning rate or of epochs has one."""
_CITATION = re.compile(r"\s*+@\w{1,40}+\s*+\{")
_STAND_INS = "custom_objects"
"""What an agent or a network is loaded with in place of what was trained: `"learning_rate": 0.0`."""
_COMPUTED = re.compile(r"[A-Za-z_]\w{0,60}[.(]")
"""A value that a program computes."""
_BY_FUNCTION = re.compile(r"[a-z_]\w{0,40}(?:\.[a-z_]\w{0,40}){0,4}[(\[]")
"""One that a function or an element gives, and no class: `len(labels)`, `outputs[0]`."""
_YAML_LINES = re.compile(r"^[ \t]*+[\w.-]++[ \t]*+:(?:[ \t].*)?\n(?:.*\n){0,3}?[ \t]*+[\w.-]++[ \t]*+:(?:\s|$)", re.M)
_EXAMPLE = re.compile(r"\bexamples?\b", re.I)
_USE = re.compile(r"\W*(?:usage|how to use|using this model)\b", re.I)
_LOADS = re.compile(
    r"from_pretrained\(\s{0,20}|(?<!hub_)(?:model|checkpoint)(?:_name|_id|_path)?(?:_or_path)?(?:['\"]?\s{0,3}[=:]\s{0,3}|\s{1,3})",
    re.I,
)
"""Before the id of a model that a training begins with."""
_NAMES_THEM = re.compile(
    r"^[ \t]{0,8}(?:\w{0,40}hyper_?param\w{0,20} = (?:\{|dict\()|#[# ]{0,4}(?:\w{1,20} )?hyper-?param\w{0,8}:?$)", re.M
)
"""Where code itself calls what follows hyperparameters: by a variable's name, or a line of comment."""
_OF_A_STAGE = re.compile(r"^(?:stage|phase)_?\d_")
"""`stage2_lr` is no known setting, but tells of a training as one."""
_TRAINER = re.compile(
    r"(?:^|[/ ])(?:train\w{0,40}|(?:sft|dpo|grpo|kto|orpo|rloo)(?:_\w{1,20})?)\.py\b[^\n]{0,200}\\\n", re.M
)
"""A command of several lines that starts a training."""
_TRAINS = re.compile(
    r"^[!$ \t]{0,8}(?:\S{1,60} ){0,5}?(?:[\w.-]{1,30}[_.-])?train(?:er)?(?:[ \t][^\n<$]{0,200})?\\\n(?:[ \t]*--[^\n<$]{1,300}(?:\n|$)){3}",
    re.M,
)
"""So does a program of another name, with a flag on each line and nothing left to fill in: `lerobot-train \\`."""
_YOLO = re.compile(
    r"^[!$ \t]{0,4}yolo (?:(?:task=)?(?:detect|segment|classify|pose|obb) )?(?:mode=)?train((?:[ \t]+(?:\\\n[ \t]*)?[a-z]\w{1,20}=[^\s\\<{]{1,120}){2,40})[ \t]*$",
    re.M,
)
"""Ultralytics' command, whose settings have no dashes."""
_YOLO_SETTING = re.compile(r"([a-z]\w{1,20})=([^\s\\]{1,120})")
_SAID_TO_TRAIN = re.compile(r"\btraining (?:code|script) (?:is |was )?(?:provided |given |shown )?below\W{0,3}$", re.I)
_OVERRIDES = re.compile(
    r"^[ \t]{0,8}(?:\S{1,80} ){0,6}(?:python3?|torchrun|uv run|accelerate launch)\b[^\n]{0,300}(?:\n[ \t]*[\w.+]{3,120}=[^\n]{1,300}){3}",
    re.M,
)
"""A command whose lines set keys of a configuration: `data.train_batch_size=1024 \\`."""
TRAINER_LOG = "instantaneous batch size per device"
"""What the Trainer prints as it begins, its settings beside it."""
_FLAGS_BEGIN = 4
"""Among so many lines of a paragraph the first flag stands, if it is a command."""
CONFIG_MIN_SETTINGS = 3
"""A block of code is a training configuration from three known settings on; fewer may be an example."""


def as_code(block: Paragraph) -> Fence | None:
    """A command that its author did not set as code, as if it were; the words before it are those before the block."""
    heads = [line.text[:2] for line in block.lines[:_FLAGS_BEGIN]]
    if "--" not in heads:
        return None
    texts = [line.text for line in block.lines]
    said = texts[: heads.index("--")]
    if said and not said[-1].rstrip(" *_").endswith(":"):
        said.pop()  # the program that is called
    return Fence(block.line, "\n".join(said) or block.lead, lines=texts)


def read_code(section: Section, block: Fence, number: int) -> Iterator[Statement]:
    """The settings of a block of code that configures a training; nothing of an example."""
    place = place_of(section, block)
    if place < Place.SETTINGS and _is_of_use(section):
        return
    text = "\n".join(block.lines).casefold()
    hints = _CODE_HINTS if place else _TRAINING_HINTS
    if place < Place.NAMED and not any(hint in text for hint in hints):
        return
    if place < Place.NAMED and "hyper" in text and _NAMES_THEM.search(text) and not _EXAMPLE.search(section.title):
        place = Place.NAMED
    settings, everything = _code_settings(block, place)
    named = [_OF_A_STAGE.sub("", s.name.rsplit(".", 1)[-1]) for s in settings]
    known = {SETTINGS.canonical(name) for name in named if SETTINGS.knows(name)}
    if place < Place.NAMED and len(known) < _enough(place, text, block.lead):
        return
    if place is Place.OTHER and not ("learning_rate" in known or "num_epochs" in known):
        return
    if place is Place.OTHER and _EXAMPLE.search(section.title):
        return
    if place < Place.SETTINGS and any(is_score(s.name, s.value) for s in settings):
        return
    for setting in settings:
        if TAKEN.match(setting.name) or (setting.name == "device" and " " in setting.value):
            continue
        if (everything or SETTINGS.knows(setting.name)) and setting.value:
            yield Statement(setting.name, setting.value, block.line + setting.offset, Source.CONFIG_BLOCK, number)


def _opening(lines: list[str]) -> list[str]:
    """The lines of a console's log up to the first that follows the Trainer's own and is none of `name = value`."""
    begin = next(i for i, line in enumerate(lines) if TRAINER_LOG in line.casefold())
    end = next((i for i in range(begin, len(lines)) if "=" not in lines[i]), len(lines))
    return lines[:end]


def _enough(place: Place, text: str, lead: str) -> int:
    """How many known settings tell that a block sets up a training: one, where it is said to be the code that trained."""
    if place is Place.TRAINING and (_TRAINER.search(text) or _TRAINS.search(text) or _SAID_TO_TRAIN.search(lead)):
        return 1
    return 2 if place is Place.SETTINGS else CONFIG_MIN_SETTINGS


def _is_of_use(section: Section) -> bool:
    """Whether code in a section shows how the model is used; not below a heading of training within it."""
    return any(map(_USE.match, (*section.path, section.title))) and not section.title.startswith("Training")


def of_this_training(statements: list[Statement], block: Fence, repos: frozenset[str]) -> list[Statement]:
    """The statements of a block without those of a training that goes on from this model: it makes another one."""
    if any(s.value.casefold() in repos and _LOADS.fullmatch(f"{s.name}=") for s in statements):
        return []
    loaded = _loaded_on(block, repos)
    return [s for s in statements if loaded is None or s.line < loaded]


def _loaded_on(block: Fence, repos: frozenset[str]) -> int | None:
    """The line on which a program loads this model."""
    text = "\n".join(block.lines)
    lowered = text.lower()
    for repo in repos:
        at = lowered.find(repo) if "/" in repo else -1
        while at >= 0:
            before = text[max(0, at - 60) : at].rstrip("'\"")
            end = text[at + len(repo) : at + len(repo) + 1]
            if not (end.isalnum() or end in "-_.") and any(m.end() == len(before) for m in _LOADS.finditer(before)):
                return block.line + text.count("\n", 0, at)
            at = lowered.find(repo, at + 1)
    return None


def _code_settings(block: Fence, place: Place) -> tuple[list[Setting], bool]:
    """The settings of a code block, and whether all of them are (a configuration) or only the known ones."""
    text = "\n".join(block.lines)
    info = block.info.casefold()
    if _CITATION.match(text) or "bib" in info or _STAND_INS in text:
        return [], False
    if found := python_settings.call_arguments(block.lines):
        return found, True
    if re.search(r"(?:^|\s)--\w", text) and not info.startswith(("y", "json")):
        return settings_text.flags(block.lines), place >= Place.SETTINGS or "train" in text
    if place and "yolo" in text and (match := _YOLO.search(text)):
        pairs = (
            (m, text.count("\n", 0, m.start())) for m in _YOLO_SETTING.finditer(text, match.start(1), match.end(1))
        )
        return [Setting(m[1], m[2].strip("'\""), offset) for m, offset in pairs], True
    if "\\\n" in text and _OVERRIDES.search(text):
        return settings_text.overrides(block.lines), place >= Place.SETTINGS or "train" in text
    if place and len(found := settings_text.elements(block.lines)) >= CONFIG_MIN_SETTINGS:
        return [s for s in found if not (is_no_setting(s.name) or _BY_FUNCTION.match(s.value))], place >= Place.SETTINGS
    if "{" in text and (found := python_settings.dict_items(text)):
        return found, True
    if (
        "{" not in text[:1]
        and _YAML_LINES.search(text)
        and (found := settings_text.yaml_settings(block.lines))
        and len(found) > 1
    ):
        return found, True
    if TRAINER_LOG in text.casefold():
        return settings_text.assignments(_opening(block.lines)), False
    if not place:
        return [], False
    found = [s for s in settings_text.assignments(block.lines) if not is_no_setting(s.name)]
    if place >= Place.SETTINGS:
        found += unassigned_lines(block.lines)
        found.sort(key=attrgetter("offset"))
    known = {s.name for s in found if SETTINGS.knows(s.name)}
    if all(SETTINGS.canonical(name) == "loss" for name in known) and any(_COMPUTED.match(s.value) for s in found):
        return [], False
    found = [s for s in found if not _BY_FUNCTION.match(s.value)]
    known = {s.name for s in found if SETTINGS.knows(s.name)}
    most = len(known) >= CONFIG_MIN_SETTINGS and len(known) * 2 >= len(found) and "(" not in text
    return found, (place >= Place.SETTINGS or most) and not _PROGRAM.search(text)
