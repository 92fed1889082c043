"""What the words over a list say: that the models of a merge follow.

Vocabularies and how they are looked up; which lists are looked at, and whose parents they name, `relations` decides.
"""

from __future__ import annotations

import re

from etl.cards.remembered import remembered

_INTRODUCES = re.compile(
    r":\W*$|\bfollowing\b|\bbelow\b|\bmerge (?:the |these )?models\W*$|models (?:were )?merged|merged models|included in the merge",
    re.I,
)
_OF_MERGE = re.compile(r"merg(?:e|ed|er|ing)\b|\bblend|\bslerp|\bmoe\s{1,3}of\b", re.I)
_MODELS = re.compile(r"\bmodels?\b|\bloras?\b|ingredients|components|sources|recipe", re.I)
_MODELS_USED = re.compile(r"^models?(?: (?:and|&) lora'?s?)? used\b", re.I)
_NAMES_MODELS = re.compile(r"\w[^\w\n]{1,3}models?\b[^.:]{0,40}:\W*$", re.I)
_OTHER_MODELS = re.compile(
    r"\b(?:other|more|previous|also|related|similar|like|inspired|compar\w*|thanks?|check|see|try)\b", re.I
)
"""What a merge's card lists beside the models that were merged."""
_OTHERS = re.compile(r"quanti|gguf|gptq|awq|exl2|ggml|\bdatasets?\b|\bdownload", re.I)


def introduces_merge(title: str, lead: str) -> bool:
    """Whether the sentence before a list, or the heading right above it, announces the models of a merge."""
    if lead:
        told = _is_of_merge(lead) or (_is_of_merge(title) and not _OTHER_MODELS.search(lead))
        return bool(told and _INTRODUCES.search(lead) and not is_of_others(lead))
    return bool(_is_of_merge(title) and _MODELS.search(title) and not is_of_others(title))


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
