"""Training settings that a card states: lists, tables, configuration blocks, commands.

A place is `strong` where its heading or lead says that training settings follow: every `name: value` there is one.
It is `weak` where only training is spoken of: there a name must be in the vocabulary of settings.

What must not move in: what a missing setting means, whether two values agree, which run is of which method (SQL).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from etl.cards import Block, Fence, Item, ListBlock, Paragraph, Section, TableBlock
from etl.cards.inline import plain
from etl.reading import settings_text, training_steps, values
from etl.reading.context import Context, Subject, words
from etl.reading.prose import sentences_settings
from etl.reading.settings_text import Setting
from etl.reading.this_model import ThisModel
from etl.reading.vocabularies import SETTINGS, key
from warehouse.schema import Hyperparameter, Source

STRONG = re.compile(
    r"hyper[- ]?param|hparams|h[iy]perpar[aá]m|iperpar|гиперпарам|параметры обучения|настройки обучения|超参|超參|ハイパーパラ|하이퍼|"
    r"\btraining (?:config|arg|param|setting|setup and|options)|\btrainer (?:config|arg|param|setting)|"
    r"\b(?:fine-?tuning|finetuning|train|sft|dpo|lora|qlora|peft|optimizer) (?:config(?:uration)?s?|arguments|parameters|settings)\b|"
    r"axolotl config|quantization config was used|fit\(\)-method|paramètres d.entra|parámetros de entrenamiento|trainingsparameter|训练参数|訓練參數|学習設定|학습 설정",
    re.I,
)
WEAK = re.compile(
    r"train|fine-?tun|pre-?train|procedure|recipe|experiment|optimi|学習|训练|訓練|entrena|entraîn|allenament", re.I
)
_NOT_SETTINGS = re.compile(
    r"inference|generation|decoding|usage|how to use|environment|framework|metric|result|"
    r"evaluat|citation|search space|limitation|hardware|compute|emission|speeds|model detail|architecture|dataset(?: detail| descr|s$)|"
    r"training data\b|prompt|label|quantization parameters|provided files|explanation",
    re.I,
)
_NOT_NAMES = re.compile(
    r"^(?:hardware(?: type)?|gpus?|gpu type|training time|train(?:ing)? runtime|hours used|cloud provider|compute region|carbon emitted|developed by|"
    r"model type|license|languages?.*|finetuned from.*|repository|paper|demo|shared by.*|funded by.*|note|notes|dataset(?: size)?s?|"
    r"training data(?:set)?|parameters|trainable params.*|total params.*|input|output|task|base model|hidden size|.*layers|.*heads|vocab(?:ulary)? size|"
    r"device(?: type)?|training loss|validation loss|eval loss|train loss|accuracy|f1|http.*|https.*|example|for example|see|"
    r"all params|model|author|date|name|url|framework|hardware used|software|infrastructure|orchestration|cost|duration|tokens?|.*tokens)$",
    re.I,
)
_NAMED = re.compile(
    r"hyper[- ]?param(?!.*search)|超参数|ハイパーパラメータ|best params$|with (?:these )?parameters:|quantization config was used|fit\(\)-method",
    re.I,
)
_CLASS_WITH_PARAMETERS = re.compile(r"^`([\w.]{3,200})`(?: of length \d+)?(?: with parameters:|\s*$)")
_BOLD_LABEL = re.compile(r"^\**(DataLoader|Loss)\**\s*:?\**:?$")
"""sentence-transformers 2.x: a bold label, then the class and the parameters of it in a code block."""
_NEVER_NAMES = re.compile(
    r"^(?:gpus?|hardware.*|.*\bgpus?(?: type)?|note|example|see|https?|training time|.*stage|datasets?|dataset size)$",
    re.I,
)
SENTENCE_WORDS, LONG_VALUE_WORDS = 8, 15
"""A value of so many words is a sentence where it ends in a full stop, or in any case."""
_HEADER_NAME = re.compile(r"hyper|param|setting|argument|config|option|^name$|^key$|field|^$|setup|item", re.I)
_HEADER_VALUE = re.compile(r"value|setting|valeur|^$|config|default|used", re.I)
_OPTIMIZER_PART = (
    ("adam_beta1", re.compile(r"betas?\s*=\s*\(\s*([\d.eE+-]+)", re.I)),
    ("adam_beta2", re.compile(r"betas?\s*=\s*\(\s*[\d.eE+-]+\s*,\s*([\d.eE+-]+)", re.I)),
    ("adam_epsilon", re.compile(r"eps(?:ilon)?\s*=\s*([\d.eE+-]+)", re.I)),
    ("weight_decay", re.compile(r"weight_decay\s*=\s*([\d.eE+-]+)", re.I)),
)
_OPTIMIZER_NAME = re.compile(r"^(?:use\s+)?(?:OptimizerNames\.)?([A-Za-z][\w.\-]{1,60})", re.I)
_KERAS_NAME = re.compile(r"['\"](?:name|class_name)['\"]\s*:\s*['\"](\w{1,40})['\"]")
_SPLIT_ARGS = re.compile(r"and the args are:\s*$", re.I)
_PROGRAM = re.compile(r"^\s*(?:import |from \w+ import|def |class |print\()", re.M)
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
    "seed",
    "max_steps",
    "scheduler",
    "decay",
    "timesteps",
)
_YAML_LINES = re.compile(r"^\s*[\w.-]+\s*:(?:\s.*)?\n(?:.*\n)?\s*[\w.-]+\s*:(?:\s|$)", re.M)
CONFIG_MIN_SETTINGS = 3
"""A block of code is a training configuration from three known settings on; fewer may be an example."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A setting as found: name and value as written, its line, its source, and the block it stands in."""

    name: str
    value: str
    line: int
    source: str
    block: int
    column: int = 0


