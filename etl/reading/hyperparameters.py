"""Training settings that a card states: lists, tables, configuration blocks, commands.

Here stand the walk over the card and the rows; where settings may stand is judged in `places`, lists are read in
`setting_lists`, tables in `setting_tables`, code in `setting_code`, sentences in `prose`.

What must not move in: what a missing setting means, whether two values agree, which run is of which method (SQL).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter

from etl.cards import Block, Fence, Item, ListBlock, Paragraph, Section, TableBlock
from etl.reading import values
from etl.reading.context import Context, Subject
from etl.reading.lineage.merge_recipes import recipe_lines
from etl.reading.models.listed_checkpoints import of_other_checkpoints
from etl.reading.models.model_names import name as name_of
from etl.reading.models.sister_sections import heads_sister
from etl.reading.models.this_model import ThisModel
from etl.reading.settings import python_settings, setting_values, settings_text
from etl.reading.settings.joined_settings import joined_parts, may_join
from etl.reading.settings.optimizer_parts import optimizer_parts
from etl.reading.settings.places import (
    Place,
    Statement,
    in_training,
    is_below_others,
    is_of_others,
    place_of,
    trains,
)
from etl.reading.settings.prose import sentences_settings
from etl.reading.settings.setting_code import as_code, of_this_training, read_code
from etl.reading.settings.setting_lists import evident, first_statement, headed, listed, may_state, unmistakable
from etl.reading.settings.setting_names import canonical_name, with_adapters
from etl.reading.settings.setting_tables import read_table
from etl.reading.settings.settings_not_taken import tell_not_taken
from etl.reading.settings.terse_settings import TELLS_RATE, settings_behind, terse_settings
from etl.reading.vocabularies import SETTINGS
from warehouse.schema import Hyperparameter, Source

_CLASS_WITH_PARAMETERS = re.compile(r"^`([\w.]{3,200})`(?: of length \d+)?(?: with parameters:|\s*$)")
_NUMBER = re.compile(r"\d")
_QUANTITY = re.compile(r"\d[\d.,]{0,12}(?:e-?\d{1,2})?", re.I)
_CLASS_PATH = re.compile(r"[A-Za-z_]\w*+(?:\.[A-Za-z_]\w*+)++")
_BOLD_LABEL = re.compile(r"^\**(DataLoader|Loss)\**\s*:?\**:?$")
"""sentence-transformers 2.x: a bold label, then the class and the parameters of it in a code block."""
_DICTIONARY = re.compile(r"[A-Za-z_ ]{2,40}: ?\{.{1,4000}\}\s*")
_COMMENTED_OUT = re.compile(r"#\w{1,40} ?=")
"""What a program in plain text does not set: `#eval_steps = 100`."""
SHORTEST_SENTENCE = 15
_LABELLED = re.compile(r"\W{0,4}(?:training|fine-?tuning|hyper-?parameters|Q?LoRA)(?: \w{1,12})?\W{0,4}:", re.I)
"""What a line of shorthand in no place for settings begins with."""
_TRAINING_LABEL = re.compile(r"\W{0,4}(?:training|fine-?tuning|hyper-?parameters)(?: \w{1,12})?\W{0,4}:", re.I)


def read_hyperparameters(context: Context, this: ThisModel) -> list[tuple[str, list[Statement]]]:
    """The settings by place, with its heading where that speaks of training; which run they are of, `runs` decides."""
    found = []
    recipe = recipe_lines(context)
    repos = frozenset(repo.casefold() for repo in (context.model_id, context.subject.model) if repo)
    for number, (section, written) in enumerate(context.card.blocks()):
        block = (isinstance(written, Paragraph) and as_code(written)) or written
        stated = [s for s in _block(this, section, block, number) if s.line not in recipe]
        taken = of_this_training(stated, block, repos) if stated and isinstance(block, Fence) else stated
        if taken and isinstance(block, ListBlock) and (others := of_other_checkpoints(this.own, block.items)):
            taken = [s for s in taken if s.line not in others]
        if taken and not _is_of_another_training(context, this, section, block):
            found.append((section.title if in_training(section) else "", with_adapters(taken)))
        elif stated or not isinstance(block, Paragraph):
            tell_not_taken(context, section, block, stated)
    if headings := list(_headings(context)):
        found.append(("", headings))
        found.sort(key=lambda place: place[1][0].line)
    return found


def _headings(context: Context) -> Iterator[Statement]:
    """The settings of a training that are headings with nothing below: `### Training steps: 1500`."""
    for section in context.card.sections:
        if ":" in section.title and not section.blocks and not is_below_others(section):
            setting = settings_text.pair(section.title)
            if setting and _QUANTITY.fullmatch(setting.value) and trains((setting.name,)):
                yield Statement(setting.name, setting.value, section.line, Source.LIST, -1)


def _is_of_another_training(context: Context, this: ThisModel, section: Section, block: Block) -> bool:
    """Whether a block is advice, about a teacher, or below a heading of a sister model, or that is nothing but the base's name.

    Asked of blocks that state something only: most do not.
    """
    if is_of_others(section, block) or is_below_others(section) or heads_sister(context, this.own, section):
        return True
    title = section.title.strip()
    return " " not in title and not in_training(section) and title.casefold() in this.own.others


def rows_of(context: Context, statement: Statement, run: int) -> Iterator[Hyperparameter]:
    """The row of a statement, and of the parts of an optimizer's sentence."""
    subject = context.subject_at(statement.line)
    name = canonical_name(context, statement)
    number, code = setting_values.read(name, statement.value)
    yield _row(subject, statement, run, name, statement.value, number, is_part=False)
    if code:
        context.note(code, statement.source, statement.line, "hyperparameters", statement.value)
    if name == "optimizer":
        parts = dict(optimizer_parts(statement.value))
        if "betas=(" not in statement.value:  # all that the Trainer prints is read
            parts = {each.name: each.value for each in settings_behind(name, statement.value)} | parts
        for part, text in parts.items():
            yield _part(subject, statement, run, part, text)
    elif name in setting_values.NUMBERS or name == "lr_scheduler_type":
        for each in settings_behind(name, statement.value):
            yield _part(subject, statement, run, each.name, each.value)
    elif name == "loss" and _CLASS_PATH.fullmatch(statement.value):
        yield _part(subject, statement, run, "loss_name", statement.value.rsplit(".", 1)[-1])
    for part, text in joined_parts(statement.name, statement.value) if may_join(statement.name) else ():
        yield _part(subject, statement, run, part, text)
        for each in settings_behind(part, text):
            yield _part(subject, statement, run, each.name, each.value)


