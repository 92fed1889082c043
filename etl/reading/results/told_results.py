"""Results that a sentence tells of this model: `The model achieves an accuracy of 91.3 and an F1 of 90.8 on the dev set.`

Only the plainest wordings are read, of which this model is the subject: what is told of another model, of a paper or of
a goal is none of its results.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from etl.cards import Item, Paragraph, Section, items_of
from etl.cards.inline import plain
from etl.cards.sieve import Words
from etl.cards.structure import Joined
from etl.reading.context import Context
from etl.reading.lineage.told_of import is_of_another
from etl.reading.results.result_lines import FRACTION, MEASURE
from etl.reading.results.result_places import OTHERS
from etl.reading.results.summary_rows import summary_row
from warehouse.schema import EvalMetric, Source

_BEFORE_OF = (
    "ccuracy", "recision", "ecall", "oss", "core", "easure", "F1", "f1", "macro", "micro", "erplexity", "WER", "wer",
    "CER", "cer", "rror rate", "BLEU", "IoU", "AUC", "MSE", "MAE", "MASE", "orrelation", "PSNR", "SSIM", "atch", "AP", "precision)", "uccess rate", "eward",
)  # fmt: skip
_BEHIND = (
    "acc", "Acc", "F1", "f1", "macro", "precision", "recall", "perplexity", "WER", "CER", "BLEU", "ROUGE", "Rouge",
    "mAP", "AUC", "IoU", "EM", "top-1", "test acc", "validation acc", "exact",
)  # fmt: skip
_ENDS_WITH = tuple(
    f"{word} {name}"
    for word in ("inal", "est")
    for name in ("train", "val", "eval", "test", "loss", "acc", "F1", "perp", "WER", "macro")
)
_MOVES = (
    "falls", "fell", "drops", "dropped", "rises", "rose", "improves", "improved", "increases", "increased", "decreases",
    "decreased", "goes", "went",
)  # fmt: skip
_LINKS = (" is ", " was ", " on the ", *(f" {verb} from " for verb in _MOVES), " from ")
_TELLS = Words(
    *_ENDS_WITH,
    *(f"{name}{link}" for name in _BEFORE_OF for link in _LINKS),
    *(f"{name}{mark} of " for name in _BEFORE_OF for mark in ("", "**", "`")),
    *(f"{mark} {name}" for name in _BEHIND for mark in (*"0123456789%", "**")),
)
_MAY_TELL = re.compile(
    rf"(?:{'|'.join(_ENDS_WITH)})|(?:{'|'.join(map(re.escape, _BEFORE_OF))})[*`]{{0,2}} (?:of|is|was|on|from|(?:{'|'.join(_MOVES)}) from) |[\d%][*`]{{0,2}} (?:{'|'.join(_BEHIND)})"
)
_KIND = (
    r"(?:top-?\d{1,2}|eval(?:uation)?(?:/dev)?|dev(?:elopment)?|test(?:ing)?|val(?:idation)?|train(?:ing)?|final|best|averaged?|mean|median|overall|total|combined|general|balanced|exact|"
    r"(?:macro|micro)(?:-averaged?)?|weighted|strict|zero-shot|few-shot|held-out|(?:token|word|span|entity|sentence|character|phoneme|pixel)(?:-level)?|set|classification|detection|mlm|masked|language|model+ing)"
)
"""What stands before a metric and belongs to its name."""
_PRAISE = r"(?:(?:remarkabl[ey]|impressive(?:ly)?|decent|excellent|strong|good|great|solid|high|very|low|competitive|outstanding|new|state-of-the-art|sota) ){0,3}"
_THAN = "more|less|higher|lower|better|worse|above|below|than|improvement|gain|increase|decrease|drop|loss"
"""What says of a number that it is a difference."""
_VALUE = rf"(?:(?:about|around|approximately|roughly) )?[*_`]{{0,3}}(?P<value>[~≈]?\d{{1,3}}+(?:[.,]\d{{1,20}}+)?+(?: ?%)?+)(?![\w%]|[.,]\d| ?(?:[-–/±]|to) ?\d| (?:percent|points?|x|times|{_THAN})\b)"
_NAME = rf"{_PRAISE}[*_`]{{0,3}}(?P<name>(?:{_KIND}[ -]){{0,3}}(?:{MEASURE}|m?ap|ppl|weighted quantile loss|mase|(?:mean |average )?return)(?:[ -](?:score|macro|micro|weighted))?)[*_`]{{0,3}}(?: \([^()]{{1,40}}\))?"
_NUMBER_FIRST = rf"{_VALUE}[*_`]{{0,3}} {_NAME}(?![\w-]| (?:of|{_THAN})\b)"
_FIRST = re.compile(rf" ?(?:(?:an?|the|its) )?{_NAME} of {_VALUE}", re.I)
_FIRST_BEHIND = re.compile(rf" (?:an? )?{_NUMBER_FIRST}", re.I)
_NEXT_BEHIND = re.compile(rf"(?:,? and|,) (?:an? )?{_NUMBER_FIRST}", re.I)
"""`94% accuracy and 0.59 F1`: the name stands behind the number."""
_NEXT = re.compile(
    r"[*_`]{0,3}(?: (?:around|after|at) ~?\d[\w.]{0,9} steps?)?(?: (?:on|for|in) [^.,;()|]{2,60}?)?"
    rf"(?:,? [*_`]{{0,3}}(?:and|with|plus|as well as)|,)[*_` ]{{1,4}}(?:(?:with|an?|the) ){{0,2}}{_NAME} (?:(?:of|at|=) )?{_VALUE}",
    re.I,
)
"""What follows upon a result: `..., a recall of 0.85 and an F1 of 0.81`."""
_ENDED = re.compile(
    rf"(?:(?<=\A)|(?<=[.!?;:] )|(?<=\n))[*_]{{0,3}}(?:(?:the|its) )?(?:final|best) {_NAME}(?: \([^()]{{1,40}}\)| (?:on|for) the [^.,;()|:]{{2,40}}?)?[*_]{{0,3}}(?: (?:is|was|of|=|reached|came to|ended at))? {_VALUE}(?! (?:for|by|at|with|before|without)\b)",
    re.I,
)
"""`The final eval loss was 0.263`, `Final training loss **0.487**`."""
_WHERE = r"(?: (?:on|for|over|across) [^.,;:()|]{2,60}?)?(?: \([^()]{1,40}\))?"
_IS = re.compile(
    rf"(?:^|(?<=[.!?] ))(?:(?:the|its|our) )?{_NAME}{_WHERE} (?:is|was) {_VALUE}(?=[*_`]{{0,3}}(?:[.,;] ?| \(| and | on | with |$))",
    re.I,
)
"""`Overall accuracy on the test set (1,311 slices) is 98.3%`"""
_FROM = r"from [*_`]{0,3}[~≈]?\d{1,3}(?:[.,]\d{1,20})?(?: ?%)?[*_`]{0,3}(?: \([^()]{1,40}\))? to"
_MOVED = re.compile(rf"(?<![\w-]){_NAME}{_WHERE} (?:{'|'.join(_MOVES)}) {_FROM} {_VALUE}", re.I)
"""`WER falls from 38.2 (base) to 21.5`: what it was before, and what it is."""
_MOVED_BY = re.compile(
    rf"(?<![\w-])(?:improv|reduc|rais|increas|lower|decreas|cut)(?:es|ed|s|ing) (?:the )?{_NAME}{_WHERE} {_FROM} {_VALUE}",
    re.I,
)
_ACHIEVES = r"(?:achiev(?:es?|ed)|reach(?:es|ed)|obtain(?:s|ed)|attain(?:s|ed)|scor(?:es|ed)|gets|got|yield(?:s|ed)|ha[sd]|show(?:s|ed)|produc(?:es|ed)|is able to (?:achieve|reach))"
_ACHIEVING = r"(?:achieving|reaching|obtaining|attaining|yielding)"
_SUBJECT = re.compile(
    r"(?<![\w/-])(?:(?:(?:this|the|our) (?:(?:fine-?tuned|final|resulting|trained|pre-?trained|distilled|merged|proposed|released) ){0,2}|(?P<named>[a-z][\w.-]{1,40}) )model|(?:this|the|our) (?:trained |final )?(?:agent|policy|classifier|detector|network|adapter)|it)"
    r"(?: (?:also|then|now|currently|thus|at this checkpoint|on [\w -]{3,40}?))?"
    rf"(?: (?:was|is|has been) (?:[^.;]|\.\d){{3,160}}?(?:(?: and|, (?:and)?)(?: (?:it|has))? {_ACHIEVES}|,? {_ACHIEVING})| {_ACHIEVES})(?= )"
    r"|(?:^|(?<=[.!?] ))achiev(?:es|ed|ing)(?= )"
    r"|(?<![\w/-])(?:we|i) (?:(?:have )?(?:achieved?|obtain(?:ed)?|get|got|reach(?:ed)?)|(?:(?:fine-?)?(?:train|tun)ed|evaluated|tested) (?:[^.;]|\.\d){3,160}?,? (?:achieving|reaching|obtaining))(?= )",
    re.I,
)
_BEGINS = re.compile(
    r"(?:^|[.!?:]\s|\n)(?:[\W_]{0,6}|(?:[Oo]n|[Ii]n|[Aa]t|[Aa]fter|[Ff]or|[Oo]ver|[Aa]cross) (?:[^.,:;!?]|\.\d){2,80} )$|,\s$"
)
"""What stands before the subject of a sentence, or of what follows upon words such as `On the test set, `."""
_SENTENCE_END = re.compile(r"[.!?](?!\w)")
_NOT_SAID = re.compile(
    r"\b(?:unlike|compar\w+|whereas|while|although|though|baselines?|original|previous(?:ly)?|before|without|if|teacher|prior|other|goal|paper|authors?|instead)\b",
    re.I,
)
"""In the words before the subject: of another model, or of what is not so."""
_NO_RESULT = re.compile(r"train|^\W*loss$", re.I)
"""What is told to fall while a model is trained."""
BEFORE = 200
"""Characters before a subject that are looked at."""


def read_told_results(context: Context) -> Iterator[EvalMetric]:
    """Each result that a sentence of the card tells of its model, in the card's order."""
    if not context.card.says(_TELLS):
        return
    for section, block in context.card.blocks():
        items = items_of(block)
        if not items or _is_of_others(context, section):
            continue
        for piece in (items,) if isinstance(block, Paragraph) else ([item] for item in items):
            if any(_MAY_TELL.search(item.text) for item in piece):
                yield from _told(context, piece)


