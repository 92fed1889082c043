"""Settings in items: those of a list, or the lines of a paragraph that are written as one.

Which items tell that a training is set up, which of them are settings there, and which is nothing but a fact beside them.
What must not move in: the walk over a card (`hyperparameters`), tables, code, sentences, lines of shorthand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etl.cards import Item, Section
from etl.cards.inline import plain
from etl.cards.remembered import remembered
from etl.reading import values
from etl.reading.settings import settings_text
from etl.reading.settings.joined_settings import joined_names
from etl.reading.settings.places import (
    EVIDENT_SETTINGS,
    Place,
    Statement,
    describes_no_training,
    heads_settings,
    is_listed_beside,
    is_no_setting,
    is_score,
    trains,
)
from etl.reading.settings.settings_text import Setting
from etl.reading.settings.terse_settings import ASSIGNS_RATE
from etl.reading.settings.unassigned import unassigned
from etl.reading.vocabularies import SETTINGS

SENTENCE_WORDS, LONG_VALUE_WORDS = 8, 15
"""A value of so many words is a sentence where it ends in a full stop, or in any case."""
LONG_KNOWN_WORDS, LONG_SEED_WORDS = 12, 4
"""A known setting's value of more words is a sentence; a seed may be of a corpus, too."""
_GOES_ON = ("(", "[", "{")
"""How a line of code ends whose value stands on the lines below."""
_COUNTS_DATA = re.compile(r"\d[\d,. ]{0,15}[kKM]? (?:examples|samples|sentences|documents|images|pairs)", re.I)
"""How much of something was trained on or measured: no setting but where its name is a known one's."""
_MACHINE = re.compile(
    r"(?:\d{1,4} ?[x×] ?|(?:single|one|a) )?(?:GPUs? \d|(?:NVIDIA|AMD) [A-Z]|(?:A100|H100|H200|B200|V100|L40S?|RTX ?\d{4}|TPU ?v\d)\b)",
    re.I,
)
"""On what something ran, under whatever name."""
_MEASURED = re.compile(r"metric|evaluat|benchmark|performance", re.I)
_PARAMETERS = re.compile(
    r"(?:(?:best|tuned|optimal|final|model|selected|chosen) )?(?:hyper-?)?param(?:eter)?s?(?: \([^()]{1,40}\))?: ", re.I
)
_OF_TREES = frozenset(
    ("max_depth", "n_estimators", "min_samples_leaf", "min_samples_split", "num_leaves", "max_features", "min_child_weight",
     "n_neighbors", "class_weight", "max_iter", "subsample", "colsample_bytree", "reg_lambda", "hidden_layer_sizes")
)  # fmt: skip
"""What an estimator is made with, which has no learning rate."""
_ASSIGNED_ALONE = re.compile(r"([A-Za-z]\w{0,40}) ?= ?([^\s=,]{1,40}(?: \([^()]{1,40}\))?)")
FEWEST_ASSIGNED = 3
_ONE_BY_ONE = re.compile(r"[^\s=]{1,20}(?: [A-Za-z]\w{1,30} ?= ?[^\s=]{1,20}){1,12}")
_ASSIGNED = re.compile(r"([A-Za-z]\w{1,30}) ?= ?([^\s=]{1,20})")
_MARKED = re.compile(r"`([A-Za-z][\w.-]{0,40}) ?[=:] ?([^`=]{1,60})`")
_ALL_MARKED = re.compile(rf"(?:{_MARKED.pattern}(?:, (?:and )?|; | [|·•] | and |[.,]?$)){{2,40}}")
_BETWEEN = re.compile(r", |，|; | [|·•] ")
_LEARNING_RATE = ("earning", "lr", "LR")
"""Of which every English spelling of a learning rate has one."""
_OF_SETUPS = (*_LEARNING_RATE, "poch", "POCH")
_BATCHES = frozenset(("batch_size", "train_batch_size", "total_train_batch_size"))
_FROM_BASE = re.compile(r"\W{0,4}base model\W{1,4}\w", re.I)
"""What stands in a list of what a model was tuned from, and how long."""
_UNMISTAKABLE = re.compile(
    r"\W{0,4}(?:Optimi[sz]er\W{1,4}(?:Adam|SGD|Lion\b|LAMB\b|RMSprop)|(?:(?:Training|Train) (?:steps|epochs|batch size)|Optimi[sz](?:er|ation) steps|Random seed|Weight decay|Gradient clipping|Gradient accumulation(?: steps)?|Warm-?up (?:steps|ratio))\W{1,4}\d|Q?LoRA (?:r|rank|alpha)\W{1,4}\d|(?:LoRA )?target[ _]modules\W{1,4}[\w\"'`]|(?:LoRA targets|目标(?:模块|层))\W{1,4}(?:all\b|[qkv](?:_proj\b|\W)))",
    re.I,
)
_BESIDE_LORA = re.compile(r"\W{0,4}(?:rank|alpha|dropout)\W{1,4}\d", re.I)
"""What stands beside `LoRA rank` is its own, too."""
LONGEST_STAGE, LONGEST_HEAD = 300, 60
_SPLIT_ARGS = re.compile(r"and the args are:\s*$", re.I)


