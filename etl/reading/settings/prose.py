"""Settings that a sentence about training names: "trained for 3 epochs with a learning rate of 2e-5".

Only the plainest wordings are read, in sentences that speak of training that was done: a setting missed in prose is
absent, one read wrongly is a lie. Advice, examples and usage are no statements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from etl.cards import Item
from etl.cards.remembered import remembered
from etl.cards.structure import Joined
from etl.reading.settings.prose_patterns import PATTERNS

# Lower-case sentences are asked these patterns, which costs a third of what ignoring the case does.
_DONE = re.compile(
    r"\b(?:was|were|is|are|been|i|we|has)\b[^.]{0,80}?\b(?:pre-?|fine-?|post-?)?(?:train|tun)ed\b|^\W*(?:fine-?tun|(?:pre-?)?train)ed\b|\bthe (?:training|fine-?tuning|optimizer)\b|"
    r"\btraining(?: run)? (?:was|took|is|ran|lasted|proceeded|use[ds]|utilized|employed) |(?:^\W*(?:q?lora )?|the (?:[\w-]{1,20} )?)fine-?tuning (?:was|took|ran|lasted) |\bpre-?training (?:was|with)|\b(?:fine|pre)?(?:train|tun)ed (?:from scratch )?(?:on|for|with|at|to|using|over) |"
    r"\bha(?:s|ve) been set to\b|\bsteps (?:of )?(?:\w+ )?training\b|\b(?:we|i) (?:further |then |first |also |could )?(?:pre-?|fine-?)?(?:train|tune)\b|\b(?:we|i)\b[^.;]{0,120}, and (?:pre-?)?train for \d|\btrains (?:for|during) \d|\btraining the model with\b|"
    r"\bwe continued? (?:pre-?|fine-?)?(?:train|tun)ing\b|\bfor (?:pre-?|fine-?)?(?:training|tuning),? (?:we|i)\b|\buses? [^;]{0,30}\bfor (?:its )?pre-?training\b|\bwas to (?:fine-?tune|train)\b|\bafter (?:pre-?|fine-?)?(?:train|tun)ing\b|\b(?:built|made|created|obtained) by (?:pre-?|fine-?)?(?:train|tun)ing\b|\bha(?:s|ve) trained \d|\btokens during (?:pre-?)?training\b|\bunder(?:went|gone)\b[^.]{0,40}\b(?:pre-?)?training\b|"
    r"\btrained (?:\d|one|two|three)|\bresults after (?:\d|one|two|three)|\b(?:intermediate|final|model is the) checkpoint (?:with|after|at) \d|^\W*(?:approx\w{0,8}\.? )?(?:~?\d+\+?|one|two|three) (?:epochs? of|training epochs? on)\b|\bhence an? (?:total|effective) batch|^\W*(?:this|the|our) model (?:pre-?|fine-?)?(?:train|tun)ed\b|\b(?:train|tun)ing \(\d{1,3} epochs\b|"
    r"^\W*(?:[a-z][\w-]{1,20} ){1,3}stage\W{1,4}|训练|微调|学習"
)
_WE_DID = re.compile(
    r"\b(?:we|i) (?:also |then )?(?:used?|utili[sz]ed?|set|apply|applied|employ(?:ed)?|(?:pre-?)?train(?:ed)?|(?:instruction )?fine-?tuned?|ran|chose|selected|accumulated)\b|\bit took\b|\busing\b|\buse[ds]\b|"
    r"\b(?:is|was|were|are) (?:set|limited|fixed|restricted|applied|employed)\b|\bmodel trained\b|\boptimi[sz]ed (?:with|using|by)\b|\b(?:rate|size|length|decay|steps|epochs|seed) (?:was|were) (?:set to )?\d"
)
_OF_TRAINING = (
    "earning rate",
    "earning-rate",
    "ffective batch",
    "lobal batch",
    "epoch",
    "ptimizer",
    "ptimiser",
    "eight decay",
    "radient accumulation",
    "arly stopping",
    "yperparameter",
)
"""Of these nobody speaks but of a training."""
_NOT_DONE = re.compile(
    r"\b(?:should|could(?! train)|would|(?<!and )can be|to use an?|at least|when using|you (?:can|may|might|need)|recommend(?!ation (?:data|generation|system|task)|ed (?:in|by) )\w*|suggest(?!ive|ed (?:in|by) )\w*|e\.g\.|for example|inference|generat\w+ (?:with|using)|optionally|"
    r"try|(?:we|i|were|was) tested|we (?:also )?(?:search|sweep|grid)\w*|between|ranging|range|among|either|respectively|original(?:ly)?(?! (?:data|language model|text))|baseline|sister|replaced|lists? below|each task|(?:fine-?)?(?:train|tun)ed each model|other tasks|hypothesi[sz]e|initial experiment|models up to|previous|who (?:used?|trained)|tokenizer (?:was|were|is) trained|linear prob\w+|evaluated with an? batch|evaluated with batch|will be|next version|default [a-z]+(?: [a-z]+)? (?:is|was)|compar(?:e|ed|es|ing|ison)|by its (?:authors|creators)|unlike|in contrast|whereas|the reward model|teacher|per epoch|every epoch|while [^.,;]{0,40}\b(?:was|were|is|are) (?:only )?(?:pre-?|fine-?)?(?:train|tun)ed)\b|"
    r"^\W*\[[\w.-]{1,60}/[\w.-]{1,100}\]\([^()\s]{1,150}\)\W{0,4}:|^\W*in addition to\b|^\W*(?:\w{1,20}\W{1,4}){0,2}[a-z][a-z]{2,20} \d(?:\.\d)? (?:\w{1,20} )?(?:was )?(?:pre-?)?trained\b"
)
_BESIDE = re.compile(
    r"\b(?:instead of|rather than)\b|\band can be\b|(?:\bnot|n[’']t) (?:improve|decrease|increase)d?\b|\((?!this|the|our)(?:[\w-]+ ){1,3}models (?:are|were) (?:pre-?)?trained\b|,[^,.;]{0,30}\b(?:enabl|allow)(?:es|s|ing)\b"
)
"""What follows in the sentence was not done."""
_BEFORE = re.compile(r"\b(?:instead of|rather than)\b[^.;]{10,200}?, (?=(?:we|i|it|this model|the model)\b)")
"""What was not done, told before what was: `instead of ten steps, we trained for five`."""
_WARMS_UP = re.compile(r"\bwarm(?:ed|ing|s)?[ -]?up\b(?:[^.;,]|\.\d)*+\Z", re.I)
"""Before steps: they are those of a warm-up (`warmed up linearly from 0 to 0.05 over 25k steps`)."""
_AS_OTHERS = re.compile(r"\bthe same \w{4,20} (?:as|of|used) [^;]{3,160};")
"""Whose settings were taken over, told before what they are."""
_SENTENCE_END = re.compile(r"(?<=\S[.!?])\s+(?=[A-Z\"*\[])|(?<=[.!?])\s{2,}")
_TOLD_BY = ("rain", "tun", *_OF_TRAINING, "been set", "checkpoint", "训练", "微调", "学習")
"""One of these stands in each sentence that tells of a training, elsewhere than below a heading of it."""
_CHEAP = tuple(dict.fromkeys(word for _, word, _ in PATTERNS))
"""The words that are sought first: many patterns share one."""
MAX_SENTENCE = 700
FEWEST_LISTED = 3
"""So many settings below a heading of training need no verb: `Batch size 64, 2 epochs, lr 2e-5.`"""
_OWN_WORDS = {
    name: re.compile(pattern, re.I)
    for name, pattern in {
        "early stopping patience": r"patience",
        "label smoothing": r"label[ -]smoothing(?: factor)?",
        "gradient clipping": r"gradient[ -]clipping",
        "learning rate": r"learning[ _-]rate|lr",
        "global batch size": r"(?:global|total|effective) batch[ -]size",
        "batch size": r"(?:mini-?)?batch(?:[ _-]?sizes?|es)",
        "train batch size": r"per[ -](?:device|gpu)(?: train(?:ing)?)? batch[ -]size",
        "micro batch size": r"micro[ -]batch[ -]size",
        "gradient accumulation steps": r"gradient accumulation(?: steps?)?",
        "epochs": r"epochs",
        "steps": r"steps|iterations|updates",
        "weight decay": r"weight[ _-]decay",
        "sequence length": r"(?:max(?:imum|\.)?[ _-])?(?:input )?seq(?:uence)?s?(?:[ _-]len(?:gth)?s?| of length)|max(?:imum)? (?:input |source )?length|context (?:length|size|window)|max_?len(?:gth)?",
        "block size": r"block[ -]size",
        "warmup steps": r"warm[ -]?up(?= ?=)|warm[ -]?up steps",
        "warmup ratio": r"warm-?up (?:ratio|proportion)",
        "dropout": r"dropout(?: rate| probability| ratio)?",
        "optimizer": r"optimi[sz]er",
        "beta1": r"\\?beta_?\{?1\}?|β(?:_?1|<sub>1</sub>)",
        "beta2": r"\\?beta_?\{?2\}?|β(?:_?2|<sub>2</sub>)",
        "precision": r"(?:mixed[ -])?precision",
        "epsilon": r"epsilon|ε|ϵ",
        "tokens": r"tokens",
        "resolution": r"resolution",
        "seed": r"(?:random )?seed",
        "lora rank": r"lora_r(?:ank)?|rank|\br\b(?= ?=)",
        "lora alpha": r"(?:lora_)?alpha|α",
        "lora dropout": r"(?:lora_)?dropout",
        "lr scheduler type": r"(?:learning[ -]rate |lr )?(?:decay(?:ing)?|schedule[rd]?|annealing)",
    }.items()
}
"""Which words of a statement are the setting's name, as its author writes it. (`One epoch`, `optimized with`: no name.)"""
_DESCRIBED = re.compile(
    r"[\W_]{0,12}(?:[Tt]he )?[\W_]{0,6}([A-Za-z][\w.-]{2,60})(?:\]\([^()\s]{1,150}\))?[\W_]{0,6}(?<=\W)(?:is (?:an?|the)|(?:is|was) (?:pre-?)?trained)\b"
)
"""What a sentence begins with that says what a model is, by its name."""

