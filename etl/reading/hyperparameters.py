"""Training settings that a card states: lists, tables, configuration blocks, commands.

Here stand the walk over the card, lists and paragraphs, and the rows; where settings may stand is judged in `places`,
tables are read in `setting_tables`, code in `setting_code`, sentences in `prose`.

What must not move in: what a missing setting means, whether two values agree, which run is of which method (SQL).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from operator import attrgetter

from etl.cards import Block, Fence, Item, ListBlock, Paragraph, Section, TableBlock
from etl.cards.inline import plain
from etl.reading import python_settings, setting_values, settings_text, values
from etl.reading.context import Context, Subject
from etl.reading.joined_settings import joined_names, joined_parts
from etl.reading.merge_recipes import recipe_lines
from etl.reading.optimizer_parts import optimizer_parts
from etl.reading.places import (
    EVIDENT_SETTINGS,
    NEVER_NAMES,
    NOT_NAMES,
    Place,
    Statement,
    describes_no_training,
    in_training,
    is_below_others,
    is_of_others,
    is_score,
    place_of,
    trains,
)
from etl.reading.prose import sentences_settings
from etl.reading.setting_code import of_this_training, read_code
from etl.reading.setting_names import canonical_name
from etl.reading.setting_tables import read_table
from etl.reading.settings_not_taken import tell_not_taken
from etl.reading.settings_text import Setting
from etl.reading.terse_settings import terse_settings
from etl.reading.this_model import ThisModel
from etl.reading.unassigned import unassigned
from etl.reading.vocabularies import SETTINGS
from warehouse.schema import Hyperparameter, Source

_CLASS_WITH_PARAMETERS = re.compile(r"^`([\w.]{3,200})`(?: of length \d+)?(?: with parameters:|\s*$)")
_CLASS_PATH = re.compile(r"[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)++")
_BOLD_LABEL = re.compile(r"^\**(DataLoader|Loss)\**\s*:?\**:?$")
"""sentence-transformers 2.x: a bold label, then the class and the parameters of it in a code block."""
SENTENCE_WORDS, LONG_VALUE_WORDS = 8, 15
"""A value of so many words is a sentence where it ends in a full stop, or in any case."""
LONG_KNOWN_WORDS, LONG_SEED_WORDS = 12, 4
"""A known setting's value of more words is a sentence; a seed may be of a corpus, too."""
_GOES_ON = ("(", "[", "{")
"""How a line of code ends whose value stands on the lines below."""
_COUNTS_DATA = re.compile(r"\d[\d,. ]{0,15}[kKM]? (?:examples|samples|sentences|documents|images|pairs)", re.I)
"""How much of something was trained on or measured: no setting but where its name is a known one's."""
_COMMENTED_OUT = re.compile(r"#\w{1,40} ?=")
"""What a program in plain text does not set: `#eval_steps = 100`."""
_MEASURED = re.compile(r"metric|evaluat|benchmark|performance", re.I)
_BETWEEN = re.compile(r", |，|; | [|·•] ")
_LEARNING_RATE = ("earning", "lr", "LR")
"""Of which every English spelling of a learning rate has one."""
_TRAINING_LABEL = re.compile(r"\W{0,4}(?:training|fine-?tuning|hyper-?parameters)(?: \w{1,12})?\W{0,4}:", re.I)
_OF_TRAINING = re.compile(rf"LoRA|{_TRAINING_LABEL.pattern}", re.I)
_OF_SETUPS = (*_LEARNING_RATE, "poch", "POCH")
_BATCHES = frozenset(("batch_size", "train_batch_size", "total_train_batch_size"))
_FROM_BASE = re.compile(r"\W{0,4}base model\W{1,4}\w", re.I)
"""What stands in a list of what a model was tuned from, and how long."""
_UNMISTAKABLE = re.compile(
    r"\W{0,4}(?:Optimi[sz]er\W{1,4}(?:Adam|SGD|Lion\b|LAMB\b|RMSprop)|(?:Training|Train) (?:steps|epochs|batch size)\W{1,4}\d)",
    re.I,
)
LONGEST_STAGE, SHORTEST_SENTENCE = 300, 15
_SPLIT_ARGS = re.compile(r"and the args are:\s*$", re.I)


