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
_NOT_A_SUM = r"(?!\s*(?:tokens|million|[kmM]\b|x|×|\*))"
_OPTIMIZERS = r"(Adam(?:W|ax)?(?:[ _-]?8[ _-]?bits?)?|AdaFactor|AdaGrad|SGD|LAMB|Lion|RMSProp|RAdam|NAdam|(?:Distributed )?Shampoo|Sophia)"
_PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "learning rate",
        "earning",
        re.compile(
            rf"\b(?:initial |peak |maximum |constant |fixed |base )?learning[ _-]rate{_IS}\s*{_NUMBER}(?! (?:steps|warm))",
            re.I,
        ),
    ),
    (
        "learning rate",
        "earning",
        re.compile(rf"(?<![\d.,]){_NUMBER}\s+learning[ -]rate\b(?! (?:decay|warm))", re.I),
    ),
    (
        "global batch size",
        "atch",
        re.compile(rf"\b(?:global|total|effective) batch[ -]size{_IS}\s*{_NUMBER}{_NOT_A_SUM}", re.I),
    ),
    (
        "global batch-size",
        "atch",
        re.compile(rf"\b(?:global|total|effective) batch[ -]size of\s*({_DIGITS}(?: million)? tokens)\b", re.I),
    ),
    (
        "batch size",
        "atch",
        re.compile(
            rf"\b(?<!eval )(?<!evaluation )(?<!per-device )(?<!per device )(?<!device train )(?<!micro )(?<!micro-)(?<!global )(?<!total )(?<!effective )(?:mini-?)?batch(?:[ _-]?sizes?|es){_IS}\s*{_NUMBER}(?!\s*per){_NOT_A_SUM}",
            re.I,
        ),
    ),
    (
        "batch size",
        "atch",
        re.compile(rf"(?:,|\bwith(?: an?)?|\busing(?: an?)?|\band(?: an?)?|\bof) {_NUMBER} batch[ _-]size\b", re.I),
    ),
    ("micro batch size", "icro", re.compile(rf"\bmicro[ -]batch[ -]size{_IS}\s*{_NUMBER}", re.I)),
    (
        "gradient accumulation steps",
        "radient",
        re.compile(
            rf"\bgradient accumulation(?: steps?)?{_IS}\s*{_NUMBER}|(?<![\d.,]){_NUMBER} gradient accumulation steps\b",
            re.I,
        ),
    ),
    (
        "epochs",
        "poch",
        re.compile(
            rf"\b(?:for|during|over|in|on|with|trained|train|completing|completed)\s+(?:a total of |only |about |around |approximately |just )?{_COUNT}\s+(?:full |training |complete )?epochs?\b",
            re.I,
        ),
    ),
    (
        "epochs",
        "poch",
        re.compile(rf"\bnumber of (?:training )?epochs (?:(?:was )?set to|of|was|is|=) ?{_COUNT}", re.I),
    ),
    (
        "steps",
        "steps",
        re.compile(
            rf"\b(?<!warmup )(?<!warm-up )(?:for|during|over|trained|total(?: of)?)\s+(?:a total of |the first )?(?:{_NUMBER}|((?:{_WORD_NUMBERS}|{_DIGITS}) (?:million|thousand)))\s+(?:training |optimi[sz]ation |update |gradient |global )*steps\b(?! of warm| per)",
            re.I,
        ),
    ),
    ("steps", "iterations", re.compile(rf"\btrained (?:for )?{_NUMBER} iterations\b", re.I)),
    ("steps", "steps", re.compile(rf"(?<![\d.,]){_NUMBER} steps (?:of )?(?:\w+ )?training\b", re.I)),
    ("weight decay", "ecay", re.compile(rf"\bweight[ _-]decay(?: rate)?{_IS}\s*{_NUMBER}", re.I)),
    (
        "sequence length",
        "length",
        re.compile(
            rf"\b(?:max(?:imum)? )?(?:input )?(?<!output )(?<!target )sequence[ _-]lengths?{_IS}\s*{_NUMBER}", re.I
        ),
    ),
    (
        "sequence length",
        "length",
        re.compile(rf"\bmax(?:imum)? (?:input |source )?length{_IS}\s*{_NUMBER}(?! sec)", re.I),
    ),
    (
        "sequence length",
        "context",
        re.compile(
            rf"(?:train|tun)(?:ed|ing)\b[^.]{{0,40}}? (?:with|using)(?: an?)?(?: maximum)? context (?:length|size|window){_IS}\s*{_NUMBER}",
            re.I,
        ),
    ),
    ("sequence length", "length", re.compile(rf"\b(?:with|using)(?: an?)? {_NUMBER} sequence length\b", re.I)),
    ("sequence length", "max", re.compile(rf"\bmax_?len(?:gth)?(?: \(input\))? (?:of |= ?){_NUMBER}", re.I)),
    ("block size", "lock size", re.compile(rf"\bblock[ -]size{_IS}\s*{_NUMBER}", re.I)),
    (
        "warmup steps",
        "arm",
        re.compile(
            rf"\bwarm(?:[ -]?up|ing up)(?: (?:phase|period|steps))?(?: for| over| of| =)? (?:the first )?{_NUMBER} (?:steps|iterations)\b|(?<![\d.,]){_NUMBER} warm-?up steps\b(?! ?=)|(?<![\d.,]){_NUMBER} steps (?:of|for) (?:linear )?warm-?up\b",
            re.I,
        ),
    ),
    ("warmup ratio", "arm", re.compile(rf"\bwarm-?up ratio{_IS}\s*{_NUMBER}", re.I)),
    (
        "dropout",
        "ropout",
        re.compile(
            rf"(?<!lora )(?<!hidden )(?<!attention )(?<!coder )\bdropout(?: rate| probability| ratio)?{_IS}\s*{_NUMBER}",
            re.I,
        ),
    ),
    ("optimizer", "ptimi", re.compile(rf"\b{_OPTIMIZERS}`?\*{{0,2}} optimi[sz](?:er|ation)\b(?! (?:was|were) )", re.I)),
    (
        "optimizer",
        "ptimi",
        re.compile(
            rf"\boptimi[sz](?:er(?: used)? (?:is|was)(?: the)?|ed (?:with|using|by)(?: the)?) [`*]{{0,2}}{_OPTIMIZERS}\b",
            re.I,
        ),
    ),
    ("beta1", "beta", re.compile(rf"\bbeta_?\{{?1\}}?\s*=\s*{_NUMBER}", re.I)),
    ("beta2", "beta", re.compile(rf"\bbeta_?\{{?2\}}?\s*=\s*{_NUMBER}", re.I)),
    ("beta1", "β", re.compile(rf"β(?:_?1|<sub>1</sub>)\s*=\s*{_NUMBER}")),
    ("beta2", "β", re.compile(rf"β(?:_?2|<sub>2</sub>)\s*=\s*{_NUMBER}")),
    (
        "precision",
        "recision",
        re.compile(
            r"\b(?:in|with|using|at) [`*]{0,2}(bfloat16|bf16|float16|fp16|float32|fp32)[`*]{0,2} (?:mixed[ -])?precision\b",
            re.I,
        ),
    ),
    ("epsilon", "epsilon", re.compile(rf"\bepsilon\s*=\s*{_NUMBER}")),
    (
        "tokens",
        "tokens",
        re.compile(
            rf"\b(?:(?:trained|training)(?: from scratch)? (?:on|for|over)|amounts to|uses) (?:a total of |over |around |about |approximately |more than )?\*{{0,2}}~?({_DIGITS}(?:[BT]| billion| trillion))\*{{0,2}} tokens\b",
            re.I,
        ),
    ),
    ("resolution", "resolution", re.compile(r"\bat (?:a )?resolution (?:of )?`?(\d{2,4}\s?[x×]\s?\d{2,4})\b", re.I)),
)
_DONE = re.compile(
    r"\b(?:was|were|is|are|been|I|we|has)\b[^.]{0,80}?\b(?:pre-?|fine-?|post-?)?(?:train|tun)ed\b|^\W*(?:fine-?tun|(?:pre-?)?train)ed\b|\bthe (?:training|fine-?tuning|optimizer)\b|"
    r"\btraining (?:was|took|is|ran|lasted|proceeded) |\bpre-?training (?:was|with)|\b(?:train|tun)ed (?:from scratch )?(?:on|for|with) |\bha(?:s|ve) been set to\b|"
    r"\bsteps (?:of )?(?:\w+ )?training\b",
    re.I,
)
_WE_DID = re.compile(
    r"\b(?:we|I) (?:also )?(?:used?|set|(?:pre-?)?train(?:ed)?|(?:instruction )?fine-?tuned?|ran|chose|selected|accumulated)\b|\bit took\b|\busing\b|\buse[ds]\b|"
    r"\b(?:is|was|were) (?:set|limited)\b|\bmodel trained\b",
    re.I,
)
_OF_TRAINING = ("earning rate", "epoch")
"""Of these nobody speaks but of a training."""
_NOT_DONE = re.compile(
    r"\b(?:should|could|would|can be|to use an?|at least|when using|you (?:can|may|might|need)|recommend\w*|suggest\w*|e\.g\.|for example|inference|generat\w+ (?:with|using)|optionally|"
    r"try|(?:we|I|were|was) tested|we (?:also )?(?:search|sweep|grid)\w*|between|ranging|range|among|either|respectively|original(?:ly)?|baseline|replaced|instead of|rather than|compared|unlike|in contrast|whereas|the reward model|teacher|per epoch|each epoch|every epoch)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=\S[.!?])\s+(?=[A-Z\"*\[])|(?<=[.!?])\s{2,}")
_TOLD_BY = ("rain", "tun", *_OF_TRAINING, "been set", "ptimizer")
"""One of these stands in each sentence that tells of a training, elsewhere than below a heading of it."""
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
    if not (in_training or any(word in text for word in _TOLD_BY)):
        return ()
    patterns = [entry for entry in _PATTERNS if entry[1] in text]
    if not patterns:
        return ()
    found = []
    at = 0
    for sentence in _SENTENCE_END.split(text):
        begin = text.find(sentence, at)
        at = begin + len(sentence)
        sought = [entry for entry in patterns if entry[1] in sentence]
        if not sought or len(sentence) > MAX_SENTENCE or _NOT_DONE.search(sentence):
            continue
        told = in_training or any(word in sentence for word in _OF_TRAINING)
        if not (_DONE.search(sentence) or (told and _WE_DID.search(sentence))):
            continue
        for name, _, pattern in sought:
            for match in pattern.finditer(sentence):
                value = next(g for g in match.groups() if g).rstrip(",.")
                found.append((name, value, begin + match.start() + match[0].find(value)))
    return tuple(found)