_OF_A_SIZE = re.compile(
    r"\b((?:(?:\d{1,3}(?:\.\d)?[bm]|tiny|mini|small|medium|base|large|xx?l)\b(?:,? and |, |/)?){1,6}) models? (?:(?:is|are|was|were) )?(?:only )?(?:pre-?|fine-?)?(?:train|tun)ed\b"
)
"""The members of a family of which what follows is told: `and the small models are tuned with`."""


class Told(NamedTuple):
    """A setting that a sentence states: its usual name, its author's words for it, its value, and where that stands."""

    name: str
    words: str
    value: str
    at: int
    subject: str
    """Which model the sentence describes by name, in lower case; none that describes none."""
    size: str
    """The sizes of which it is told, where the words before say so."""


def sentences_settings(lines: Sequence[Item], in_training: bool = False) -> Iterator[tuple[Told, int]]:
    """Every setting that the sentences in these lines state as done, and its line.

    `in_training`: the heading speaks of training, and a sentence need not.
    """
    read = _stated_in_training if in_training else _stated
    joined = Joined(lines)
    for told in read(joined.text):
        yield told, joined.line_at(told.at)


@remembered(longest=1_000, texts=32_768)
def _stated(text: str) -> Sequence[Told]:
    """Every setting that the sentences of a text state as done."""
    return _found(text, in_training=False)


