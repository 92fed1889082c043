"""Whom a card's facts are about: its own repo, or the original that a quantized or converted copy reprints.

A copy is recognized by what only copies say: a quantizer's front matter (`quantized_by`), a conversion sentence,
a title that ends in a quantization format. A mirror that reprints a card without saying so is no copy here; which
printings are one run is decided in SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards import Card, ListBlock, Paragraph, items_of
from etl.cards.inline import links, plain
from etl.cards.sieve import Words
from etl.cards.structure import Item
from etl.cards.yaml_nodes import Mapping, Node, Scalar, Sequence, is_null
from etl.reading.context import OWN, Part, Subject
from etl.reading.subjects.pasted import CARD_HEADING, base_line, of_original, of_parents_board, of_source, pasted_line
from etl.reading.words.mentions import MAX_TEXT, Mention, hub_id, mentions
from etl.reading.words.parent_words import told
from warehouse.schema import About, Relation

_FORMAT = (
    r"(?:GGUF|GGML|GPTQ|AWQ|EXL2|EXL3|MLX|HQQ|AQLM|VPTQ|AutoRound|quanto|torchao|smashed|ONNX|OpenVINO|bnb|imatrix|i1(?=-GGUF)|Core[ -]?ML|CTranslate2|ct2|"
    r"NF4|INT4|INT8|(?:NV|MX)?FP[468]|W\d{1,2}A\d{1,2})"
)
"""`smashed` is what Pruna calls what it made smaller."""
_FORMAT_AT_END = re.compile(
    rf"[-_. ](?:{_FORMAT}|\d(?:\.\d+)?bpw|[2-8]-?bits?|q[2-8](?:_[0-9k]\w*)?)(?!.*unquanti[sz]ed)(?:[-_. ].*)?$", re.I
)
_FILE_FORMAT = re.compile(
    r"(?:GGUF|GGML|GPTQ|AWQ|EXL2|EXL3|MLX|HQQ|AQLM|ONNX|OpenVINO|imatrix|Core[ -]?ML|CTranslate2|ct2|bnb|bpw)\b", re.I
)
_FRAMEWORK = re.compile(
    r"[-_. ]MLX\b(?!.*(?:\dbpw|\d[- ]?bit|\bq\d|\b(?:mx)?fp\d|\bint\d|\bbf16|quant)).*", re.I | re.S
)
"""What models are trained with, too: `nano-pier-mlx`, `nano-pier-MLX-53M: on one laptop`."""
_CONVERTED_TO = r"(?:GGUF|GGML|MLX|ONNX|CTranslate2|Core ?ML|OpenVINO)"
_NUMBERS_AT_END = re.compile(r"(?:[-_.](?:mlx|bf16|fp16|fp32|mxfp[48]|nvfp4))+")
_FORMAT_AT_START = re.compile(
    rf"^(?:GPTQ|AWQ|EXL2|EXL3|{_CONVERTED_TO}) (?:\w+ ){{0,2}}?(?:of|quant\w*|convert\w*)\b",
    re.I,
)
"""A title that says so: `ONNX export of pier-base`, `GGUF Quantized Pier`."""
_FORMAT_FIRST = re.compile(r"(?:coreml|ggml|gguf|onnx|openvino)[-_]", re.I)
"""How the names of some conversions begin: `coreml-pier-base`."""
_STRONG = (
    re.compile(rf"\bconverted to (?:the )?{_CONVERTED_TO}\b.{{0,40}}?\bfrom\b", re.I),
    re.compile(
        rf"\b(?:this model|these weights)(?: here)? (?:was|were|has been|have been) converted to (?:the )?{_CONVERTED_TO}\b",
        re.I,
    ),
    re.compile(
        rf"\bcontains? .{{0,60}}?\b{_FORMAT}(?:[- ]format)? (?:format )?(?:model )?(?:files|weights|quant\w*)", re.I
    ),
    re.compile(
        rf"\b{_FORMAT} (?:quants?|quanti[sz]ations?|version|conversion|format of|model files|weights) (?:of|for|from)\b",
        re.I,
    ),
    re.compile(r"\b(?:static|weighted/imatrix|imatrix) quants? of\b", re.I),
    re.compile(
        rf"\bthis (?:is|model is|repo\w* (?:provides|contains|has|holds)) (?:in )?(?:an? |the )?(?:[\w.]+ ){{0,2}}?{_FORMAT}"
        r"(?:[- ]quanti[sz]ed)? (?:version|format|export|conversion)\b",
        re.I,
    ),
    re.compile(r"^\W{0,4}quanti[sz]ations? made by\b", re.I),
    re.compile(
        r"\bthis repo\w* (?:is|contains|holds) (?:an? |the )?(?:[\w-]+ ){0,4}?quanti[sz]ed (?:version|weights)\b", re.I
    ),
    re.compile(r"\bthis model is (?:an? |the )?(?:[\w-]+ ){0,10}?quanti[sz]ation of\b", re.I),
)
"""What only copies say."""
_WEAK = (
    re.compile(r"\bquanti[sz](?:ed|ations?) (?:\w+ ){0,3}?(?:version|versions|model|copy|of|made|by)\b", re.I),
    re.compile(r"\bquants? (?:of|for) \[", re.I),
)
"""What is said of copies elsewhere, too."""
_ORIGINAL = re.compile(
    r"^\W*(?:(?:original|base|source|unquanti[sz]ed|full)\s+(?:(?:model|repo|weights|card|float\d\d)\W{0,3})+(?:from\b)?|sources?(?:\(s\))?:)\W*$",
    re.I,
)
_ORIGINALS_CARD = re.compile(r"\boriginal (?:model card|adapter repository)\W*$", re.I)
"""What a link says that leads from a copy to its original."""
_COPY_WORDS = re.compile(rf"\b(?:{_FORMAT}|quanti[sz]\w+|quants?|convert\w+|\d-?bits?|original (?:\w+ )?model)\b", re.I)
_UNQUANTIZED = re.compile(
    r"\bthe (?:full|unquanti[sz]ed|original|(?:\w+[ /])?(?:fp16|bf16))\b[^.\n]{0,20}\b(?:model|version|weights)\b", re.I
)
_TUNED = re.compile(r"tuned|tuning|trained|training", re.I)
_WORD = re.compile(r"[a-z]+|\d+")
_WHOLE = re.compile(r"[-_. ](?:bf16|fp?16|fp32|unquanti[sz]ed)$")
"""The end of an original's name that says that it is not quantized."""
_TRAINED_TAGS = frozenset((
    "generated_from_trainer", "peft", "lora", "adapter-transformers", "autotrain", "trl", "setfit", "spacy", "keras",
    "reinforcement-learning", "deep-reinforcement-learning", "stable-baselines3", "q-learning"
))  # fmt: skip
"""What trained models are tagged with: a name that ends in `-q2` says no more of one of them than a second try."""
_ADAPTED = re.compile(r"(?:^|[-_. ])(?:q?loras?|adapters?|qat)(?:$|[-_. ])", re.I)
"""An adapter that is trained on a quantized model has the kind of its numbers in its name, and is no copy."""
_AWARE = re.compile(r"(?:^|[-_. /])qat(?:$|[-_. ])|quanti[sz]ation[- ]?aware", re.I)
_TUNED_BY_UNSLOTH = Words("trained 2x faster with [Unsloth]", "finetuned and converted to GGUF format using [Unsloth]")
_UPLOADED_BY_UNSLOTH = Words("memory via Unsloth!", "memory with Unsloth!")
_THANKS_THE_MAKERS = Words("for creating and releasing these models", "for creating and releasing this model")
"""What Unsloth prints above the card of a model that it offers, quantized or not."""
_TUNES = Words("ine-tun", "inetun", "INE-TUN")
_TUNED_FROM = re.compile(r"\W*(?:this (?:model )?(?:is|was) )?fine-?tuned (?:from|on)(?: (?:base )?model)?\W*$", re.I)
_TUNED_VERSION = re.compile(r"\bfine-?tuned (?:version|variant|edition) of (?:the )?([\w.:/-]{3,96}\w)", re.I)
_RESULTS_OF = Words("open-llm-leaderboard/details_", "open-llm-leaderboard-old/details_")
_DETAILS = re.compile(r"open-llm-leaderboard(?:-old)?/details_(?P<owner>[\w.-]{1,60}?)__(?P<name>[\w.-]{1,96}\w)")
_TUNED_TO = re.compile(r"instruct|chat|sft|dpo|orpo")
_OFFERS = re.compile(
    r"\bof (?:this|the|our) model\b|\b(?:available|can be found|found (?:at|here|in|on)|check out|thanks to|provided by|refer to)\b"
)
"""A card that is no copy says so of its copies."""
_ORIGINALS = Words("riginal model card", "riginal adapter repository")
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
HEAD_SECTIONS = 4
HEAD_BLOCKS = 14
"""A copy says so at its beginning; further down "quantized" may be advice on how to run the model."""


