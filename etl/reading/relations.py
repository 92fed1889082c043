"""Parents of a repo: those of the front matter, the sentences that tools and people write, merge recipes.

A copy has one parent, the original, of which it is `quantized`; what else its body names are the original's parents,
and reprinted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from etl.cards import ListBlock, Paragraph, TableBlock, items_of
from etl.cards.inline import plain
from etl.cards.sieve import Words
from etl.cards.structure import Item, Section
from etl.reading.context import OWN, Context
from etl.reading.lineage.front_parents import MERGE_TAGS, front_parents, tags
from etl.reading.lineage.merge_recipes import folders, named_as, recipe_models, recipe_names, recipes_text, repos
from etl.reading.lineage.merge_tables import tabled_models
from etl.reading.lineage.named_elsewhere import named_elsewhere
from etl.reading.lineage.told_of import (
    copies_own,
    is_linked_of_another,
    is_named,
    is_of_another,
    is_of_sister,
    is_original,
    is_subject,
    is_told_of_copy,
    tells_of,
)
from etl.reading.subjects.about import linked_card
from etl.reading.words.foreign_words import is_base_label, labels_base
from etl.reading.words.mentions import UNOWNED, Kind, Mention, labelled_id, mentions, unowned
from etl.reading.words.merge_words import (
    heads_models_used,
    heads_recipe,
    introduces_merge,
    is_of_others,
    lists_models,
    merging_spans,
)
from etl.reading.words.parent_words import (
    LIST_LABEL,
    is_grandparent,
    is_introduced,
    is_label,
    is_listed_after,
    is_merged,
    is_stated,
    may_tell,
    told,
)
from warehouse.schema import About, ModelRelation, Relation, Source

_LABEL_WORD = re.compile("model|teacher|llm|checkpoint|name_or_path|base|backbone")
"""Of which every label has one, unless it says "from"."""
_RECIPE = Words("merge_method")
"""Whose keys are read as a recipe's."""
_LISTS_FILES = re.compile(r"\W{0,4}(?:files?(?: ?name)?|checkpoints?|adapters?|weights|lora)\W{0,4}$", re.I)
_HEADS_BASES = re.compile(r"base(?: model| checkpoint)?", re.I)
"""The columns of a release of several files, each made from another model."""
_TELLS_PARENT = re.compile(r"odel|[Bb]ase|[Bb]ackbone|heckpoint")
MAX_LABEL = 40
HEAD_SECTIONS = 4


def read_relations(context: Context) -> Iterator[ModelRelation]:
    """Each parent once per source, relation and subject, in the card's order."""
    seen: set[tuple[str, str, str | None, str]] = set()
    own = context.model_id.casefold()
    names = recipe_names(context)
    merged = [row for repo, at in repos(names) for row in _row(context, repo, Relation.MERGE, Source.CONFIG_BLOCK, at)]
    body = list(_body(context))
    for repo, line in named_as(context, folders(names)):
        body += _row(context, repo, Relation.MERGE, Source.PROSE, line)
    for repo, line in tabled_models(context):
        body += _row(context, repo, Relation.MERGE, Source.TABLE, line)
    if not (names or body) and context.card.says(UNOWNED):
        body = list(_unowned(context))
    if not (names or body) and context.subject.model:
        linked = linked_card(context.card, context.model_id.casefold(), context.own_until)
        body += _row(context, linked[0], Relation.QUANTIZED, Source.PROSE, linked[1]) if linked else ()
    for repo, line in named_elsewhere(context) if not (names or body) else ():
        body += _row(context, repo, Relation.FINETUNE, Source.PROSE, line)
    tuned = {row.base_model_id.casefold() for row in body if row.relation is Relation.FINETUNE}
    for row in (*front_parents(context, tuned), *merged, *body):
        mark = (row.base_model_id.casefold(), row.source, row.relation, row.about)
        if mark not in seen and row.base_model_id.casefold() != own:
            seen.add(mark)
            yield row