def unmistakable(items: Sequence[Item], number: int, source: str) -> Iterator[Statement]:
    """What is a training's among any facts about a model: `Optimizer: AdamW`, `Training steps: 642`."""
    of_lora = "LoRA" in "\n".join([item.text[:8] for item in items])
    for item in items:
        is_plain = _UNMISTAKABLE.match(item.text) or (of_lora and _BESIDE_LORA.match(item.text))
        if is_plain and (setting := _stated(item.text, Place.OTHER)):
            yield Statement(setting.name, setting.value, item.line, source, number)
        elif "aram" in item.text[:16]:
            for setting in _behind_label(item.text):
                yield Statement(setting.name, setting.value, item.line, source, number)


def headed(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """The items within each that announces settings: those below `LoRA configuration:` among facts about a model."""
    for at, item in enumerate(items[:-1]):
        if items[at + 1].depth > item.depth and len(item.text) <= LONGEST_HEAD and heads_settings(plain(item.text)):
            end = next((i for i in range(at + 1, len(items)) if items[i].depth <= item.depth), len(items))
            yield items[at + 1 : end]


def may_state(items: Iterable[Item]) -> bool:
    """Whether some item begins like `name: value`, or is a name and a number."""
    for item in items:
        head = item.text[:72]
        if ":" in head or "=" in head or "：" in head or head[-1:].isdigit() or head[-1:] == ")":
            return True
        if head[:2] == "**" and ".**" in head:
            return True
    return False


def listed(items: Sequence[Item], place: Place, number: int, source: str) -> Iterator[Statement]:
    """The settings that items state in such a place; nothing where they describe a network, or what was tried."""
    stated = _all_stated(items, Place.SETTINGS)
    if place is Place.TRAINING:
        if _tells_of_training(stated):
            place = Place.SETTINGS
        else:
            stated = _all_stated(items, place)
    if not stated or describes_no_training([s for s, _ in stated]):
        return
    of_model = place is Place.TRAINING and not trains(s.name for s, _ in stated)
    for setting, line in stated:
        if of_model and (
            setting.name[:7].lower() == "context" or SETTINGS.canonical(setting.name) == "training_tokens"
        ):
            continue
        if _is_setting(setting, place) and not is_score(setting.name, setting.value):
            yield Statement(setting.name, setting.value, line, source, number)


def _all_stated(items: Sequence[Item], place: Place) -> list[tuple[Setting, int]]:
    """The settings of each item, with its line."""
    read = _among_settings if place >= Place.SETTINGS else _among_others
    return [(setting, item.line) for item in items for setting in read(item.text)]


@remembered(longest=200, texts=32_768)
def _among_settings(text: str) -> Sequence[Setting]:
    return _settings_of(text, Place.SETTINGS)


@remembered(longest=200, texts=32_768)
def _among_others(text: str) -> Sequence[Setting]:
    return _settings_of(text, Place.OTHER)


def _settings_of(text: str, place: Place) -> Sequence[Setting]:
    """The settings of an item: one, or those between the commas of `lr = 1e-4, epochs = 3`."""
    setting = _stated(text, place)
    if setting is None:
        return ()
    several = (_marked(text) or _several(text)) if _BETWEEN.search(setting.value) else _one_by_one(setting)
    return tuple(several) or (setting,)


def _several(text: str) -> list[Setting]:
    """The settings of an item that is nothing but pairs with commas or `|` between them, two of them known, behind a label
    or none: `Hyperparameters: lr=1e-4, epochs=3`; else none."""
    text = plain(first_statement(text)).strip().rstrip(",.;|·• ")
    if len(text) > LONGEST_STAGE or any(bracket in text for bracket in "([{\"'"):
        return []
    if found := _between_signs(text):
        return found
    found = _between_signs(text.partition(": ")[2])
    return found if trains(s.name for s in found) else []


def _marked(text: str) -> list[Setting]:
    """The settings of an item that is nothing but assignments in code marks: `` `lr=5e-5`, `seeds=[0, 1]` ``; else none."""
    if text[:1] != "`" or not _ALL_MARKED.fullmatch(text):
        return []
    found = [Setting(name, value.strip("\"'")) for name, value in _MARKED.findall(text)]
    return found if sum(SETTINGS.knows(s.name) for s in found) > 1 else []


def _one_by_one(setting: Setting) -> list[Setting]:
    """The settings between blanks alone: `ctx_len = 4096 n_layer = 32 n_embd = 2560`; none where it is one."""
    if "=" not in setting.value or not _ONE_BY_ONE.fullmatch(setting.value):
        return []
    rest = _ASSIGNED.findall(setting.value.partition(" ")[2])
    return [Setting(setting.name, setting.value.split(" ", 1)[0]), *(Setting(name, value) for name, value in rest)]


def _behind_label(text: str) -> list[Setting]:
    """The settings of an item that is nothing but assignments behind `Params:`, with remarks or none: `rounds=600 (final)`."""
    text = plain(first_statement(text)).strip()
    match = _PARAMETERS.match(text) if len(text) <= LONGEST_STAGE else None
    parts = [part for part in text[match.end() :].split(", ") if "=" in part] if match else []
    read = [found for part in parts if (found := _ASSIGNED_ALONE.fullmatch(part.strip("` ")))]
    settings = [Setting(found[1], found[2]) for found in read]
    of_training = trains(s.name for s in settings) or any(s.name in _OF_TREES for s in settings)
    return settings if len(settings) == len(parts) >= FEWEST_ASSIGNED and of_training else []


def _between_signs(text: str) -> list[Setting]:
    if "=" in text and ": " in text.partition("=")[0]:
        return []  # `Optimizer: AdamW, lr=5e-5`
    pairs = [settings_text.pair(part.strip().removeprefix("and ")) for part in _BETWEEN.split(text)]
    found = [s for s in pairs if s is not None and len(s.name.split()) <= 4 and len(s.value.split()) <= 3]
    if not found or len(found) != len(pairs):
        return []
    known = [SETTINGS.knows(s.name) for s in found]
    return found if sum(known) > 1 and (known[0] or ASSIGNS_RATE.search(text)) else []


def _stated(text: str, place: Place) -> Setting | None:
    """What an item of a list states, be it a setting or not."""
    text = first_statement(text).rstrip(" ,\\\t\n")
    setting = settings_text.pair(text) or (unassigned(text) if place >= Place.SETTINGS else None)
    if setting is None or setting.value.endswith(_GOES_ON) or values.is_filler(setting.value):
        return None
    return None if setting.value == setting.name and "=" in text else setting


def evident(section: Section, items: Sequence[Item]) -> Place:
    """Of a list in no place for settings: whether its own names tell that a training is set up.

    Among metrics it is one that was made to measure the model by.
    """
    text = "\n".join([item.text for item in items])
    if not any(word in text for word in _OF_SETUPS) or _MEASURED.search(section.title):
        return Place.OTHER
    known = {SETTINGS.canonical(s.name) for s, _ in _all_stated(items, Place.OTHER) if _known(s)}
    is_set_up = (
        "learning_rate" in known
        or bool(ASSIGNS_RATE.search(text))
        or ("num_epochs" in known and not known.isdisjoint(_BATCHES))
    )
    is_tuned = "num_epochs" in known and any(_FROM_BASE.match(item.text) for item in items)
    return Place.TRAINING if is_tuned or (len(known) >= EVIDENT_SETTINGS and is_set_up) else Place.OTHER


def _tells_of_training(stated: Sequence[tuple[Setting, int]]) -> bool:
    """Whether most of what a list states are settings that are known, and some: then so are the others."""
    known = {s.name for s, _ in stated if SETTINGS.knows(s.name)}
    return len(known) >= EVIDENT_SETTINGS and len(known) * 2 >= len(stated)


def _is_setting(setting: Setting, place: Place) -> bool:
    if place < Place.SETTINGS:
        return _known(setting) and not is_listed_beside(setting.name)
    name = setting.name
    if (place is Place.SETTINGS and is_listed_beside(name)) or is_no_setting(name):
        return False
    if SETTINGS.knows(name):
        return True
    return not (
        _COUNTS_DATA.fullmatch(setting.value)
        or _MACHINE.match(setting.value)
        or len(name.split()) > 6
        or _is_sentence(setting.value)
    )


def _is_sentence(value: str) -> bool:
    count = len(value.split(None, LONG_VALUE_WORDS))
    return count >= LONG_VALUE_WORDS or (count >= SENTENCE_WORDS and value.endswith("."))


def first_statement(text: str) -> str:
    """An item's own line; its continuation only where the writer is known to break the line there."""
    if "\n" not in text:
        return settings_text.with_colon(text)
    first, _, rest = text.partition("\n")
    first = settings_text.with_colon(first)
    if not rest or settings_text.ANNOUNCES_MORE.search(first):
        return first
    if _SPLIT_ARGS.search(first) or first.rstrip().endswith((":", "=", ",")):
        return f"{first} {rest}"
    return first


def _known(setting: Setting) -> bool:
    """A listed name with a value that looks like a setting's: a number, a word or two, a dictionary."""
    if not SETTINGS.knows(setting.name):
        return bool(joined_names(setting.name))
    longest = LONG_SEED_WORDS if SETTINGS.canonical(setting.name) == "seed" else LONG_KNOWN_WORDS
    value = setting.value
    return values.number(value) is not None or len(value.split()) <= longest or (value[:1] == "{" and value[-1:] == "}")
