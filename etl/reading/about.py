"""Whom a card's facts are about: its own repo, or the original that a quantized or converted copy reprints.

A copy is recognized by what only copies say: a quantizer's front matter (`quantized_by`), a conversion sentence,
a title that ends in a quantization format. A mirror that reprints a card without saying so is no copy here; which
printings are one run is decided in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards import Card, ListBlock, Paragraph
from etl.cards.inline import plain
from etl.cards.sieve import Words
from etl.cards.structure import Item
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence
from etl.reading.context import OWN, Subject
from etl.reading.mentions import MAX_TEXT, hub_id, mentions
from etl.reading.parent_words import told
from warehouse.schema import About, Relation

_FORMAT = r"(?:GGUF|GGML|GPTQ|AWQ|EXL2|EXL3|MLX|HQQ|AQLM|ONNX|OpenVINO|bnb|imatrix|i1|CoreML|CTranslate2|ct2|NF4|INT4|INT8|FP8|W4A16|W8A8)"
_FORMAT_AT_END = re.compile(
    rf"[-_. ](?:{_FORMAT}|\d(?:\.\d+)?bpw|[2-8]-?bit|q[2-8](?:_[0-9k]\w*)?)(?:[-_. ].*)?$", re.I
)
_SENTENCES = (
    re.compile(r"\bconverted to (?:the )?(?:GGUF|GGML|MLX|ONNX|CTranslate2|CoreML|OpenVINO)\b.{0,40}?\bfrom\b", re.I),
    re.compile(
        rf"\bcontains? .{{0,60}}?\b{_FORMAT}(?:[- ]format)? (?:format )?(?:model )?(?:files|weights|quant\w*)", re.I
    ),
    re.compile(r"\bquanti[sz](?:ed|ations?) (?:\w+ ){0,3}?(?:version|versions|model|copy|of|made|by)\b", re.I),
    re.compile(
        rf"\b{_FORMAT} (?:quants?|quanti[sz]ations?|version|conversion|format of|model files|weights) (?:of|for|from)\b",
        re.I,
    ),
    re.compile(r"\b(?:static|weighted/imatrix|imatrix) quants? of\b", re.I),
    re.compile(r"\bquants? (?:of|for) \[", re.I),
)
_ORIGINAL = re.compile(
    r"^\W*(?:original|base|source|unquanti[sz]ed|full)\s+(?:(?:model|repo|weights|card|float\d\d)\W{0,3})+(?:from\b)?\W*$",
    re.I,
)
_COPY_WORDS = re.compile(rf"\b(?:{_FORMAT}|quanti[sz]\w+|quants?|convert\w+|\d-?bits?|original (?:\w+ )?model)\b", re.I)
_UNQUANTIZED = re.compile(
    r"\bfor the (?:fp16|bf16|full|unquanti[sz]ed|original)\b[^.\n]{0,20}\b(?:model|version|weights)\b", re.I
)
_OFFERS = re.compile(
    r"\bof (?:this|the|our) model\b|\b(?:available|can be found|found (?:at|here|in|on)|check out|thanks to|provided by|refer to)\b"
)
"""A card that is no copy says so of its copies."""
_CARD_HEADING = re.compile(r"^original (?:model )?(?:card|readme|model card)\b", re.I)
_ORIGINAL_HEADING = re.compile(rf"{_CARD_HEADING.pattern}|^original model\b", re.I)
_HINTS = Words(
    "onvert",
    "uanti",
    "uants",
    "GGUF",
    "GGML",
    "GPTQ",
    "AWQ",
    "EXL2",
    "riginal model",
    "riginal Model",
    "ORIGINAL MODEL",
)
HEAD_BLOCKS = 14
"""A copy says so at its beginning; further down "quantized" may be advice on how to run the model."""


def copied_from(card: Card, model_id: str) -> Subject:
    """The card's subject: own, or reprinted with the original's repo id as the card gives it."""
    if not (_front_says_copy(card.front) or _name_says_copy(card, model_id)):
        if not card.says(_HINTS):
            return OWN
        head = [b for _, b in card.blocks() if isinstance(b, Paragraph | ListBlock)][:HEAD_BLOCKS]
        sentence = next((b.text for b in head if isinstance(b, Paragraph) and _says_copy(b.text)), "")
        if not _says_copy(sentence, strong=True):
            return OWN
    return Subject(About.REPRINTED, _original(card, model_id, own_lines(card)))


def pasted_from(card: Card, model_id: str, subject: Subject) -> tuple[int, Subject]:
    """The line of the heading below which another card is pasted, and that card's subject; 0 where none is set apart.

    Of a card that is no copy (a merge that pastes its source's card), only what stands below is reprinted.
    """
    if subject is not OWN:
        return own_lines(card), subject
    line = own_lines(card, _CARD_HEADING)
    return line, Subject(About.REPRINTED, _named_original(card, model_id.casefold(), line)) if line else OWN


def own_lines(card: Card, heading: re.Pattern[str] | None = None) -> int:
    """The line of the heading below which the original's card is pasted; 0 where it is not set apart."""
    heading = heading or _ORIGINAL_HEADING
    return next((s.line for s in card.sections if s.level and heading.match(s.title)), 0)


def copy_stem(repo: str) -> tuple[str, bool]:
    """A model's name without owner, blanks and a quantization's or conversion's suffix; whether it had one."""
    name = repo.rsplit("/", 1)[-1].strip().casefold().replace(" ", "-")
    stem = _FORMAT_AT_END.sub("", name)
    return stem.rstrip("-_. "), stem != name


def strings(node: Node | None) -> list[Scalar]:
    """The scalars of a scalar or a list of scalars."""
    if isinstance(node, Scalar):
        return [node] if node.text.strip() else []
    if isinstance(node, Sequence):
        return [x for x in node.items if isinstance(x, Scalar) and x.text.strip()]
    return []


def _front_says_copy(front: Mapping) -> bool:
    if front.get("quantized_by") is not None:
        return True
    relation = front.get("base_model_relation")
    return isinstance(relation, Scalar) and relation.text == "quantized"


def _name_says_copy(card: Card, model_id: str) -> bool:
    name = model_id.rsplit("/", 1)[-1]
    return bool(_FORMAT_AT_END.search(name) or (card.title and _FORMAT_AT_END.search(card.title)))


def _says_copy(text: str, strong: bool = False) -> bool:
    """Whether a paragraph says that this is a copy; not where it tells where the model's copies are."""
    text = text[:1500]
    if not any(hint in text for hint in _HINTS):
        return False
    patterns = _SENTENCES[:2] + _SENTENCES[3:5] if strong else _SENTENCES
    found = (m for p in patterns for m in p.finditer(text))
    return any(not (strong and _OFFERS.search(text[m.start() : m.end() + 60].split(". ")[0].lower())) for m in found)


def _original(card: Card, model_id: str, until: int) -> str | None:
    """The original's repo id: named by an "Original model:" line, else by a sentence, else by the front matter."""
    own = model_id.casefold()
    front = [hub_id(s.text) for s in strings(card.front.get("base_model"))]
    given = [found for found in front if found and found.casefold() != own]
    return _named_original(card, own, until) or (given[0] if len(given) == 1 else None)


def _named_original(card: Card, own: str, until: int) -> str | None:
    """The repo after the label "Original model:"; without one, that of which a sentence says this is a copy."""
    texts = _own_texts(card, until)
    named = (m.repo for item in texts for m in mentions(item.text)[:3] if _ORIGINAL.match(plain(m.before)))
    return next((repo for repo in named if repo.casefold() != own), None) or _copied_in(card, own, until)


def _own_texts(card: Card, until: int) -> Iterator[Item]:
    """The lines and items of running text that name a repo, in a copy's own part."""
    for _, block in card.blocks():
        if until and block.line > until:
            return
        lines = block.items if isinstance(block, ListBlock) else block.lines if isinstance(block, Paragraph) else []
        yield from (item for item in lines if "/" in item.text)


def _copied_in(card: Card, own: str, until: int) -> str | None:
    """The first repo of which a sentence of the head says that this is a copy."""
    head = [b for _, b in card.of(Paragraph) if not until or b.line <= until][:HEAD_BLOCKS]
    for block in head:
        if "/" not in block.text or not _COPY_WORDS.search(block.text[:MAX_TEXT]):
            continue
        for mention in mentions(block.text):
            relation = told(mention, None)
            is_copy = relation is Relation.QUANTIZED or (relation is not None and _COPY_WORDS.search(mention.before))
            is_copy = is_copy or bool(_says_copy(block.text) and _UNQUANTIZED.search(mention.before))
            if is_copy and mention.repo.casefold() != own and not copy_stem(mention.repo)[1]:
                return mention.repo
    return None
