"""Which labels are another model's than the card's: of another size, language, tuning or packing, a variant, a parent.

Asked of a label and the names of the card's own model. Which label is its own is judged in `this_model`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from etl.reading.models.model_labels import BRACKETS, Label
from etl.reading.models.model_names import Name, name, unversioned
from etl.reading.models.own_names import OwnNames
from etl.reading.words.table_words import FAMILY

_METHODS = frozenset(("sft", "dpo", "rlhf", "orpo", "kto", "simpo"))
TUNINGS = _METHODS | {"chat", "ft"}
"""What a label does not leave out. (`Instruct` it does: a table of instructed models says so above.)"""

UNTRAINED = re.compile(
    r"\W*(?:(?:before|pre)(?:[- ](?:fine-?tuning|training|tuning))?|\w{1,30} before (?:fine-?tuning|training)|(?:(?:zero-?shot|raw|stock|frozen|unmodified) )?base(?: [\w.:-]{1,30}){0,4}(?: \([^()]{1,40}\))?|(?:untuned|un-?fine-?tuned|not fine-?tuned|untrained)(?: model)?|(?:(?!our )[\w-]{1,20} )?baseline(?: \([^()]{1,40}\))?|original|[^()]{1,40}\(before\)|(?:pre-?trained|vanilla)(?: [\w-]{1,30})?)\W*",
    re.I,
)
"""`Base` beside `Fine-tuned`: what a model was, and what it is now."""
_TRAINED = re.compile(
    r"\W*(?:(?:after|post)(?:[- ](?:fine-?tuning|training|tuning))?|\w{1,30} after (?:fine-?tuning|training)|(?:[\w-]{1,20} ){0,2}(?:fine-?)?tuned(?: [\w-]{1,30})?(?: \([^()]{1,40}\))?|trained(?: model)?|[^()]{1,40}\(after\)|(?:[a-z]{3,9} )?20\d\d update)\W*",
    re.I,
)
_TRAINED_ALONE = re.compile(r"\W*(?:after fine-?tuning|fine-?tuned(?: model)?)\W*", re.I)
_SHOTS = re.compile(r"shot", re.I)
"""How a model was asked that was not trained for it: that one may be this one, too."""
_BASE = re.compile(r"\b(?:base|instruct)$", re.I)
"""`Qwen2.5-32B base`, `stock instruct`"""
ADAPTED = re.compile(
    r"[\W_]*(?:(?:with|after|our|the) )?(?:(?:\d{1,2}-?bit|rank-?\d{1,3}) )?(?:q?lora|peft|adapter|sft|dpo|orpo|kto|grpo|rlhf)"
    r"(?:[ -](?:q?lora|adapters?|fine-?tun(?:ed?|ing)|tuned|trained|models?|checkpoint))*(?: \([^()]{1,40}\))?[\W_]*",
    re.I,
)
"""And what people call what it is now by how it was trained: `LoRA adapter`, `GRPO`, `+ SFT`."""

_SHORT = {"mbert": frozenset(("bert", "multilingual")), "xlmr": frozenset(("xlm", "roberta"))}
"""What everybody calls models that others are made from."""


def index_beside_parent(own: OwnNames, labels: Sequence[str]) -> int | None:
    """Which of two labels is of the fine-tuned model, where the other is a short name of what it was tuned from."""
    words = frozenset(own.names[0].words)
    if len(labels) != 2 or "finetuned" not in words:
        return None
    short = [_SHORT.get(name(label).glued) for label in labels]
    parents = [parent is not None and parent <= words for parent in short]
    return parents.index(False) if sum(parents) == 1 else None


def beside_untrained(own: OwnNames, labels: Sequence[Label]) -> list[Label]:
    """The only label beside what the model was, if all its words are the model's: `Base` | `Petrel` for petrel-7b-chat."""
    left = [label for label in labels if not UNTRAINED.fullmatch(label.words)]
    if len(left) != 1 or len(labels) < 2 or not left[0].name.words:
        return []
    return left if own.words.issuperset(left[0].name.words) and not is_another(own, left[0]) else []


def adapted_beside_untrained(own: OwnNames, labels: Sequence[Label]) -> list[Label]:
    """The only label that says how the model was trained, beside what that was: `Base` | `LoRA`, `Instruct` | `Base` | `Adapter`.

    Not if the model's own name says that it was trained by another method.
    """
    left = [label for label in labels if ADAPTED.fullmatch(label.words)]
    if len(left) != 1:
        return []
    others = [label.words for label in labels if label != left[0]]
    bases = [bool(UNTRAINED.fullmatch(words) or _BASE.search(words)) for words in others]
    if not any(bases) or not all(b or FAMILY.match(w) for b, w in zip(bases, others, strict=True)):
        return []
    said = own.names[0].kinds & _METHODS
    return left if not said or said & left[0].name.kinds or not left[0].name.kinds & _METHODS else []


def trained(labels: Sequence[Label]) -> list[Label]:
    """The labels of a model after its training, where one before it stands beside them, or the only one that says no more."""
    bare = [label for label in labels if _TRAINED_ALONE.fullmatch(label.words)]
    if len(bare) == 1 and not all(_SHOTS.search(label.words) for label in labels if label is not bare[0]):
        return bare
    if not any(UNTRAINED.fullmatch(label.words) for label in labels):
        return []
    return [label for label in labels if _TRAINED.fullmatch(label.words)]


def is_told_apart(own: OwnNames, label: Label) -> bool:
    """Whether the label is of another size or language than any name says, or is a parent."""
    return own.all.differs(label.name) or frozenset(label.name.words) in own.parents


def is_another(own: OwnNames, label: Label) -> bool:
    """Whether the label is of another size, language, tuning or packing than any name says, or is a parent."""
    theirs = label.name
    if is_told_apart(own, label) or _is_untuned(own.names[0], theirs) or _is_variant(own.names[0], theirs):
        return True
    if _is_unstretched(own.stretched, theirs):
        return True
    if theirs.is_versioned and not own.all.is_versioned:  # `Tulu-v2` for Tulu 2 is none
        bare = unversioned(label.words)
        if all(bare not in n.glued for n in own.names):
            return True
    remarks = name(" ".join(BRACKETS.findall(label.words))).kinds & _METHODS
    return bool(theirs.kinds - own.all.kinds - remarks)


def _is_variant(own: Name, label: Name) -> bool:
    """Whether a label is the repo's own name and a letter: `Pier-v2-c` is another than Pier-v2."""
    return label.words[:-1] == own.words and len(label.words[-1]) == 1 and label.words[-1].isalpha()


def _is_unstretched(names: Sequence[Name], label: Name) -> bool:
    """Whether a label is what all names that hold it say was stretched to a longer context: `Pier 7B` beside `Pier 7B 64K`."""
    held = [n for n in names if label.words and label.text in n.text]
    return bool(held) and not label.contexts and all(n.contexts for n in held)


def _is_untuned(own: Name, label: Name) -> bool:
    """Whether a label is the repo's own name but for how it was tuned: that is its parent."""
    bare = tuple([w for w in own.words if w not in TUNINGS])
    rest = label.words[len(bare) :]  # its size may stand in a cell of its own
    sized = all(word[0].isdigit() or word in "bm" for word in rest)
    return bool(own.kinds & TUNINGS) and label.words[: len(bare)] == bare and sized
