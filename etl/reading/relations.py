"""Parents of a repo: front matter, the sentences that tools and people write, merge recipes."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from etl.cards import Fence, ListBlock, Paragraph
from etl.cards.inline import Link, links, plain
from etl.cards.yaml_nodes import Mapping, Scalar, YamlRefused, compose, leaves
from etl.reading.about import hub_id, strings
from etl.reading.context import Context
from warehouse.schema import About, ModelRelation, Relation, Source

_SENTENCES: tuple[tuple[Relation | None, re.Pattern[str]], ...] = (
    (
        Relation.QUANTIZED,
        re.compile(
            r"converted to (?:the )?(?:gguf|ggml|mlx|onnx|ctranslate2|openvino|coreml)\b.{0,60}?\bfrom\b|(?:gguf|gptq|awq|exl2|ggml)(?:[- ]format)?(?: format)? model files for|quanti[sz]\w+ (?:version|model|copy|of)|\bquants? of\b|quanti[sz]ed from",
        ),
    ),
    (
        Relation.MERGE,
        re.compile(
            r"\bmerge of\b|\bmerged? (?:using|from|with|between)|models were included in the merge|as a base\.?$|slerp|merge method",
        ),
    ),
    (
        Relation.ADAPTER,
        re.compile(
            r"\badapters? (?:for|weights|of)\b|lora (?:adaption|adaptation|adapter)? ?weights for|\blora (?:for|adapter)",
        ),
    ),
    (
        Relation.FINETUNE,
        re.compile(
            r"fine-?\s?tun\w*\b|finetun\w*|further (?:pre-?)?train\w*|continued? (?:pre-?)?train\w*|trained (?:from|on top of)|initiali[sz]ed (?:from|with)|\bbased on\b|built (?:on|upon)|\bdistilled? (?:from|version of)|adaptation of|derived from|starting from|(?:foundation|base|backbone|teacher|student|parent) model (?:is|was)|trained (?:by|using) .{0,40}\bbase\b",
        ),
    ),
)
"""The words, in lower case, that stand before the link to a parent."""
_ITEM = re.compile(
    r"^\W*(?:(?:finetuned|fine-tuned|quanti[sz]ed|converted|adapted|derived|merged|distilled) from(?: model)?|(?:base|original|parent|source|foundation|teacher|pretrained|backbone) model(?:\s*\(?s?\)?)?(?: name)?|parent model)\b\W*",
    re.I,
)
_ID_HINT = re.compile(r"(?:^|[\s`\"*(])[\w.-]{2,96}/[\w.-]{2,96}(?:[\s`\"*),.:]|$)")
_MERGED = re.compile(r"\bmerge of\b|\bmerged? (?:using|with|via|from|between)\b|\bmerging\b", re.I)
_BARE_TRAINER = re.compile(r"fine-?tuned (?:version )?(?:of|from)\s+(?:the )?`?([\w.-]{1,96}/[\w.-]{1,96})`?", re.I)
_AFTER_LINK = re.compile(
    r"\**`?,?\s+(?:model\s+|checkpoint\s+)?(?:that (?:was|is)\s+|which (?:was|is)\s+)?(?:further\s+)?"
    r"(?:fine-?tuned|finetuned|trained|distilled|adapted)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=[a-z\])])\.\s|\n\n")
_ID_FIRST = re.compile(
    r"(?:^|\b(?:is|of|from)\s+(?:an?\s+)?)[`\"*]*(?P<target>[\w.-]{1,96}/[\w.-]{1,96})[`\"*]*\s+(?:model\s+)?(?:(?:further\s+)?(?:fine-?tuned|finetuned|trained|distilled)\b|(?:was|is) used as (?:the )?(?:teacher|base|student))",
    re.I,
)
_CODE_ID = re.compile(r"`([\w.-]{2,96}/[\w.-]{2,96})`")
_LINK_WINDOW = 160
"""Characters between the words and the link that names the parent."""
_OWNERLESS = re.compile(r"https?://huggingface\.co/([A-Za-z][\w.-]{2,90})$")


def read_relations(context: Context) -> Iterator[ModelRelation]:
    """Each parent once per source and relation, in the card's order."""
    seen: set[tuple[str, str, str | None]] = set()
    own = context.model_id.casefold()
    for row in (*_front(context), *_merges(context), *_body(context)):
        mark = (row.base_model_id.casefold(), row.source, row.relation)
        if mark not in seen and row.base_model_id.casefold() != own:
            seen.add(mark)
            yield row


def _front(context: Context) -> Iterator[ModelRelation]:
    front = context.card.front
    said = front.get("base_model_relation")
    relation = said.text if isinstance(said, Scalar) and said.text in set(Relation) else _implied(context)
    for scalar in strings(front.get("base_model")):
        yield ModelRelation(
            source=Source.FRONT_MATTER, line=context.card.front_line(scalar.line),
            base_model_id=scalar.text.strip(), relation=relation,
        )  # fmt: skip


def _implied(context: Context) -> str | None:
    """What the front matter's own words imply where base_model_relation is not given."""
    front = context.card.front
    tags = {t.text.casefold() for t in strings(front.get("tags"))}
    library = {t.text.casefold() for t in strings(front.get("library_name"))}
    if context.subject.about is About.REPRINTED:
        return Relation.QUANTIZED
    if tags & {"merge", "mergekit"}:
        return Relation.MERGE
    if library & {"peft", "adapter-transformers"} or tags & {"lora", "adapter"}:
        return Relation.ADAPTER
    if tags & {"generated_from_trainer", "trl", "sft", "dpo"}:
        return Relation.FINETUNE
    return None