def _part(subject: Subject, statement: Statement, run: int, name: str, text: str) -> Hyperparameter:
    return _row(subject, statement, run, name, text, setting_values.number(name, text), is_part=True)


def _row(
    subject: Subject, statement: Statement, run: int, name: str, text: str, number: float | None, is_part: bool
) -> Hyperparameter:
    return Hyperparameter(
        about=subject.about,
        about_model=subject.model,
        run=run,
        source=statement.source,
        line=statement.line,
        name=name,
        raw_name=statement.name,
        value_text=text,
        value_number=number,
        value_bool=values.truth(text),
        is_part=is_part,
    )


def _block(this: ThisModel, section: Section, block: Block, number: int) -> Iterator[Statement]:
    if isinstance(block, ListBlock):
        source = Source.HTML if block.html else Source.LIST
        of_place = place_of(section, block)
        stated = list(_terse(this, section, of_place, block.items, number, source))
        items = _without(block.items, stated)
        groups = list(headed(items))
        for within in groups:
            stated += listed(within, Place.SETTINGS, number, source)
        items = _without(items, stated) if groups else items
        if may_state(items) and (place := of_place or evident(section, items)):
            stated += listed(items, min(place, Place.TRAINING) if groups else place, number, source)
        stated = stated or list(unmistakable(items, number, source))
        yield from sorted(stated, key=attrgetter("line"))
        lines = {s.line for s in stated}
        for item in block.items:
            if item.line not in lines and len(item.text) > SHORTEST_SENTENCE:
                yield from _sentences(this, section, [item], number)
    elif isinstance(block, Paragraph):
        yield from _paragraph(this, section, block, number)
    elif isinstance(block, TableBlock):
        yield from _table(this, section, block, number)
    elif isinstance(block, Fence):
        for statement in read_code(section, block, number):
            yield from _taken_apart(statement)


def _table(this: ThisModel, section: Section, block: TableBlock, number: int) -> Iterator[Statement]:
    """The settings of a table; of one with two columns, those of values in shorthand, too, and what is a training's anywhere.

    `Adapter | LoRA (rank 8, alpha 16)`, `Target modules | q_proj, v_proj`.
    """
    stated = list(read_table(this, section, block, number))
    if block.header is not None and len(block.header.cells) == 2:
        rows = [row.as_item() for row in block.rows if len(row.words) == 2]
        source = Source.HTML if block.html else Source.TABLE
        terse = list(_terse(this, section, place_of(section, block), rows, number, source))
        lines = {s.line for s in terse}
        stated = [*terse, *(s for s in stated if s.line not in lines)]
        stated += unmistakable(_without(rows, stated), number, source)
        stated.sort(key=attrgetter("line"))
    yield from stated


