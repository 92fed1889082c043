"""What the words over a list say: that the models of a merge follow; and which sentences speak of merging.

Vocabularies and how they are looked up; which lists are looked at, and whose parents they name, `relations` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from etl.cards.remembered import remembered
from etl.reading.words.parent_words import MERGED

_INTRODUCES = re.compile(
    r":\W*$|\bfollowing\b|\bbelow\b|\bmerge (?:the |these )?models\W*$|models (?:were )?merged|merged models|included in the merge",
    re.I,
)
_OF_MERGE = re.compile(r"merg(?:e|ed|er|ing)\b|\bblend|\bslerp|\bmoe\s{1,3}of\b|made with the following models", re.I)
_MODELS = re.compile(r"\bmodels?\b|\bloras?\b|ingredients|components|sources|recipe", re.I)
_MODELS_USED = re.compile(r"^models?(?: (?:and|&) lora'?s?)? used\b", re.I)
_NAMES_MODELS = re.compile(r"\w[^\w\n]{1,3}models?\b[^.:]{0,40}:\W*$", re.I)
_OTHER_MODELS = re.compile(
    r"\b(?:other|more|previous|also|related|similar|like|inspired|compar\w*|thanks?|check|see|try)\b", re.I
)
"""What a merge's card lists beside the models that were merged."""
_MERGE_HINTS = ("merg", "blend of", "mix of", "fusion of")
"""Of which every text has one that speaks of merging."""
_MADE_OF = re.compile(
    r"\b(?:moe|merged?|mix(?:ture)?)\b[^\n]{0,24}\b(?:model )?(?:based on|built (?:from|with)|made (?:of|from))\W*$",
    re.I,
)
"""`My first MoE model based on`, right above the list."""
_RECIPE = re.compile(r"\W*(?:merge )?recipe\W*", re.I)
_OTHERS = re.compile(r"quanti|gguf|gptq|awq|exl2|ggml|\bdatasets?\b|\bdownload", re.I)


def introduces_merge(title: str, lead: str) -> bool:
    """Whether the sentence before a list, or the heading right above it, announces the models of a merge."""
    if lead:
        if _MADE_OF.search(lead) and not is_of_others(lead):
            return True
        told = _is_of_merge(lead) or (_is_of_merge(title) and not _OTHER_MODELS.search(lead))
        return bool(told and _INTRODUCES.search(lead) and not is_of_others(lead))
    return bool(_is_of_merge(title) and _MODELS.search(title) and not is_of_others(title))


def heads_recipe(lead: str, items: Iterable[str]) -> bool:
    """Whether a list is headed as a recipe, and one of its items speaks of merging."""
    return bool(_RECIPE.fullmatch(lead)) and any(map(_is_of_merge, items))


def lists_models(lead: str) -> bool:
    """Whether the sentence before a list says that models follow, and not other ones: in a merge's card, the merged."""
    return bool(lead and _NAMES_MODELS.search(lead)) and not (is_of_others(lead) or _OTHER_MODELS.search(lead))


def heads_models_used(title: str) -> bool:
    """Whether a heading stands over the models used: in a merge's card, merged; in a tool's, whatever it used."""
    return bool(_MODELS_USED.match(title))


def is_of_others(text: str) -> bool:
    """Whether a text speaks of copies or data sets, which were not merged."""
    return bool(_OTHERS.search(text))


@remembered(longest=200, texts=8_192)
def _is_of_merge(text: str) -> bool:
    return bool(_OF_MERGE.search(text))


def merging_spans(text: str) -> list[tuple[int, int]]:
    """Where the sentences stand that speak of merging; behind "a merge of", what was merged."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _MERGE_HINTS):
        return []
    ends = [m.end() for m in re.finditer(r"(?<=[a-z\])])\.\s|\n\n", text)]
    spans = zip([0, *ends], [*ends, len(text)], strict=True)
    found = ((MERGED.search(text, start, end), start, end) for start, end in spans)
    return [(m.start() if m[0].endswith("of") else start, end) for m, start, end in found if m]