def other_models(relations: Iterable[ModelRelation]) -> list[str]:
    """The ids of the parents whose names tell of other models than this one.

    AdapterHub lists its adapters by the bases they are for: beside results, `bert-base-uncased` is this adapter.
    """
    return [r.base_model_id for r in relations if r.relation != Relation.ADAPTER or "/" in r.base_model_id]


def _body(context: Context) -> Iterator[ModelRelation]:
    for i, section in enumerate(context.card.sections):
        if "/" in section.title and " for " in section.title:
            yield from _heading(context, section)
        elif i < HEAD_SECTIONS and section.level:
            yield from _headed(context, section, context.card.lines[section.line - 1])
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from _paragraph(context, section, block)
            elif isinstance(block, ListBlock):
                yield from _list(context, section, block)
            elif isinstance(block, TableBlock):
                yield from _table(context, block)


def _table(context: Context, block: TableBlock) -> Iterator[ModelRelation]:
    """The parent in a table of names and values: `| Base model | owner/name |`; of each file, where a column tells it."""
    if block.header is not None and _LISTS_FILES.match(block.header.words[0]):
        bases = [i for i, head in enumerate(block.header.words) if _HEADS_BASES.fullmatch(head)]
        for row in block.rows if len(bases) == 1 else ():
            if bases[0] < len(row.cells):
                yield from _labelled(context, Item(f"Base model: {row.cells[bases[0]]}", row.line))
    for row in block.rows if block.rows and len(block.rows[0].cells) == 2 else ():
        named = row.cells[0]
        if len(row.cells) == 2 and "/" in row.cells[1] and (_TELLS_PARENT.search(named) or is_base_label(named)):
            yield from _labelled(context, Item(f"{row.cells[0]}: {row.cells[1]}", row.line))


def _unowned(context: Context) -> Iterator[ModelRelation]:
    """The parents that a body without any other names by one word: told by the words before, or after a label."""
    for _, block in context.card.blocks():
        for item in items_of(block):
            for mention in unowned(item.text):
                if is_linked_of_another(context, item.text, mention):
                    continue
                label = is_label(plain(item.text[:60])) if mention.start <= MAX_LABEL else None
                is_named = label is not None and not _is_loose(label[0])
                relation = _relation(context, label[0]) if label and is_named else told(mention, None)
                is_hubs = mention.kind is Kind.CODE or "](https://adapterhub.ml) for the " in mention.before
                is_base = relation is Relation.ADAPTER and is_hubs  # as AdapterHub writes it
                is_first = isinstance(block, Paragraph) and is_introduced(mention)
                if is_base or (relation is Relation.FINETUNE and (is_first or not is_listed_after(mention))):
                    yield from _row(context, mention.repo, relation, Source.PROSE, item.line)


def _heading(context: Context, section: Section) -> Iterator[ModelRelation]:
    """The base of an adapter that a heading names: `These are x LoRA adaption weights for owner/base`."""
    for mention, relation in _told(context, section.title):
        if relation is Relation.ADAPTER:
            yield from _row(context, mention.repo, relation, Source.PROSE, section.line)


def _headed(context: Context, section: Section, line: str) -> Iterator[ModelRelation]:
    """The parent that a title links, or the original in a heading at a copy's beginning: `Conversion of [pier](...)`."""
    if context.subject.model:
        if any(is_original(context, mention) for mention in mentions(line)):
            yield from _row(context, str(context.subject.model), Relation.QUANTIZED, Source.PROSE, section.line)
    elif section.level == 1 and "](" in line:
        for mention, relation in _told(context, line.lstrip("# ")):
            if mention.is_link:
                yield from _row(context, mention.repo, relation, Source.PROSE, section.line)