def read_hyperparameters(context: Context, this: ThisModel) -> list[tuple[int, list[Statement]]]:
    """The settings by place: for each place its kind of run boundary is decided by `runs`. (block number, statements)."""
    found = []
    for number, (section, block) in enumerate(context.card.blocks()):
        statements = list(_block(this, section, block, number))
        if statements:
            found.append((number, statements))
    return found


def rows_of(context: Context, statement: Statement, run: int) -> Iterator[Hyperparameter]:
    """The row of a statement, and of the parts of an optimizer's sentence."""
    subject = context.subject_at(statement.line)
    name = SETTINGS.canonical(statement.name) if statement.name.count(".") == 0 else _dotted(statement.name)
    yield _row(subject, statement, run, name, statement.value, is_part=False)
    if name == "optimizer":
        for part, text in optimizer_parts(statement.value):
            yield _row(subject, statement, run, part, text, is_part=True)
    elif name == "loss" and "." in statement.value:
        yield _row(subject, statement, run, "loss_name", statement.value.rsplit(".", 1)[-1], is_part=True)


def _row(subject: Subject, statement: Statement, run: int, name: str, text: str, is_part: bool) -> Hyperparameter:
    return Hyperparameter(
        about=subject.about,
        about_model=subject.model,
        run=run,
        source=statement.source,
        line=statement.line,
        name=name,
        raw_name=statement.name,
        value_text=text,
        value_number=values.number(text),
        value_bool=values.truth(text),
        is_part=is_part,
    )


@functools.lru_cache(maxsize=8192)
def optimizer_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Name, betas and epsilon in an optimizer's sentence, each as written there."""
    return tuple(_optimizer_parts(text))


def _optimizer_parts(text: str) -> Iterator[tuple[str, str]]:
    if text.startswith("{"):
        match = _KERAS_NAME.search(text[:2000])
    else:
        match = _OPTIMIZER_NAME.match(text)
    if match and match[1].casefold() not in ("none", "null"):
        yield "optimizer_name", match[1]
    if "=" in text:
        for part, pattern in _OPTIMIZER_PART:
            if found := pattern.search(text[:2000]):
                yield part, found[1]


def _dotted(name: str) -> str:
    """Of a nested key, the canonical name of its last part where that is a known setting; else the whole key."""
    last = name.rsplit(".", 1)[-1]
    return SETTINGS.canonical(last) if SETTINGS.knows(last) and name.count(".") == 1 else key(name)


def _block(this: ThisModel, section: Section, block: Block, number: int) -> Iterator[Statement]:
    if isinstance(block, ListBlock):
        source = Source.HTML if block.html else Source.LIST
        stated = []
        if _may_state(block.items) and (place := _strength(section, block)):
            stated = list(_list(block.items, place, number, source))
            yield from stated
        lines = {s.line for s in stated}
        for item in block.items:
            if item.line not in lines and len(item.text) > 40:
                yield from (Statement(n, v, line, Source.PROSE, number) for n, v, line in sentences_settings([item]))
    elif isinstance(block, Paragraph):
        yield from _paragraph(section, block, number)
    elif isinstance(block, TableBlock):
        yield from _table(this, section, block, number)
    elif isinstance(block, Fence):
        yield from _code(section, block, number)