def read_hyperparameters(context: Context, this: ThisModel) -> list[tuple[str, list[Statement]]]:
    """The settings by place, with its heading where that speaks of training; which run they are of, `runs` decides."""
    found = []
    recipe = recipe_lines(context)
    repos = frozenset(repo.casefold() for repo in (context.model_id, context.subject.model) if repo)
    for number, (section, block) in enumerate(context.card.blocks()):
        stated = [s for s in _block(this, section, block, number) if s.line not in recipe]
        taken = of_this_training(stated, block, repos) if stated and isinstance(block, Fence) else stated
        if taken and not _is_of_another_training(this, section, block):
            found.append((section.title if in_training(section) else "", taken))
        elif stated or not isinstance(block, Paragraph):
            tell_not_taken(context, section, block, stated)
    return found


def _is_of_another_training(this: ThisModel, section: Section, block: Block) -> bool:
    """Whether a block is advice, about a teacher, or below a heading that is nothing but the name of the base.

    Asked of blocks that state something only: most do not.
    """
    if is_of_others(section, block) or is_below_others(section):
        return True
    title = section.title.strip()
    return " " not in title and not in_training(section) and title.casefold() in this.own.others


def rows_of(context: Context, statement: Statement, run: int) -> Iterator[Hyperparameter]:
    """The row of a statement, and of the parts of an optimizer's sentence."""
    subject = context.subject_at(statement.line)
    name = canonical_name(context, statement)
    yield _row(subject, statement, run, name, statement.value, is_part=False)
    if code := setting_values.repair(name, statement.value):
        context.note(code, statement.source, statement.line, "hyperparameters", statement.value)
    if name == "optimizer":
        for part, text in optimizer_parts(statement.value):
            yield _row(subject, statement, run, part, text, is_part=True)
    elif name == "loss" and _CLASS_PATH.fullmatch(statement.value):
        yield _row(subject, statement, run, "loss_name", statement.value.rsplit(".", 1)[-1], is_part=True)
    for part, text in joined_parts(statement.name, statement.value):
        yield _row(subject, statement, run, part, text, is_part=True)


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
        value_number=setting_values.number(name, text),
        value_bool=values.truth(text),
        is_part=is_part,
    )


def _block(this: ThisModel, section: Section, block: Block, number: int) -> Iterator[Statement]:
    if isinstance(block, ListBlock):
        source = Source.HTML if block.html else Source.LIST
        stated = list(_terse(this, section, block, number, source))
        items = _without(block.items, stated)
        if _may_state(items) and (place := place_of(section, block) or _evident(section, items)):
            stated += _list(items, place, number, source)
        stated = stated or list(_unmistakable(items, number, source))
        yield from sorted(stated, key=attrgetter("line"))
        lines = {s.line for s in stated}
        for item in block.items:
            if item.line not in lines and len(item.text) > SHORTEST_SENTENCE:
                yield from _sentences(this, section, [item], number)
    elif isinstance(block, Paragraph):
        yield from _paragraph(this, section, block, number)
    elif isinstance(block, TableBlock):
        yield from read_table(this, section, block, number)
    elif isinstance(block, Fence):
        yield from read_code(section, block, number)


def _terse(this: ThisModel, section: Section, block: ListBlock, number: int, source: str) -> Iterator[Statement]:
    """The settings of items in shorthand: `- 3 epochs, lr 1e-4 cosine, batch 4`; of several that set the same, each is a stage.

    Where no training is spoken of, only LoRA's are read, which nobody mistakes, and those behind a label that does.
    """
    of_training = place_of(section, block)
    items = block.items if of_training else [item for item in block.items if _OF_TRAINING.search(item.text[:60])]
    read = [(item, found) for item in items if (found := terse_settings(_first_statement(item.text)))]
    names = [{each.name for each in found} for _, found in read]
    are_stages = max(Counter(chain.from_iterable(names)).values(), default=0) > 1
    for index, (item, found) in enumerate(read):
        if not (of_training or "lora_r" in names[index] or _TRAINING_LABEL.match(item.text)):
            continue
        column = index if are_stages else 0
        for words, value, name in found:
            yield Statement(words, value, item.line, source, number, column, name)
        for told in _sentences(this, section, [item], number):
            if told.canonical not in names[index]:
                yield replace(told, column=column)