def _paragraph(context: Context, section: Section, block: Paragraph) -> Iterator[ModelRelation]:
    """Parents that a paragraph names: after a label at the beginning of a line, else by the words around them."""
    texts = [x.text for x in block.lines]
    if not any("/" in text for text in texts):
        return
    labelled = set()
    over = block.lead or section.title
    for item in block.lines:
        if "/" not in item.text:
            over = item.text
            continue
        found = _labelled(context, item) or _below(context, over, item)
        over = ""
        if found:
            labelled.add(item.line)
            yield from found
    text = "\n".join(texts)
    for mention, relation in _told(context, text):
        line = block.lines[text.count("\n", 0, mention.start)].line
        if line not in labelled and not (relation is Relation.FINETUNE and is_of_another(context, section)):
            yield from _row(context, mention.repo, relation, Source.PROSE, line)


def _below(context: Context, over: str, item: Item) -> list[ModelRelation]:
    """The parent with whose name a line begins, where a label stands alone on the line or in the heading over it."""
    label = LIST_LABEL.match(over) if len(over) <= MAX_LABEL and "odel" in over else None
    if label is None:
        return []
    first = next((m for m in mentions(item.text) if not m.before.strip(" *_-")), None)
    return list(_row(context, first.repo, _relation(context, label[0]), Source.PROSE, item.line)) if first else []


def _told(context: Context, text: str) -> Iterator[tuple[Mention, Relation]]:
    """The mentions of a text of which its words tell a relation; in a sentence of merging, every link is a source."""
    if context.subject is OWN and not may_tell(text):
        return
    found = mentions(text)
    carried: Relation | None = None
    merging = merging_spans(text) if found else []
    stated = elsewhere = False
    for i, mention in enumerate(found):
        elsewhere = is_grandparent(mention) or (
            elsewhere and mention.follows
        )  # "tuned from A, which is a merge of B and C"
        stated = is_stated(mention) or (stated and mention.follows)
        carried = relation = told(mention, carried)
        if relation is Relation.FINETUNE and i and tells_of(context, found[i - 1], mention):
            carried = relation = None
        if relation is None and is_original(context, mention):
            relation = Relation.QUANTIZED
        if relation is Relation.QUANTIZED and context.subject is OWN and not stated:
            continue  # a card that is no copy links its copies
        if relation is not None and not (relation is Relation.FINETUNE and is_subject(context, mention)):
            yield mention, relation
        elif not elsewhere and _is_merged_in(mention, merging) and is_named(mention, text[mention.start : mention.end]):
            yield mention, Relation.MERGE


def _is_merged_in(mention: Mention, merging: Sequence[tuple[int, int]]) -> bool:
    inside = mention.is_link and any(start <= mention.start < end for start, end in merging)
    return inside and not is_merged(mention)


def _list(context: Context, section: Section, block: ListBlock) -> Iterator[ModelRelation]:
    if not any("/" in item.text for item in block.items):
        return
    given = _announced(context, section, block)
    depth: int | None = None  # of an announced model: what is listed below it is what it was made of
    inner: tuple[int, Relation | None] | None = None  # depth and relation of an item that announces those below it
    for item in block.items:
        if inner is not None and item.depth <= inner[0]:
            inner = None
        if "/" not in item.text:
            depth = None if depth is not None and item.depth <= depth else depth
            if label := LIST_LABEL.match(item.text):
                inner = (item.depth, _relation(context, label[0]))
            continue
        if found := _labelled(context, item):
            yield from found
        elif inner:
            yield from _announced_item(context, item, inner[1])
        elif given and (depth is None or item.depth <= depth):
            found = list(_announced_item(context, item, given[0]))
            depth = item.depth if found else None
            yield from found
        else:
            for mention, said in _told(context, item.text):
                is_told = said is Relation.FINETUNE or (
                    said is Relation.QUANTIZED and is_told_of_copy(context, mention)
                )
                if is_told and not (
                    is_listed_after(mention) or is_of_another(context, section) or is_of_sister(context, item.text)
                ):
                    yield from _row(context, mention.repo, said, Source.PROSE, item.line)