def copied_from(card: Card, model_id: str) -> Subject:
    """The card's subject: own, or reprinted with the original's repo id as the card gives it."""
    is_named = _name_says_copy(card, model_id) or _is_bare_conversion(card, model_id)
    if is_named and card.says(_TUNED_BY_UNSLOTH) and not front_says_copy(card.front) and _is_tuned_here(card, model_id):
        return OWN
    if (is_named or front_says_copy(card.front)) and _is_tuned_from_its_base(card, model_id):
        return OWN
    is_offered = card.says(_UPLOADED_BY_UNSLOTH) and card.says(_THANKS_THE_MAKERS)
    if is_named or is_offered or front_says_copy(card.front):
        return Subject(About.REPRINTED, _original(card, model_id, pasted_line(card)))
    if not card.says(_HINTS):
        return OWN
    sentence = next(filter(_says_copy, _head_texts(card)), "")
    original = _original(card, model_id, pasted_line(card)) if _says_copy(sentence, strong=True) else None
    return Subject(About.REPRINTED, original) if original else OWN


def _is_tuned_here(card: Card, model_id: str, base: str | None = None) -> bool:
    """Whether what was tuned was packed by its maker: no sentence says that this is a copy, and none names an original but the base."""
    is_copy = any(_says_copy(text, strong=True) for text in _head_texts(card))
    return not (is_copy or pasted_line(card) or _named_original(card, model_id.casefold(), 0) not in (None, base))


