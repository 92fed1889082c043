"""Whom a card's facts are about: its own repo, or the original that a quantized or converted copy reprints.

A copy is recognized by what only copies say: a quantizer's front matter (`quantized_by`), a conversion sentence,
a title that ends in a quantization format. A mirror that reprints a card without saying so is no copy here; which
printings are one run is decided in SQL.
"""

from __future__ import annotations

import re

from etl.cards import Card, ListBlock, Paragraph
from etl.cards.inline import links, plain
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence
from etl.reading.context import OWN, Subject
from warehouse.schema import About

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
_ORIGINAL = re.compile(r"^\W*(?:original|base|source|unquanti[sz]ed|full)\s+(?:model|repo|weights|card)\b", re.I)
_ORIGINAL_HEADING = re.compile(r"^original (?:model )?(?:card|readme|model card)|^original model\b", re.I)
_HUB_LINK = re.compile(
    r"https?://[^\s]{0,40}?(?:huggingface\.co|hf\.co|hf-mirror\.com|hf\.[\w.-]{3,40}\.)/+([\w.-]{1,96}/[\w.-]{1,96})(?:[/?#].*)?$"
)
"""The Hub, its mirrors (`hf.xwall.us.kg.`), and what people mistype before its name."""
_REPO_ID = re.compile(r"^[\w.-]{1,96}/[\w.-]{1,96}$")
_NO_OWNER = frozenset(
    ("datasets", "spaces", "docs", "papers", "blog", "collections", "models", "tasks", "transformers", "join")
)
_HINTS = (
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
    evidence = _front_says_copy(card.front) or _name_says_copy(card, model_id)
    if not (evidence or any(hint in card.body for hint in _HINTS)):
        return OWN
    head = [(s, b) for s, b in card.blocks() if isinstance(b, Paragraph | ListBlock)][:HEAD_BLOCKS]
    sentence = next((b for _, b in head if isinstance(b, Paragraph) and _says_copy(b.text)), None)
    heading = next((s for s in card.sections if s.level and _ORIGINAL_HEADING.match(s.title)), None)
    if not (evidence or (sentence is not None and _says_copy(sentence.text, strong=True)) or heading):
        return OWN
    return Subject(About.REPRINTED, _original(card, model_id, sentence))


def own_lines(card: Card) -> int:
    """In a copy: the line of the heading below which the original's card is pasted; 0 where it is not set apart."""
    for section in card.sections:
        if section.level and _ORIGINAL_HEADING.match(section.title):
            return section.line
    return 0


def hub_id(target: str) -> str | None:
    """The model repo id a link points to, or that a bare text is; None for data sets, spaces, docs, elsewhere."""
    target = target.strip().rstrip("/.,)")
    match = _HUB_LINK.match(target)
    found = match[1] if match else target if _REPO_ID.match(target) else None
    if found is None or found.split("/")[0] in _NO_OWNER:
        return None
    return found.removesuffix(".git")


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
    text = text[:1500]
    if not any(hint in text for hint in _HINTS):
        return False
    patterns = _SENTENCES[:2] + _SENTENCES[3:5] if strong else _SENTENCES
    return any(p.search(text) for p in patterns)


def _original(card: Card, model_id: str, sentence: Paragraph | None) -> str | None:
    """The original's repo id: named by an "Original model:" line, else by the sentence, else by the front matter."""
    own = model_id.casefold()
    for _, block in card.blocks():
        lines = block.items if isinstance(block, ListBlock) else block.lines if isinstance(block, Paragraph) else []
        for item in lines:
            if _ORIGINAL.match(plain(item.text[:80])):
                for link in links(item.text):
                    found = hub_id(link.target)
                    if found and found.casefold() != own:
                        return found
    front = [s.text.strip() for s in strings(card.front.get("base_model"))]
    if sentence is not None:
        named = [found for link in links(sentence.text) if (found := hub_id(link.target)) and found.casefold() != own]
        if named and (not front or named[0].casefold() not in (f.casefold() for f in front)):
            return named[0]
    given = [found for text in front if (found := hub_id(text)) and found.casefold() != own]
    return given[0] if len(given) == 1 else None
