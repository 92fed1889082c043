"""Settings that a sentence about training names: "trained for 3 epochs with a learning rate of 2e-5".

Only the plainest wordings are read, in sentences that speak of training that was done: a setting missed in prose is
absent, one read wrongly is a lie. Advice, examples and usage are no statements.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from etl.cards import Item
from etl.cards.remembered import remembered

_DIGITS = r"(?:10\s?(?:\^|<sup>)\s?\{?[-−–]?\d+(?:\}|</sup>)?|\d+(?:,\d+)*(?:\.\d+)?(?:[eE][-−–]?\d+)?(?:\s?(?:[x×*]|\\times)\s?10\s?(?:\^|<sup>)?\s?\{?[-−–]?\d+(?:\}|</sup>)?)?[kKM]?)"
_ENDS = r"`?\*{0,2}(?![\w%]|[.,]\d|\s?[-–]\s?\d|\s+(?:to|or)\s+\d|\s?(?:[x×*]|\\times)\s?10\b|\s?(?:\^|<sup>)|\s+for the (?:head|encoder|decoder|classifier|backbone)\b)"
_NUMBER = rf"\*{{0,2}}`?({_DIGITS}){_ENDS}"
_WORD_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"
_COUNT = rf"(?:\*{{0,2}}`?(~?{_DIGITS}\+?){_ENDS}|({_WORD_NUMBERS}))"
_IS = r"(?: (?:of|was|is|has been|have been|equal to))?(?: (?:set|limited) (?:to|at))?(?: (?:around|about|approximately))?(?: ?=)?"
"""What may stand between a setting's name and its value."""
_NOT_A_SUM = r"(?!\s*(?:tokens|million|[kmM]\b|x|×|\*))"
_OPTIMIZERS = r"(Adam(?:W|ax)?(?:[ _-]?8[ _-]?bits?)?|AdaFactor|AdaGrad|SGD|LAMB|Lion|RMSProp|RAdam|NAdam|(?:Distributed )?Shampoo|Sophia)"
_SHAPES = r"(?<!non-)(linear|cosine|polynomial|exponential|inverse[ -]square[ -]root|constant)(?:ly)?"
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
        "global batch size",
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
            rf"\b(?:for|during|over|across|in|on|with|trained|train|completing|completed)\s+(?:a total of |only |about |around |approximately |just |another |an additional )?{_COUNT}\s+(?:full |training |complete )?epochs?\b(?!\s?/)",
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
            rf"\b(?<!warmup )(?<!warm-up )(?:for|during|over|trained|total(?: of)?)\s+(?:a total of |the first |another |an additional )?(?:{_NUMBER}|((?:{_WORD_NUMBERS}|{_DIGITS}) (?:million|thousand)))\s+(?:training |optimi[sz]ation |update |gradient |global )*steps\b(?! of warm| per)",
            re.I,
        ),
    ),
    ("steps", "iterations", re.compile(rf"\btrained (?:for )?{_NUMBER} iterations\b", re.I)),
    ("steps", "steps", re.compile(rf"(?<![\d.,]){_NUMBER} steps (?:of )?(?:\w+ )?training\b", re.I)),
    ("weight decay", "ecay", re.compile(rf"\b(?<!lr for )weight[ _-]decay(?: rate)?{_IS}\s*{_NUMBER}", re.I)),
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
            rf"^(?![^\n]*\blora\b)[^\n]*?(?<!hidden )(?<!attention )(?<!coder )\bdropout(?: rate| probability| ratio)?{_IS}\s*{_NUMBER}",
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
    ("epsilon", "ε", re.compile(rf"ε\s*=\s*{_NUMBER}")),
    ("seed", "seed", re.compile(rf"^(?![^\n]*\bsplit)[^\n]*?\b(?:random |training )?seed{_IS}\s*{_NUMBER}", re.I)),
    ("lora rank", "rank", re.compile(rf"\bLoRA\b[^.]{{0,60}}?\brank{_IS}\s*{_NUMBER}", re.I)),
    ("lora alpha", "lpha", re.compile(rf"\bLoRA\b[^.]{{0,80}}?\balpha{_IS}\s*{_NUMBER}", re.I)),
    ("lora dropout", "ropout", re.compile(rf"\bLoRA\b[^.]{{0,120}}?\bdropout{_IS}\s*{_NUMBER}", re.I)),
    ("lr scheduler type", "decay", re.compile(rf"\b{_SHAPES} (?:learning[ -]rate |lr )?decay(?:ing)?\b", re.I)),
    (
        "lr scheduler type",
        "chedul",
        re.compile(rf"\b{_SHAPES} (?:learning[ -]rate |lr )?schedule[rd]?\b(?! with)", re.I),
    ),
    ("lr scheduler type", "nnealing", re.compile(rf"\b{_SHAPES} (?:learning[ -]rate |lr )?annealing\b", re.I)),
    (
        "tokens",
        "tokens",
        re.compile(
            rf"\b(?:(?:trained|fine-?tuned)(?: from scratch)? (?:on|for|over|with)|training (?:on|for|over)|amounts to|uses) (?:an additional |a total of )?(?:over |around |about |approximately |more than )?\*{{0,2}}~?({_DIGITS}(?:[BT]| billion| trillion))\*{{0,2}} tokens\b",
            re.I,
        ),
    ),
    (
        "resolution",
        "resolution",
        re.compile(
            r"\b(?:at (?:a |an )?(?:image )?resolution (?:of )?|image resolution of )`?(\d{2,4}\s?[x×]\s?\d{2,4})\b|\bat (\d{2,4}\s?[x×]\s?\d{2,4}) (?:image )?resolution\b",
            re.I,
        ),
    ),
)
_DONE = re.compile(
    r"\b(?:was|were|is|are|been|I|we|has)\b[^.]{0,80}?\b(?:pre-?|fine-?|post-?)?(?:train|tun)ed\b|^\W*(?:fine-?tun|(?:pre-?)?train)ed\b|\bthe (?:training|fine-?tuning|optimizer)\b|"
    r"\btraining (?:was|took|is|ran|lasted|proceeded) |\bpre-?training (?:was|with)|\b(?:train|tun)ed (?:from scratch )?(?:on|for|with) |\bha(?:s|ve) been set to\b|"
    r"\bsteps (?:of )?(?:\w+ )?training\b",
    re.I,
)
_WE_DID = re.compile(
    r"\b(?:we|I) (?:also )?(?:used?|set|(?:pre-?)?train(?:ed)?|(?:instruction )?fine-?tuned?|ran|chose|selected|accumulated)\b|\bit took\b|\busing\b|\buse[ds]\b|"
    r"\b(?:is|was|were) (?:set|limited)\b|\bmodel trained\b|\boptimi[sz]ed (?:with|using|by)\b|\b(?:rate|size|length|decay) (?:was|were) \d",
    re.I,
)
_OF_TRAINING = ("earning rate", "epoch")
"""Of these nobody speaks but of a training."""
_NOT_DONE = re.compile(
    r"\b(?:should|could|would|can be|to use an?|at least|when using|you (?:can|may|might|need)|recommend\w*|suggest\w*|e\.g\.|for example|inference|generat\w+ (?:with|using)|optionally|"
    r"try|(?:we|I|were|was) tested|we (?:also )?(?:search|sweep|grid)\w*|between|ranging|range|among|either|respectively|original(?:ly)?|baseline|replaced|instead of|rather than|in addition to|lists? below|each task|models up to|previous|who (?:used?|trained)|tokenizer (?:was|were|is) trained|linear prob\w+|evaluated with an? batch|evaluated with batch|will be|next version|default [a-z]+(?: [a-z]+)? (?:is|was)|compared|unlike|in contrast|whereas|the reward model|teacher|per epoch|each epoch|every epoch|while [^.,;]{0,40}\b(?:was|were|is|are) (?:only )?(?:pre-?|fine-?)?(?:train|tun)ed)\b",
    re.I,
)
_SENTENCE_END = re.compile(r"(?<=\S[.!?])\s+(?=[A-Z\"*\[])|(?<=[.!?])\s{2,}")
_TOLD_BY = ("rain", "tun", *_OF_TRAINING, "been set", "ptimizer")
"""One of these stands in each sentence that tells of a training, elsewhere than below a heading of it."""
MAX_SENTENCE = 700
_OWN_WORDS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "learning rate": r"learning[ _-]rate",
        "global batch size": r"(?:global|total|effective) batch[ -]size",
        "batch size": r"(?:mini-?)?batch(?:[ _-]?sizes?|es)",
        "micro batch size": r"micro[ -]batch[ -]size",
        "gradient accumulation steps": r"gradient accumulation(?: steps?)?",
        "epochs": r"epochs",
        "steps": r"steps|iterations",
        "weight decay": r"weight[ _-]decay",
        "sequence length": r"(?:input )?sequence[ _-]lengths?|max(?:imum)? (?:input |source )?length|context (?:length|size|window)|max_?len(?:gth)?",
        "block size": r"block[ -]size",
        "warmup steps": r"warm[ -]?up steps",
        "warmup ratio": r"warm-?up ratio",
        "dropout": r"dropout(?: rate| probability| ratio)?",
        "optimizer": r"optimi[sz]er",
        "beta1": r"\\?beta_?\{?1\}?|β(?:_?1|<sub>1</sub>)",
        "beta2": r"\\?beta_?\{?2\}?|β(?:_?2|<sub>2</sub>)",
        "precision": r"(?:mixed[ -])?precision",
        "epsilon": r"epsilon|ε",
        "tokens": r"tokens",
        "resolution": r"resolution",
        "seed": r"(?:random )?seed",
        "lora rank": r"rank",
        "lora alpha": r"alpha",
        "lora dropout": r"dropout",
        "lr scheduler type": r"(?:learning[ -]rate |lr )?(?:decay(?:ing)?|schedule[rd]?|annealing)",
    }.items()
}
"""Which words of a statement are the setting's name, as its author writes it. (`One epoch`, `optimized with`: no name.)"""
_DESCRIBED = re.compile(
    r"[\W_]{0,12}(?:[Tt]he )?[\W_]{0,6}([A-Za-z][\w.-]{2,60})(?:\]\([^()\s]{1,150}\))?[\W_]{0,6}(?<=\W)(?:is (?:an?|the)|(?:is|was) (?:pre-?)?trained)\b"
)
"""What a sentence begins with that says what a model is, by its name."""