def _without(items: Sequence[Item], stated: Iterable[Statement]) -> Sequence[Item]:
    """The items on whose lines nothing is stated yet."""
    lines = {s.line for s in stated}
    return [item for item in items if item.line not in lines] if lines else items


def _unmistakable(items: Sequence[Item], number: int, source: str) -> Iterator[Statement]:
    """What is a training's among any facts about a model: `Optimizer: AdamW`, `Training steps: 642`."""
    for item in items:
        if _UNMISTAKABLE.match(item.text) and (setting := _stated(item, Place.OTHER)):
            yield Statement(setting.name, setting.value, item.line, source, number)


def _may_state(items: Iterable[Item]) -> bool:
    """Whether some item begins like `name: value`, or is a name and a number."""
    for item in items:
        head = item.text[:72]
        if ":" in head or "=" in head or "：" in head or head[-1:].isdigit() or (head[:2] == "**" and ".**" in head):
            return True
    return False


def _paragraph(this: ThisModel, section: Section, block: Paragraph, number: int) -> Iterator[Statement]:
    """`name: value` lines without bullets; a class in code marks below a bold label (sentence-transformers 2.x)."""
    first = block.lines[0].text
    if first[:1] == "`" and (match := _CLASS_WITH_PARAMETERS.match(first)) and (label := _BOLD_LABEL.match(block.lead)):
        yield Statement(label[1], match[1], block.line, Source.LIST, number)
        return
    told = [x for x in block.lines if not _COMMENTED_OUT.match(x.text)]
    lines = [x for x in told if len(x.text) < 200]
    stated: set[int] = set()
    if first[:2] == "--" or (len(lines) > 1 and lines[1].text[:2] == "--"):
        yield from _flags(section, block, number)
        return
    if first[:1] == "{" and place_of(section, block) >= Place.SETTINGS:
        settings = python_settings.dict_items("\n".join(x.text for x in block.lines))
        for setting in settings:
            yield Statement(setting.name, setting.value, block.lines[setting.offset].line, Source.LIST, number)
        if settings:
            return
    if _may_state(lines) and (place_of(section, block) or _evident(section, lines)):
        for statement in _list(lines, Place.TRAINING, number, Source.LIST):
            stated.add(statement.line)
            yield statement
    yield from _sentences(this, section, [x for x in told if x.line not in stated], number)


def _sentences(this: ThisModel, section: Section, lines: Sequence[Item], number: int) -> Iterator[Statement]:
    for told, line in sentences_settings(lines, in_training(section)):
        if told.subject and told.subject in this.own.others:
            continue
        yield Statement(told.words, told.value, line, Source.PROSE, number, canonical=SETTINGS.canonical(told.name))


def _flags(section: Section, block: Paragraph, number: int) -> Iterator[Statement]:
    """A command that its author did not set as code: one `--name value` a line."""
    if place_of(section, block):
        for setting in settings_text.flags([x.text for x in block.lines]):
            if SETTINGS.knows(setting.name):
                line = block.lines[setting.offset].line
                yield Statement(setting.name, setting.value, line, Source.LIST, number)


def _list(items: Sequence[Item], place: Place, number: int, source: str) -> Iterator[Statement]:
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
    """The settings of each item, with its line: one, or those between the commas of `lr = 1e-4, epochs = 3`."""
    stated: list[tuple[Setting, int]] = []
    for item in items:
        if setting := _stated(item, place):
            several = _several(item) if _BETWEEN.search(setting.value) else []
            stated.extend((s, item.line) for s in several or [setting])
    return stated