@remembered(longest=1_000, texts=32_768)
def _stated_in_training(text: str) -> Sequence[Told]:
    """The same below a heading that speaks of training."""
    return _found(text, in_training=True)


def _found(text: str, in_training: bool) -> Sequence[Told]:
    if not (in_training or any(word in text for word in _TOLD_BY)):
        return ()
    said = {word for word in _CHEAP if word in text}
    if not said:
        return ()
    patterns = [entry for entry in PATTERNS if entry[1] in said]
    found: list[Told] = []
    at, before = 0, ""
    for sentence in _SENTENCE_END.split(text):
        begin = text.find(sentence, at)
        at = begin + len(sentence)
        sought = [(name, pattern) for name, word, pattern in patterns if word in sentence]
        if sought and len(sentence) <= MAX_SENTENCE:
            found += _told_in(sentence, begin, sought, in_training, before)
        before = sentence
    return tuple(found)


def _lowered(sentence: str) -> str:
    """A sentence in lower case, of the same length: one letter alone would be two."""
    return sentence.replace("İ", "i").lower()


def _done_part(sentence: str, lowered: str) -> tuple[int, int]:
    """Where in a sentence stands what was done: behind whose settings were taken, before what was done in other cases."""
    before = _BEFORE.search(lowered) or _AS_OTHERS.search(sentence)
    first = before.end() if before else 0
    beside = _BESIDE.search(lowered, first)
    return first, beside.start() if beside else len(sentence)


def _told_in(
    sentence: str, begin: int, sought: Sequence[tuple[str, re.Pattern[str]]], in_training: bool, before: str
) -> Sequence[Told]:
    """What a sentence that begins there states, if it tells of a training that was done.

    One that lists enough needs no verb below a heading of training or behind a sentence that has told of it.
    """
    lowered = _lowered(sentence)
    first, end = _done_part(sentence, lowered)
    if _NOT_DONE.search(lowered, first, end):
        return ()
    of_training = in_training or any(word in sentence for word in _OF_TRAINING)
    is_done = bool((of_training and _WE_DID.search(lowered)) or _DONE.search(lowered))
    if not (is_done or in_training or (_DONE.search(before := _lowered(before)) and not _NOT_DONE.search(before))):
        return ()
    described = _DESCRIBED.match(sentence)
    subject = described[1].rstrip(".").lower() if described else ""
    sized = [(m.end(), m[1]) for m in _OF_A_SIZE.finditer(lowered)] if " model" in lowered else []
    told = []
    for name, pattern in sought:
        for match in pattern.finditer(sentence, first, end):
            if name == "steps" and _WARMS_UP.search(sentence, max(0, match.start() - 90), match.start()):
                continue
            value = next(g for g in match.groups() if g).rstrip(",.")
            words = _OWN_WORDS[name].search(match[0])
            at = begin + match.start() + match[0].find(value)
            size = next((of for told_at, of in reversed(sized) if told_at <= match.end()), "")
            told.append(Told(name, words[0] if words else name, value, at, subject, size))
    return told if is_done or len({each.name for each in told}) >= FEWEST_LISTED else ()
