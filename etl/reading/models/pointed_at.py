"""What a label says of this model itself: "ours", "this model" in many languages, the row that was chosen or released.

What must not move in: names of models (`own_names`), which of several labels it is (`this_model`).
"""

from __future__ import annotations

import re

from etl.cards.remembered import remembered
from etl.reading.words.result_languages import THIS_MODEL

_ITSELF = rf"{THIS_MODEL}|\bthis (?:new |fine-?tuned |hf )?(?:model|one|repo|adapter|lora|checkpoint|fine-?tune|build|quant|artifact)\b"
_RELEASED = (
    r"^\W*(?:the )?(?:released|published|shipped|final) (?:model|adapter|checkpoint|lora|version|release)\b|"
    r"^(?!.*\b(?:step|epoch|iter|rewards?|logps?)).*\((?:final|released|shipped|selected|chosen|deployed|champion)(?: model)?\)\W*$|"
    r"(?:←|<-++|⭐|🏆)\W{0,9}(?:champion|selected|chosen|deployed|winner)\W*$"
)
_OURS = re.compile(
    rf"\bours?\b|{_ITSELF}|\bthis work\b|\(this\)|\bour model\b|\byou are here\b|^this$|➡|👉|{_RELEASED}",
    re.I,
)
_MEASURED_ANEW = re.compile(
    r"\b(?:baseline|sota|reproduc\w+|re-?implement\w+)\b[^()]{0,30}\((?:ours|our \w{1,20})\)|"
    r"\bours \((?:[\w-]{1,20} ){0,3}baseline\)",
    re.I,
)
"""`Kestrel baseline (ours)`, `Ours (SFT baseline)`: what the authors measured beside their model."""
_THIS = re.compile(rf"{_ITSELF}|\(this[):]|\(current\)|\byou are here\b|^this$", re.I)
_THIS_ALONE = re.compile(r"\(this (?:model|one|repo|adapter|checkpoint)\)", re.I)
_HINTS = re.compile(r"this|our|model|here|\(|final|released|published|shipped|<-")
"""Of which every such label in ASCII has one."""
LONGEST_LABEL = 120


def says_this(label: str) -> bool:
    """Whether a label says "this model" or the like."""
    return _says(label)[0]


def says_ours(label: str) -> bool:
    """Whether a label says "ours", "this model", or that it is what was released."""
    return _says(label)[1]


def says_this_alone(label: str) -> bool:
    """Whether a label says "this model" in brackets, and no more of it there."""
    return bool(_THIS_ALONE.search(label))


def is_measured_anew(label: str) -> bool:
    """Whether what is called "ours" is another's model, measured again, or a baseline of their own."""
    return bool(_MEASURED_ANEW.search(label))


@remembered(longest=LONGEST_LABEL, texts=8_192)
def _says(label: str) -> tuple[bool, bool]:
    """Whether a label says "this model"; and whether it says "ours" or the like."""
    lowered = label.lower()
    if lowered.isascii() and not _HINTS.search(lowered):
        return False, False
    return bool(_THIS.search(label)), bool(_OURS.search(label))