def _is_of_others(context: Context, section: Section) -> bool:
    return bool(OTHERS.search(section.title)) or is_of_another(context, section)


def _told(context: Context, items: Sequence[Item]) -> Iterator[EvalMetric]:
    joined = Joined(items)
    text = joined.text
    told = {ended.start("value"): ended for ended in _ENDED.finditer(text)}
    told |= {found.start("value"): found for found in _of_numbers(text)}
    for at in sorted(told):
        yield from _results(context, joined, told[at], _NEXT)
    for subject in _SUBJECT.finditer(text):
        found, further = _FIRST.match(text, subject.end()), _NEXT
        if found is None:
            found, further = _FIRST_BEHIND.match(text, subject.end()), _NEXT_BEHIND
        if found and not _is_it(context, subject["named"], text[max(0, subject.start() - BEFORE) : subject.start()]):
            continue
        yield from _results(context, joined, found, further)


def _results(
    context: Context, joined: Joined, found: re.Match[str] | None, further: re.Pattern[str]
) -> Iterator[EvalMetric]:
    """A result that was found in a text, and those that follow right upon it."""
    while found:
        if FRACTION.search(found["value"]):
            row = summary_row(context, found["name"], found["value"], joined.line_at(found.start("value")))
            yield dataclasses.replace(row, source=Source.PROSE)
        found = further.match(joined.text, found.end())


def _of_numbers(text: str) -> Iterator[re.Match[str]]:
    """What sentences tell whose subject is the metric itself: `Accuracy is 91.3%`, `WER falls from 38.2 to 21.5`."""
    for pattern in (_IS, _MOVED, _MOVED_BY):
        for found in pattern.finditer(text):
            before = text[max(0, found.start() - BEFORE) : found.end()]
            if not (_NO_RESULT.search(found["name"]) or _NOT_SAID.search(_SENTENCE_END.split(before)[-1])):
                yield found


def _is_it(context: Context, named: str | None, before: str) -> bool:
    """Whether words such as "the model", or a model's name, tell of this model behind what stands before them."""
    if not _BEGINS.search(before) or _NOT_SAID.search(_SENTENCE_END.split(before)[-1]):
        return False
    return named is None or _names_it(context, named)


def _names_it(context: Context, word: str) -> bool:
    """Whether a model that is called by one word is the card's, whose title begins with it."""
    return plain(context.card.title or "").casefold().split()[:1] == [word.casefold()]