def _may_state(items: Iterable[Item]) -> bool:
    """Whether some item begins like `name: value`."""
    for item in items:
        head = item.text[:72]
        if ":" in head or "=" in head or "：" in head:
            return True
    return False


def _paragraph(section: Section, block: Paragraph, number: int) -> Iterator[Statement]:
    """`name: value` lines without bullets; a class in code marks below a bold label (sentence-transformers 2.x)."""
    first = block.lines[0].text
    if first[:1] == "`" and (match := _CLASS_WITH_PARAMETERS.match(first)) and (label := _BOLD_LABEL.match(block.lead)):
        yield Statement(label[1], match[1], block.line, Source.LIST, number)
        return
    lines = [x for x in block.lines if len(x.text) < 200]
    found = False
    if _may_state(lines) and (place := _strength(section, block)):
        for statement in _list(lines, min(place, 1), number, Source.LIST):
            found = True
            yield statement
    if not found:
        yield from (Statement(n, v, line, Source.PROSE, number) for n, v, line in sentences_settings(block.lines))


def _strength(section: Section, block: Block) -> int:
    """3 called hyperparameters, 2 called settings of training, 1 about training, 0 not a place for settings."""
    return _place(section.title, section.path, block.lead[-160:])


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a heading or a lead says: other things than settings, hyperparameters by name, settings, training."""

    other: bool
    named: bool
    strong: bool
    weak: bool


@functools.lru_cache(maxsize=16384)
def _marks(text: str) -> _Marks:
    """Kept, because tools print the same headings into thousands of cards."""
    if not text:
        return _Marks(False, False, False, False)
    find = (_NOT_SETTINGS, _NAMED, STRONG, WEAK)
    return _Marks(*(bool(pattern.search(text)) for pattern in find))


def _place(title: str, path: tuple[str, ...], lead: str) -> int:
    before, head = _marks(lead), _marks(title)
    if before.other and not before.strong:
        return 0
    if before.named or head.named:
        return 3
    if before.strong or head.strong:
        return 2
    if head.other:
        return 0
    if head.weak or before.weak or any(_marks(t).strong for t in path[-1:]):
        return 1
    return 1 if any(_marks(t).weak for t in path) else 0


def _list(items: Iterable[Item], place: int, number: int, source: str) -> Iterator[Statement]:
    for item in items:
        setting = settings_text.pair(_first_statement(item.text))
        if setting is None or values.is_filler(setting.value) or not _is_setting(setting, place):
            continue
        yield Statement(setting.name, setting.value, item.line, source, number)


def _is_setting(setting: Setting, place: int) -> bool:
    if place < 2:
        return _known(setting) and not _NOT_NAMES.match(setting.name)
    name = setting.name
    if len(name.split()) > 6 or (place == 2 and _NOT_NAMES.match(name)) or _NEVER_NAMES.match(name):
        return False
    return SETTINGS.knows(name) or not _is_sentence(setting.value)


def _is_sentence(value: str) -> bool:
    count = len(value.split(None, LONG_VALUE_WORDS))
    return count >= LONG_VALUE_WORDS or (count >= SENTENCE_WORDS and value.endswith("."))


def _first_statement(text: str) -> str:
    """An item's own line; its continuation only where the writer is known to break the line there."""
    first, _, rest = text.partition("\n")
    if rest and (_SPLIT_ARGS.search(first) or first.rstrip().endswith((":", "=", ","))):
        return f"{first} {rest}"
    return first


def _known(setting: Setting) -> bool:
    """A listed name with a value that looks like a setting's: a number, a word or two."""
    return SETTINGS.knows(setting.name) and (
        values.number(setting.value) is not None or len(setting.value.split()) <= 12
    )