def _merges(context: Context) -> Iterator[ModelRelation]:
    """Models of a mergekit recipe (YAML with merge_method, slices or models)."""
    for _, block in context.card.of(Fence):
        if not any("merge_method" in line or "layer_range" in line for line in block.lines):
            continue
        try:
            root = compose("\n".join(block.lines))
        except YamlRefused:
            continue
        if isinstance(root, Mapping):
            for name, leaf in leaves(root):
                if isinstance(leaf, Scalar) and name.rsplit(".", 1)[-1] in ("model", "base_model"):
                    found = hub_id(leaf.text.split("+")[0])
                    if found:
                        yield _row(found, Relation.MERGE, Source.CONFIG_BLOCK, block.line + leaf.line)


def _body(context: Context) -> Iterator[ModelRelation]:
    for section, block in context.card.blocks():
        if isinstance(block, Paragraph):
            text, line = "\n".join(x.text for x in block.lines), block.line
            yield from _paragraph(context, text, line)
        elif isinstance(block, ListBlock):
            merged = bool(re.search(r"merge", f"{section.title} {block.lead[-160:]}", re.I))
            for item in block.items:
                if "/" in item.text and _may_name(item.text):
                    yield from _list_item(context, item.text, item.line, merged)


def _may_name(text: str) -> bool:
    """A list item with a link, a code span, or the words that introduce a parent."""
    return "](" in text or "`" in text or "http" in text or bool(_ITEM.match(text[:60]))


def _paragraph(context: Context, text: str, line: int) -> Iterator[ModelRelation]:
    """Parents that a paragraph's sentences name: by the words before a link, or right after it."""
    if "/" not in text:
        return
    text = text[:4000]
    for mention, before in _mentions(text):
        relation = _told_before(before) or _told_after(text[mention.end : mention.end + _LINK_WINDOW])
        if relation is not None:
            yield _row(mention.target, relation, Source.PROSE, line + text.count("\n", 0, mention.start))
    if "erg" in text and _MERGED.search(text):
        yield from _merged_in(text, line)
    if _ID_HINT.search(text):
        for pattern in (_BARE_TRAINER, _ID_FIRST):
            for match in pattern.finditer(text):
                if found := hub_id(match[1]):
                    yield _row(found, Relation.FINETUNE, Source.PROSE, line + text.count("\n", 0, match.start()))


def _mentions(text: str) -> Iterator[tuple[Link, str]]:
    """Each model that a link or a code span names (as its repo id), with the words of its sentence before it."""
    found = links(text)
    found += [Link("", m[1], m.start(), m.end()) for m in _CODE_ID.finditer(text)]
    found.sort(key=lambda link: link.start)
    last = 0
    for link in found:
        if link.start < last:
            continue  # a code span inside a link's words
        target = _target(link) if link.text else hub_id(link.target)
        if target:
            before = text[max(last, link.start - _LINK_WINDOW) : link.start]
            yield dataclasses.replace(link, target=target), _SENTENCE_END.split(before)[-1]
        last = link.end


def _told_before(before: str) -> Relation | None:
    """The relation whose words stand nearest before a link; None if there are none."""
    best, where = None, -1
    before = before.lower()
    for relation, pattern in _SENTENCES:
        for match in pattern.finditer(before):
            if match.end() > where:
                best, where = relation, match.end()
    return best


def _told_after(after: str) -> Relation | None:
    return Relation.FINETUNE if _AFTER_LINK.match(after) else None


def _merged_in(text: str, line: int) -> Iterator[ModelRelation]:
    """In a sentence that speaks of merging, every linked model is a source of the merge."""
    for sentence in _SENTENCE_END.split(text):
        if _MERGED.search(sentence):
            yield from (_row(t, Relation.MERGE, Source.PROSE, line) for t in map(_target, links(sentence)) if t)


def _list_item(context: Context, text: str, line: int, merged: bool) -> Iterator[ModelRelation]:
    if _ITEM.match(plain(text[:60])):
        yield from (_row(t, _item_relation(context, text), Source.PROSE, line) for t in _parents(text))
    elif merged:
        yield from (_row(t, Relation.MERGE, Source.PROSE, line) for t in _parents(text)[:1])
    else:
        for mention, before in _mentions(text[:4000]):
            if _told_before(before) is Relation.FINETUNE:
                yield _row(mention.target, Relation.FINETUNE, Source.PROSE, line)


def _item_relation(context: Context, text: str) -> Relation | None:
    if context.subject.about is About.REPRINTED and not re.match(r"\W*fine-?tuned", text, re.I):
        return Relation.QUANTIZED
    return Relation.FINETUNE if re.match(r"\W*(?:fine-?tuned|base|parent|pretrained)", text, re.I) else None


def _parents(text: str) -> list[str]:
    """Repo ids that a list item names: its links, else its code spans, else a bare id."""
    found = [t for link in links(text) if (t := _target(link))]
    found = found or [t for m in _CODE_ID.finditer(text) if (t := hub_id(m[1]))]
    if not found:
        bare = plain(text).rpartition(":")[2].strip().strip("`").split(" ")[0]
        found = [t] if (t := hub_id(bare)) else []
    return list(dict.fromkeys(found))


def _target(link: Link) -> str | None:
    """The repo a link means: its target on the Hub, of any mirror, or a canonical name without owner."""
    found = hub_id(link.target)
    if found:
        return found
    ownerless = _OWNERLESS.match(link.target.rstrip("/"))
    return ownerless[1] if ownerless and ownerless[1] not in ("None", "datasets", "models", "docs", "spaces") else None


def _row(target: str, relation: Relation | None, source: Source, line: int) -> ModelRelation:
    return ModelRelation(source=source, line=line, base_model_id=target, relation=relation)