def _taken_apart(statement: Statement) -> Iterator[Statement]:
    """A statement, or those that its value is shorthand for: `Adapter: LoRA rank=8, alpha=16`."""
    apart = terse_settings(f"{statement.name}: {statement.value}") if ", " in statement.value else ()
    for words, value, name in apart:
        yield statement._replace(name=words, value=value, canonical=name)
    if not apart:
        yield statement


def _terse(
    this: ThisModel, section: Section, of_training: Place, items: Sequence[Item], number: int, source: str
) -> Iterator[Statement]:
    """The settings of items in shorthand: `- 3 epochs, lr 1e-4 cosine, batch 4`; of several that set the same, each is a stage.

    Where no training is spoken of, only LoRA's are read, which nobody mistakes, those behind a label that does, and
    assignments of which one is a learning rate's.
    """
    may = items if of_training else [item for item in items if _speaks_of_training(item.text[:60])]
    read = [(item, found) for item in may if (found := terse_settings(first_statement(item.text)))]
    names = [{each.name for each in found} for _, found in read]
    are_stages = max(Counter(chain.from_iterable(names)).values(), default=0) > 1
    for index, (item, found) in enumerate(read):
        if not (
            of_training or "lora_r" in names[index] or _TRAINING_LABEL.match(item.text) or TELLS_RATE.search(item.text)
        ):
            continue
        column = index if are_stages else 0
        for words, value, name in found:
            yield Statement(words, value, item.line, source, number, column, name)
        for told in _sentences(this, section, [item], number):
            if told.canonical not in names[index]:
                yield told._replace(column=column)


def _speaks_of_training(text: str) -> bool:
    """Whether the beginning of an item is a label of training, names LoRA or assigns a learning rate."""
    lowered = text.lower()
    if "lora" in lowered or "dora" in lowered:
        return True
    if ("lr" in lowered or "rate" in lowered) and "param" not in lowered and TELLS_RATE.search(text):
        return True
    return ("train" in lowered or "tuning" in lowered or "param" in lowered) and bool(_TRAINING_LABEL.search(text))


def _without(items: Sequence[Item], stated: Iterable[Statement]) -> Sequence[Item]:
    """The items on whose lines nothing is stated yet."""
    lines = {s.line for s in stated}
    return [item for item in items if item.line not in lines] if lines else items


def _paragraph(this: ThisModel, section: Section, block: Paragraph, number: int) -> Iterator[Statement]:
    """`name: value` lines without bullets; a class in code marks below a bold label (sentence-transformers 2.x)."""
    first = block.lines[0].text
    if first[:1] == "`" and (match := _CLASS_WITH_PARAMETERS.match(first)) and (label := _BOLD_LABEL.match(block.lead)):
        yield Statement(label[1], match[1], block.line, Source.LIST, number)
        return
    told = [x for x in block.lines if x.text[:1] != "#" or not _COMMENTED_OUT.match(x.text)]
    lines = [x for x in told if len(x.text) < 200 or _DICTIONARY.fullmatch(x.text)]
    stated: set[int] = set()
    if first[:1] == "{" and place_of(section, block) >= Place.SETTINGS:
        settings = python_settings.dict_items("\n".join(x.text for x in block.lines))
        for setting in settings:
            yield Statement(setting.name, setting.value, block.lines[setting.offset].line, Source.LIST, number)
        if settings:
            return
    if may_state(lines) and (place_of(section, block) or evident(section, lines)):
        for statement in listed(lines, Place.TRAINING, number, Source.LIST):
            stated.add(statement.line)
            yield statement
    sentences = list(_sentences(this, section, [x for x in told if x.line not in stated], number))
    yield from sentences
    stated.update(s.line for s in sentences)
    left = [line for line in lines if line.line not in stated and _NUMBER.search(line.text)]
    of_training = place_of(section, block)
    for line in left:
        if of_training or (":" in line.text[:40] and _LABELLED.match(line.text)):
            for words, value, name in terse_settings(line.text):
                yield Statement(words, value, line.line, Source.LIST, number, canonical=name)


def _sentences(this: ThisModel, section: Section, lines: Sequence[Item], number: int) -> Iterator[Statement]:
    for told, line in sentences_settings(lines, in_training(section)):
        if told.subject and told.subject in this.own.others:
            continue
        if told.size and this.own.all.differs(name_of(told.size)):
            continue
        yield Statement(told.words, told.value, line, Source.PROSE, number, canonical=SETTINGS.canonical(told.name))