def _is_tuned_from_its_base(card: Card, model_id: str) -> bool:
    """Whether somebody packed what he tuned himself: the one base model given is what the card says it was tuned from.

    A copy's base model is its original, and of that no card says that it was tuned from itself.
    """
    given = [found for s in strings(card.front.get("base_model")) if (found := hub_id(s.text))]
    if len(given) != 1 or _letters(given[0]) == _letters(model_id) or not card.says(_TUNES):
        return False
    told_of = (
        m for item in _own_texts(card, 0) for m in mentions(item.text)[:3] if m.repo.casefold() == given[0].casefold()
    )
    if any(_TUNED_FROM.match(plain(m.before)) or told(m, None) is Relation.FINETUNE for m in told_of):
        return _is_tuned_here(card, model_id)
    named = (m[1] for text in _head_texts(card) for m in _TUNED_VERSION.finditer(text[:MAX_TEXT]))
    return any(_letters(name) == _letters(given[0]) for name in named) and _is_tuned_here(card, model_id, given[0])


def _head_texts(card: Card) -> list[str]:
    """The headings and paragraphs with which a card begins."""
    head = [b for _, b in card.blocks() if isinstance(b, Paragraph | ListBlock)][:HEAD_BLOCKS]
    titles = [s.title for s in card.sections[:HEAD_SECTIONS] if s.level]
    return [*titles, *(b.text for b in head if isinstance(b, Paragraph))]


def pasted_parts(card: Card, model_id: str, subject: Subject) -> tuple[Part, ...]:
    """Where another card is pasted, and whom it is about; empty where none is set apart.

    Of a card that is no copy (a merge that pastes its source's card), only what stands below is reprinted.
    """
    if subject is not OWN:
        if _is_trained_on(card, model_id):
            return (Part(len(card.lines), OWN),)
        line = pasted_line(card)
        return of_original(card, line, subject)
    line = pasted_line(card, CARD_HEADING) or base_line(card)
    if not line:
        parents = [s.text.strip() for s in strings(card.front.get("base_model"))] if card.says(_RESULTS_OF) else []
        return of_parents_board(card, model_id, parents) if parents else ()
    source = Subject(About.REPRINTED, _named_original(card, model_id.casefold(), line))
    return of_source(card, model_id, line, source)


