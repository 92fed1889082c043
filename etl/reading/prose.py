"""Settings that a sentence about training names: "trained for 3 epochs with a learning rate of 2e-5".

Only the plainest wordings are read, in sentences that speak of training that was done: a setting missed in prose is
absent, one read wrongly is a lie. Advice, examples and usage are no statements.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from etl.cards import Item
from etl.cards.remembered import remembered

_DIGITS = r"\d+(?:,\d+)*(?:\.\d+)?(?:[eE][-−–]?\d+)?(?:\s?(?:[x×*]|\\times)\s?10\s?\^?\s?\{?[-−–]?\d+\}?)?[kKM]?"
_ENDS = r"`?\*{0,2}(?![\w%]|[.,]\d|\s?[-–]\s?\d|\s+(?:to|or)\s+\d)"
_NUMBER = rf"\*{{0,2}}`?({_DIGITS}){_ENDS}"
_WORD_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"
_COUNT = rf"(?:\*{{0,2}}`?(~?{_DIGITS}\+?){_ENDS}|({_WORD_NUMBERS}))"
_IS = r"(?: (?:of|was|is|has been|have been|equal to))?(?: (?:set|limited) (?:to|at))?(?: (?:around|about|approximately))?(?: ?=)?"
"""What may stand between a setting's name and its value."""
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "learning rate",
        re.compile(
            rf"\b(?:initial |peak |maximum |constant |fixed |base )?learning[ -]rate{_IS}\s*{_NUMBER}(?! (?:steps|warm))",
            re.I,
        ),
    ),
    ("learning rate", re.compile(rf"(?<![\d.]){_NUMBER}\s+learning[ -]rate\b(?! (?:decay|warm))", re.I)),
    (
        "global batch size",
        re.compile(
            rf"\b(?:global|total|effective) batch[ -]size{_IS}\s*{_NUMBER}(?!\s*(?:tokens|million|[kmM]\b|x|×|\*))",
            re.I,
        ),
    ),
    (
        "global batch-size",
        re.compile(rf"\b(?:global|total|effective) batch[ -]size of\s*({_DIGITS}(?: million)? tokens)\b", re.I),
    ),
    (
        "batch size",
        re.compile(
            rf"\b(?<!eval )(?<!evaluation )(?<!per-device )(?<!per device )(?<!device train )(?<!micro )(?<!global )(?<!total )(?<!effective )batch[ -]?size{_IS}\s*{_NUMBER}(?!\s*(?:per|tokens|million|[kmM]\b|x|×|\*))",
            re.I,
        ),
    ),
    (
        "epochs",
        re.compile(
            rf"\b(?:for|during|over|in|trained|train|completing|completed)\s+(?:a total of |only |about |around |approximately |just )?{_COUNT}\s+(?:full |training |complete )?epochs?\b",
            re.I,
        ),
    ),
    (
        "steps",
        re.compile(
            rf"\b(?<!warmup )(?<!warm-up )(?:for|during|over)\s+(?:a total of )?(?:{_NUMBER}|((?:{_WORD_NUMBERS}|{_DIGITS}) (?:million|thousand)))\s+(?:training |optimi[sz]ation |update |gradient |global )?steps\b",
            re.I,
        ),
    ),
    ("weight decay", re.compile(rf"\bweight[ -]decay(?: rate)?{_IS}\s*{_NUMBER}", re.I)),
    (
        "sequence length",
        re.compile(rf"\b(?:max(?:imum)? )?(?:input )?sequence length{_IS}\s*{_NUMBER}", re.I),
    ),
    ("sequence length", re.compile(rf"\bwith an? {_NUMBER} sequence length\b", re.I)),
    ("block size", re.compile(rf"\bblock[ -]size{_IS}\s*{_NUMBER}", re.I)),
    ("warmup steps", re.compile(rf"\bwarm-?up (?:for|over|of) (?:the first )?{_NUMBER} steps\b", re.I)),
    ("warmup ratio", re.compile(rf"\bwarm-?up ratio{_IS}\s*{_NUMBER}", re.I)),
)
_DONE = re.compile(
    r"\b(?:was|were|is|are|been|I|we|has)\b[^.]{0,80}?\b(?:pre-?|fine-?|post-?)?(?:train|tun)ed\b|^\W*(?:fine-?tun|(?:pre-?)?train)ed\b|\bthe (?:training|fine-?tuning|optimizer)\b|\btraining (?:was|took|is) |\bpre-?training (?:was|with)",
    re.I,
)
_WE_DID = re.compile(
    r"\b(?:we|I) (?:also )?(?:used?|set|train(?:ed)?|ran)\b|\bit took\b|\busing\b|\bused\b|\b(?:was|were) (?:set|limited)\b",
    re.I,
)
_NOT_DONE = re.compile(
    r"\b(?:should|could|would|can be|to use an?|at least|when using|you (?:can|may|might|need)|recommend\w*|suggest\w*|e\.g\.|for example|inference|generat\w+ (?:with|using)|optionally|"
    r"try|tested|we (?:also )?(?:search|sweep|grid)\w*|between|ranging|range|among|either|respectively|original(?:ly)?|baseline|teacher|per epoch|each epoch|every)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=\S[.!?])\s+(?=[A-Z\"*\[])|(?<=[.!?])\s{2,}")
_HINTS = ("epoch", "earning", "atch", "steps", "ecay", "equence length", "lock size")
MAX_SENTENCE = 700


def sentences_settings(lines: Sequence[Item], in_training: bool = False) -> Iterator[tuple[str, str, int]]:
    """(name, value, line) of every setting that the sentences in these lines state as done.

    `in_training`: the heading speaks of training, and a sentence need not.
    """
    read = _stated_in_training if in_training else _stated
    found = read(" ".join([x.text for x in lines]).replace("\n", " "))
    if not found:
        return
    pieces = [(piece, x.line + i) for x in lines for i, piece in enumerate(x.text.split("\n"))]
    ends = list(accumulate(len(piece) + 1 for piece, _ in pieces))
    for name, value, where in found:
        yield name, value, pieces[min(bisect_right(ends, where), len(pieces) - 1)][1]


@remembered(longest=1_000, texts=8_192)
def _stated(text: str) -> Sequence[tuple[str, str, int]]:
    """(name, value, where the value stands) of every setting that the sentences of a text state as done."""
    return _found(text, in_training=False)


@remembered(longest=1_000, texts=8_192)
def _stated_in_training(text: str) -> Sequence[tuple[str, str, int]]:
    """The same below a heading that speaks of training."""
    return _found(text, in_training=True)


def _found(text: str, in_training: bool) -> Sequence[tuple[str, str, int]]:
    if not any(hint in text for hint in _HINTS):
        return ()
    found = []
    at = 0
    for sentence in _SENTENCE_END.split(text):
        begin = text.find(sentence, at)
        at = begin + len(sentence)
        if len(sentence) > MAX_SENTENCE or _NOT_DONE.search(sentence):
            continue
        if not (_DONE.search(sentence) or (in_training and _WE_DID.search(sentence))):
            continue
        for name, pattern in _PATTERNS:
            for match in pattern.finditer(sentence):
                value = next(g for g in match.groups() if g).rstrip(",.")
                found.append((name, value, begin + match.start() + match[0].find(value)))
    return tuple(found)