def _table(this: ThisModel, section: Section, block: TableBlock, number: int) -> Iterator[Statement]:
    if block.header is None or training_steps.is_log(section, block):
        return
    place = _strength(section, block)
    header = [words(cell) for cell in block.header.cells]
    source = Source.HTML if block.html else Source.TABLE
    if place == 3 and not any(SETTINGS.knows(cell) for cell in header[1:]) and _HEADER_NAME.search(header[0]):
        yield from _columns(header, block, number, source, every=True, empty=len(header) == 2)
        return
    compared = place >= 2 and len(header) > 2 and _HEADER_NAME.search(header[0])
    if compared and (mine := this.index_in(header[1:])) is not None:
        yield from _columns(header, block, number, source, every=True, only=mine)
        return
    known_rows = sum(1 for row in block.rows if row.cells and SETTINGS.knows(plain(row.cells[0])))
    known_columns = sum(1 for cell in header if SETTINGS.knows(cell))
    named = bool(header) and bool(_HEADER_NAME.search(header[0]))
    said = bool(header) and bool(_NAMED.search(header[0]))
    if len(header) >= 2 and known_rows >= 2 and ((known_rows * 2 >= len(block.rows) and (place or named)) or said):
        yield from _columns(header, block, number, source, every=(place >= 2 or known_rows >= 3) and not said)
    elif len(header) == 2 and place >= 2 and named and _HEADER_VALUE.search(header[1]):
        yield from _columns(header, block, number, source, every=True)
    elif place and known_columns >= (1 if place == 3 and len(block.rows) == 1 else 3):
        yield from _wide(header, block, number, source)


def _columns(
    header: list[str],
    block: TableBlock,
    number: int,
    source: str,
    every: bool,
    empty: bool = False,
    only: int | None = None,
) -> Iterator[Statement]:
    """One setting a row; each further column is a run of its own, or `only` one is this model's.

    `empty`: a cell left blank is a statement, too.
    """
    for row in block.rows:
        name = plain(row.cells[0]) if row.cells else ""
        if (
            not name
            or len(name) > 90
            or _NEVER_NAMES.match(name)
            or not (every or (SETTINGS.knows(name) and not _NOT_NAMES.match(name)))
        ):
            continue
        for column, cell in enumerate(row.cells[1 : len(header)]):
            value = settings_text.clean(plain(cell))
            if only is not None and column != only:
                continue
            if (value and value != "-" and not values.is_filler(value)) or (empty and not value):
                yield Statement(name, value, row.line, source, number, column)


def _wide(header: list[str], block: TableBlock, number: int, source: str) -> Iterator[Statement]:
    """Settings in the header, a run (a stage) in each row; a first column that names the run is no setting."""
    first = 1 if len(block.rows) > 1 and not SETTINGS.knows(header[0]) else 0
    for run, row in enumerate(block.rows):
        for name, cell in list(zip(header, row.cells, strict=False))[first:]:
            value = settings_text.clean(plain(cell))
            if name and value:
                yield Statement(name, value, row.line, source, number, run)


def _code(section: Section, block: Fence, number: int) -> Iterator[Statement]:
    place = _strength(section, block)
    text = "\n".join(block.lines).casefold()
    if place < 3 and not any(hint in text for hint in _CODE_HINTS):
        return
    settings, everything = _code_settings(block, place)
    known = {
        SETTINGS.canonical(s.name.rsplit(".", 1)[-1]) for s in settings if SETTINGS.knows(s.name.rsplit(".", 1)[-1])
    }
    if place < 3 and len(known) < (2 if place == 2 else CONFIG_MIN_SETTINGS):
        return
    if place == 0 and not ("learning_rate" in known or "num_epochs" in known):
        return
    for setting in settings:
        if (everything or SETTINGS.knows(setting.name)) and setting.value:
            yield Statement(setting.name, setting.value, block.line + setting.offset, Source.CONFIG_BLOCK, number)


def _code_settings(block: Fence, place: int) -> tuple[list[Setting], bool]:
    """The settings of a code block, and whether all of them are (a configuration) or only the known ones."""
    text = "\n".join(block.lines)
    info = block.info.casefold()
    if text.lstrip().startswith("@") or "bib" in info:
        return [], False
    if found := settings_text.call_arguments(block.lines):
        return found, True
    if re.search(r"(?:^|\s)--\w", text) and not info.startswith(("y", "json")):
        return settings_text.flags(block.lines), place >= 2 or "train" in text
    if "{" in text and (found := settings_text.dict_items(text)):
        return found, True
    if (
        "{" not in text[:1]
        and _YAML_LINES.search(text)
        and (found := settings_text.yaml_settings(block.lines))
        and len(found) > 1
    ):
        return found, True
    if place:
        return settings_text.assignments(block.lines), place >= 2 and not _PROGRAM.search(text)
    return [], False