def _is_trained_on(card: Card, model_id: str) -> bool:
    """Whether a copy was trained while it was quantized: its settings are its own."""
    titles = (s.title for s in card.sections[:HEAD_SECTIONS])
    return any(_AWARE.search(name) for name in (model_id, *titles))


def copy_stem(repo: str) -> tuple[str, bool]:
    """A model's name without owner, blanks and a quantization's or conversion's suffix; whether it had one."""
    name = repo.rsplit("/", 1)[-1].strip().casefold().replace(" ", "-")
    stem = _FORMAT_AT_END.sub("", name)
    return stem.rstrip("-_. "), stem != name


def is_packed(label: str) -> bool:
    """Whether a label names what is quantized or converted: `pier-7b-AWQ`, or `INT8` alone."""
    return bool(_FORMAT_AT_END.search(f" {label.strip()}"))


def strings(node: Node | None) -> list[Scalar]:
    """The scalars of a scalar or a list of scalars; an item left empty, or null, is none."""
    items = node.items if isinstance(node, Sequence) else [node]
    return [x for x in items if isinstance(x, Scalar) and x.text.strip() and not is_null(x)]


def front_says_copy(front: Mapping) -> bool:
    """Whether the front matter itself says that this is a copy."""
    if front.get("quantized_by") is not None:
        return True
    relation = front.get("base_model_relation")
    return isinstance(relation, Scalar) and relation.text == "quantized"


def _name_says_copy(card: Card, model_id: str) -> bool:
    """Whether the id or the title does; where it only names a kind of numbers (INT8), the model may be trained so."""
    title, own = card.title or "", model_id.rsplit("/", 1)[-1]
    found = [m[0] for name in (own, title) if (m := _FORMAT_AT_END.search(name))]
    if not found:
        return bool(_FORMAT_AT_START.match(title) or _FORMAT_FIRST.match(own))
    if all(map(_FRAMEWORK.fullmatch, found)) and card.front.get("base_model") is None:
        return any(map(_says_copy, _head_texts(card)))
    if any(map(_FILE_FORMAT.search, found)) or _FORMAT_AT_START.match(title):
        return True
    is_trained = any(map(_ADAPTED.search, (*found, model_id, title))) or any(
        tag.text.casefold() in _TRAINED_TAGS for key in ("tags", "library_name") for tag in strings(card.front.get(key))
    )
    return not is_trained or any(map(_says_copy, _head_texts(card)))


def _is_bare_conversion(card: Card, model_id: str) -> bool:
    """Whether a card is nothing but its original's front matter, as mlx-vlm leaves it: `pier-7b-bf16` of pier-7b."""
    given = strings(card.front.get("base_model")) if not card.body.strip() else []
    base, own = ((repo.rsplit("/", 1)[-1].casefold()) for repo in (given[0].text if given else "", model_id))
    return len(given) == 1 and own.startswith(base) and bool(_NUMBERS_AT_END.fullmatch(own[len(base) :]))


def _says_copy(text: str, strong: bool = False) -> bool:
    """Whether a paragraph says that this is a copy; not where it tells where the model's copies are."""
    text = text[:1500]
    if not any(hint in text for hint in _HINTS):
        return False
    patterns = _STRONG if strong else _STRONG + _WEAK
    found = (m for p in patterns for m in p.finditer(text))
    if not strong:
        return any(found)
    said = (text[m.start() : m.end() + 60].split(". ")[0].lower() for m in found)
    return any(words.startswith("this ") or not _OFFERS.search(words) for words in said)