def _announced(context: Context, section: Section, block: ListBlock) -> tuple[Relation | None] | None:
    """The relation of a list's items, where the words over it announce parents; None where they do not."""
    lead = block.lead[-160:]
    heads = heads_recipe(lead, (item.text for item in block.items)) or introduces_merge(section.title, lead)
    if heads or (lists_models(lead) and _is_merge(context)):
        return (Relation.MERGE,)
    if (
        not lead
        and heads_models_used(section.title)
        and ("lora" in section.title.lower() or "merg" in context.card.body.lower())
    ):
        # Where a recipe names the models, such a list goes deeper: to what those were made of.
        recipes = recipes_text(context) if next(recipe_models(context), None) else ""
        known = [m.repo.casefold() in recipes for item in block.items for m in mentions(item.text)[:1]]
        return (Relation.MERGE,) if not recipes or 2 * sum(known) > len(known) else None
    label = LIST_LABEL.match(block.lead.rsplit("\n", 1)[-1]) or (
        LIST_LABEL.match(section.title) if not block.lead else None
    )
    return (_relation(context, label[0]),) if label else None


def _announced_item(context: Context, item: Item, relation: Relation | None) -> Iterator[ModelRelation]:
    for mention in mentions(item.text)[:1]:
        if not is_of_others(item.text[: mention.start]) and not copies_own(context, mention.repo):
            yield from _row(context, mention.repo, relation, Source.PROSE, item.line)


def _is_merge(context: Context) -> bool:
    """Whether the card says by its tags or by a recipe that its model is a merge."""
    return bool(tags(context) & MERGE_TAGS or next(recipe_models(context), None))


def _labelled(context: Context, item: Item) -> list[ModelRelation]:
    """The parents after a label such as "Base model:"; nothing if the line has none."""
    text = item.text
    head = text[:60].lower()
    is_told = "from" in head or (":" in head and _LABEL_WORD.search(head))
    if not is_told and (head.isascii() or not labels_base(head)):
        return []
    label = is_label(plain(text[:60]))
    if not label or ("_model" in label[0] and context.card.says(_RECIPE)):
        return []
    if "_or_path" in label[0] and not text.startswith("**"):
        return []  # a setting of a training, which `started_from` reads; Optimum sets off what it quantized
    relation = Relation.MERGE if "merge" in text[:80].lower() else _relation(context, label[0])
    is_loose = _is_loose(label[0])
    found = [m.repo for m in mentions(text) if not is_grandparent(m) and (m.is_link or not is_loose)]
    if not found and not is_loose and (whole := labelled_id(text)):
        found = [whole]
    return [row for repo in found for row in _row(context, repo, relation, Source.PROSE, item.line)]


def _is_loose(label: str) -> bool:
    """Whether what the label heads is a parent only where it is linked: a language model may be the kind, or the card's own."""
    return "anguage" in label


def _relation(context: Context, label: str) -> Relation | None:
    """The relation that a label tells: in a merge the models are merged, an original is only ever copied."""
    label = label.casefold()
    if "tuned from" not in label and ("merge" in label or _is_merge(context)):
        return Relation.MERGE
    if context.subject.about is About.REPRINTED and "original" in label:
        return Relation.QUANTIZED
    return (
        Relation.FINETUNE
        if re.search(r"tuned|base|language|parent|pre-?trained|teacher|foundation|backbone|starting|initial", label)
        else None
    )


def _row(context: Context, repo: str, relation: Relation | None, source: Source, line: int) -> Iterator[ModelRelation]:
    """The row of a parent, or none: in a copy the original is the only parent of its own."""
    subject = context.subject_at(line) if context.subject.about is not About.REPRINTED else context.subject
    if copies_own(context, repo):
        return
    if subject.about is About.REPRINTED:
        is_original = subject.model is not None and repo.casefold() == subject.model.casefold()
        if line > context.own_until > 0 and (is_original or relation is Relation.QUANTIZED):
            return  # the original itself, and its other copies, named on its own card
        if is_original:
            subject, relation = OWN, Relation.QUANTIZED
        elif relation is Relation.QUANTIZED or (relation is Relation.MERGE and line <= context.own_until):
            subject = OWN  # what was merged in before the copy was made, the copy's own words tell
    yield ModelRelation(
        about=subject.about, about_model=subject.model, source=source, line=line, base_model_id=repo, relation=relation
    )