class Told(NamedTuple):
    """A setting that a sentence states: its usual name, its author's words for it, its value, and where that stands."""

    name: str
    words: str
    value: str
    at: int
    subject: str
    """Which model the sentence describes by name, in lower case; none that describes none."""


def sentences_settings(lines: Sequence[Item], in_training: bool = False) -> Iterator[tuple[Told, int]]:
    """Every setting that the sentences in these lines state as done, and its line.

    `in_training`: the heading speaks of training, and a sentence need not.
    """
    read = _stated_in_training if in_training else _stated
    found = read(" ".join([x.text for x in lines]).replace("\n", " "))
    if not found:
        return
    pieces = [(piece, x.line + i) for x in lines for i, piece in enumerate(x.text.split("\n"))]
    ends = list(accumulate(len(piece) + 1 for piece, _ in pieces))
    for told in found:
        yield told, pieces[min(bisect_right(ends, told.at), len(pieces) - 1)][1]


@remembered(longest=1_000, texts=8_192)
def _stated(text: str) -> Sequence[Told]:
    """Every setting that the sentences of a text state as done."""
    return _found(text, in_training=False)


@remembered(longest=1_000, texts=8_192)
def _stated_in_training(text: str) -> Sequence[Told]:
    """The same below a heading that speaks of training."""
    return _found(text, in_training=True)


def _found(text: str, in_training: bool) -> Sequence[Told]:
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
        subject = _DESCRIBED.match(sentence)
        for name, _, pattern in sought:
            for match in pattern.finditer(sentence):
                value = next(g for g in match.groups() if g).rstrip(",.")
                words = _OWN_WORDS[name].search(match[0])
                found.append(
                    Told(
                        name,
                        words[0] if words else name,
                        value,
                        begin + match.start() + match[0].find(value),
                        subject[1].rstrip(".").lower() if subject else "",
                    )
                )
    return tuple(found)