def _original(card: Card, model_id: str, until: int) -> str | None:
    """The original's repo id: what the front matter names as the copy is named; an "Original model:" line; a sentence; else the front matter."""
    own = model_id.casefold()
    front = [hub_id(s.text) for s in strings(card.front.get("base_model"))]
    given = [found for found in front if found and found.casefold() != own]
    if len(alike := [repo for repo in given if _letters(repo) == _letters(model_id)]) == 1:
        return alike[0]  # what a sentence names may be its parent: "quants of a version of pier"
    named = _named_original(card, own, until) or _evaluated_original(card, model_id)
    if named or len(given) != 1:
        return named
    return given[0] if front_says_copy(card.front) or not _is_of_another(given[0], card, model_id) else None


def _evaluated_original(card: Card, model_id: str) -> str | None:
    """The repo that bears the copy's name, whose results on the leaderboard the card links."""
    match = _DETAILS.search(card.body) if card.says(_RESULTS_OF) else None
    repo = f"{match['owner']}/{match['name']}" if match else ""
    is_alike = _letters(repo) == _letters(model_id) and not copy_stem(repo)[1]
    return repo if is_alike and repo.casefold() != model_id.casefold() else None


def _is_of_another(repo: str, card: Card, model_id: str) -> bool:
    """Whether the base model of a copied front matter is the original's own: the copy has another model's name.

    Their names share words, but neither the copy's id nor its title is the base model's name.
    """
    names = [name for name in (model_id.rsplit("/", 1)[-1], card.title) if name]
    base = _letters(repo)
    words = set(_WORD.findall(repo.rsplit("/", 1)[-1].casefold()))
    is_named = any(base in _letters(name) and not _TUNED_TO.search(_letters(name).replace(base, "")) for name in names)
    return not is_named and any(words & set(_WORD.findall(name.casefold())) for name in names)


def _letters(name: str) -> str:
    return "".join(_WORD.findall(_WHOLE.sub("", copy_stem(name)[0])))


def _named_original(card: Card, own: str, until: int) -> str | None:
    """The repo after the label "Original model:"; without one, that of which a sentence says this is a copy."""
    texts = _own_texts(card, until)
    named = (m.repo for item in texts for m in mentions(item.text)[:3] if _ORIGINAL.match(plain(m.before)))
    found = next((repo for repo in named if repo.casefold() != own), None) or _copied_in(card, own, until)
    if found or (linked := linked_card(card, own, until)) is None:
        return found
    return linked[0]


def _own_texts(card: Card, until: int) -> Iterator[Item]:
    """The lines and items of running text that name a repo, in a copy's own part."""
    for _, block in card.blocks():
        if until and block.line > until:
            return
        yield from (item for item in items_of(block) if "/" in item.text)


def _copied_in(card: Card, own: str, until: int) -> str | None:
    """The first repo of which a sentence of the head says that this is a copy."""
    head = [b.text for _, b in card.of(Paragraph) if not until or b.line <= until][:HEAD_BLOCKS]
    titles = [card.lines[s.line - 1] for s in card.sections[:HEAD_SECTIONS] if s.level]
    names = {_letters(name) for name in (own, card.title or "")}
    for text in (*titles, *head):
        for mention in mentions(text):
            repo = mention.repo
            is_other = repo.casefold() != own and not copy_stem(repo)[1]
            if is_other and (_is_copied(text, mention) or (mention.is_link and _letters(repo) in names)):
                return repo
    return None


def linked_card(card: Card, own: str, until: int) -> tuple[str, int] | None:
    """The first repo that a link to "the original model card" leads to, and its line; `own` is the copy's id in lower case."""
    for item in _own_texts(card, until) if card.says(_ORIGINALS) else ():
        for link in links(item.text):
            repo = hub_id(link.target) if _ORIGINALS_CARD.search(plain(link.text)) else None
            if repo and repo.casefold() != own:
                return repo, item.line
    return None


def _is_copied(text: str, mention: Mention) -> bool:
    """Whether a text says that this is a copy of the model mentioned."""
    if not _COPY_WORDS.search(text[:MAX_TEXT]):
        return False
    relation = told(mention, None)
    if relation is Relation.QUANTIZED:
        return True
    if relation is not None and _COPY_WORDS.search(mention.before) and not _TUNED.search(mention.before[-40:]):
        return True
    return bool(_says_copy(text) and _UNQUANTIZED.search(mention.before))