def _several(item: Item) -> list[Setting]:
    """The settings of an item that is nothing but pairs with commas or `|` between them, two of them known, behind a label
    or none: `Hyperparameters: lr=1e-4, epochs=3`; else none."""
    text = plain(_first_statement(item.text)).strip().rstrip(",.;|·• ")
    if len(text) > LONGEST_STAGE or any(bracket in text for bracket in "([{\"'"):
        return []
    if found := _between_signs(text):
        return found
    found = _between_signs(text.partition(": ")[2])
    return found if trains(s.name for s in found) else []


def _between_signs(text: str) -> list[Setting]:
    if "=" in text and ": " in text.partition("=")[0]:
        return []  # `Optimizer: AdamW, lr=5e-5`
    pairs = [settings_text.pair(part.strip().removeprefix("and ")) for part in _BETWEEN.split(text)]
    found = [s for s in pairs if s is not None and len(s.name.split()) <= 4 and len(s.value.split()) <= 3]
    known = [SETTINGS.knows(s.name) for s in found]
    return found if found and len(found) == len(pairs) and known[0] and sum(known) > 1 else []


def _stated(item: Item, place: Place) -> Setting | None:
    """What an item of a list states, be it a setting or not."""
    text = _first_statement(item.text).rstrip(" ,\\\t\n")
    setting = settings_text.pair(text) or (unassigned(text) if place >= Place.SETTINGS else None)
    if setting is None or setting.value.endswith(_GOES_ON) or values.is_filler(setting.value):
        return None
    return None if setting.value == setting.name and "=" in text else setting


def _evident(section: Section, items: Sequence[Item]) -> Place:
    """Of a list in no place for settings: whether its own names tell that a training is set up.

    Among metrics it is one that was made to measure the model by.
    """
    if _MEASURED.search(section.title) or not any(word in item.text for item in items for word in _OF_SETUPS):
        return Place.OTHER
    known = {SETTINGS.canonical(s.name) for s, _ in _all_stated(items, Place.OTHER) if _known(s)}
    is_set_up = "learning_rate" in known or ("num_epochs" in known and not known.isdisjoint(_BATCHES))
    is_tuned = "num_epochs" in known and any(_FROM_BASE.match(item.text) for item in items)
    return Place.TRAINING if is_tuned or (len(known) >= EVIDENT_SETTINGS and is_set_up) else Place.OTHER


def _tells_of_training(stated: Sequence[tuple[Setting, int]]) -> bool:
    """Whether most of what a list states are settings that are known, and some: then so are the others."""
    known = {s.name for s, _ in stated if SETTINGS.knows(s.name)}
    return len(known) >= EVIDENT_SETTINGS and len(known) * 2 >= len(stated)


def _is_setting(setting: Setting, place: Place) -> bool:
    if place < Place.SETTINGS:
        return _known(setting) and not NOT_NAMES.match(setting.name)
    name = setting.name
    if (place is Place.SETTINGS and NOT_NAMES.match(name)) or NEVER_NAMES.match(name):
        return False
    counts = bool(_COUNTS_DATA.fullmatch(setting.value))
    return SETTINGS.knows(name) or not (counts or len(name.split()) > 6 or _is_sentence(setting.value))


def _is_sentence(value: str) -> bool:
    count = len(value.split(None, LONG_VALUE_WORDS))
    return count >= LONG_VALUE_WORDS or (count >= SENTENCE_WORDS and value.endswith("."))


def _first_statement(text: str) -> str:
    """An item's own line; its continuation only where the writer is known to break the line there."""
    first, _, rest = text.partition("\n")
    if not rest or settings_text.ANNOUNCES_MORE.search(first):
        return first
    if _SPLIT_ARGS.search(first) or first.rstrip().endswith((":", "=", ",")):
        return f"{first} {rest}"
    return first


def _known(setting: Setting) -> bool:
    """A listed name with a value that looks like a setting's: a number, a word or two."""
    if not SETTINGS.knows(setting.name):
        return bool(joined_names(setting.name))
    longest = LONG_SEED_WORDS if SETTINGS.canonical(setting.name) == "seed" else LONG_KNOWN_WORDS
    return values.number(setting.value) is not None or len(setting.value.split()) <= longest
