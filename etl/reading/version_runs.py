"""Libraries and their versions in sentences and beside each other: `PyTorch 2.4.0, Transformers 4.44.2 and Datasets 3.0.1`.

What the authors say that they used is a statement. Two that stand side by side are a statement of use wherever they stand, unless the line or its heading speaks of what
the reader needs or of what was tested. What must not move in: one library alone, whose place must tell what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards.sieve import Words
from etl.reading.vocabularies import FRAMEWORKS

_BEHIND = (", ", " and ", " & ", " · ", " • ", " / ", "; ", " | ", " + ", ". ", "🚀 ")
_LIBRARIES = (
    "PyTorch", "pytorch", "Pytorch", "torch", "Transformers", "transformers", "TRL", "trl", "PEFT", "peft", "Datasets",
    "datasets", "Tokenizers", "tokenizers", "accelerate", "Accelerate", "diffusers", "Diffusers", "Python", "python",
    "CUDA", "Keras", "keras", "TensorFlow", "tensorflow", "numpy", "NumPy", "scikit-learn", "sklearn", "MONAI", "timm",
    "bitsandbytes", "sentencepiece", "gymnasium", "Gymnasium", "xgboost", "XGBoost", "skops", "ultralytics", "DeepSpeed",
    "deepspeed", "Lightning", "Unsloth", "unsloth", "torchvision", "pandas",
)  # fmt: skip
BESIDE = Words(*(f"{sign}{mark}{name}" for sign in _BEHIND for name in _LIBRARIES for mark in ("", "`", "🤗 ", "**")))
"""A library right behind a comma, a dot or the like."""
_MARK = r"(?:🤗 ?)?[`*]{0,2}"
_PAIR = (
    rf"{_MARK}[A-Za-z][\w.-]{{1,24}}?(?: [A-Za-z][a-z-]{{1,12}})?[`*]{{0,2}}(?: version)?(?: ?(?:==|[:=]) ?| |(?<=[a-z])-)[`*]{{0,2}}v?"
    r"\d{1,4}\.\d{1,3}(?:[.+]?\w){0,20}+[`*]{0,2}"
)
_SIGN = r"(?:,? (?:and|with|&|·|•|/|\||\+|🚀) ?|[,;.] (?:and )?| (?=[a-z]{3,12}-\d))"
_RUN = re.compile(rf"(?<![\w./`*-]){_PAIR}(?:{_SIGN}{_PAIR})+")
_PART = re.compile(
    r"(?<!\w)(?P<name>(?!(?:and|with) )[A-Za-z][\w.-]{1,24}?(?: (?!version)[A-Za-z][a-z-]{1,12})?)[`*]{0,2}(?: version)?(?: ?(?:==|[:=]) ?| |-)[`*]{0,2}v?(?P<version>\d{1,4}\.\d{1,3}(?:[.+]?\w){0,20}+)"
)
_OTHER = re.compile(
    r"requir|depend|install|prerequisit|need|recommend|support|tested|compatib|at least|minimum|upgrade|since|older|newer|infer|serv(?:e|ing)|speed|latency|work(?:s|ing)? (?:with|on)|bug|issue|from (?:version )?$",
    re.I,
)
"""What a version is said to be for in the words before it, where it is none with which the model was made."""
_AT_LEAST = re.compile(r" ?(?:\+|or (?:higher|later|above|newer|greater)|and (?:higher|later|above|newer|up))")
_TWO = re.compile(r"\d\.\d.{3,60}\d\.\d")
_SENTENCE_END = re.compile(r"[.!?:] ")

USES = Words(
    "We used ", "we used ", "rained with ", "rained using ", "made with ", "uilt with ", "tuned with ", "tuned using ",
    "enerated by ",
)  # fmt: skip
_VERSION_WITHIN = re.compile(r"\d\.\d")
_USED = re.compile(
    r"(?:[Ww]e used|[Tt]rained (?:with|using)|made with|[Bb]uilt with|-?tuned (?:with|using)|[Gg]enerated by)(?: the)? (.{0,160})"
)
_OF_USE = re.compile(
    r"(?:(?:,? and|,|,? (?:along|together) with)? )?(?:\w{2,20} version: |🤗 )?([A-Za-z][\w-]{1,20}(?: [A-Z][a-z]{1,20})?)(?: (?:version )?|==)`?v?(\d{1,4}\.\d{1,3}[\w.+]{0,20})`?"
)
"""`We used transformers `v3.1.0` along with PyTorch `v1.5.1`.`: the next library follows right upon the last."""


def runs_in(text: str) -> Iterator[tuple[str, str]]:
    """The libraries and versions that stand side by side in a text, each name as it is written."""
    for run in _RUN.finditer(text) if _TWO.search(text) else ():
        if _AT_LEAST.match(text, run.end()) or _OTHER.search(_SENTENCE_END.split(text[: run.start()])[-1]):
            continue
        parts = list(_PART.finditer(run[0]))
        known = [part for part in parts if FRAMEWORKS.knows(part["name"])]
        if len(known) > 1:
            yield from ((part["name"], part["version"]) for part in known)


def used(text: str) -> Iterator[tuple[str, str]]:
    """The libraries and versions that a sentence says that the authors used."""
    if not _VERSION_WITHIN.search(text) or (match := _USED.search(text)) is None:
        return
    rest = f" {match[1]}"
    while (found := _OF_USE.match(rest)) and FRAMEWORKS.knows(found[1]):
        rest = rest[found.end() :]
        if not _AT_LEAST.match(rest):
            yield found[1], found[2].rstrip(".")
