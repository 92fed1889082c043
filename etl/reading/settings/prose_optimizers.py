"""What an optimizer and its schedule look like in a sentence: names, betas, weight decay, warm-up, the learning rate's course.

Rules as data, as in `prose_patterns`, which holds all others and asks here.
"""

from __future__ import annotations

import re

from etl.reading.settings.prose_values import IS, NUMBER

_NAMES = r"(Adam(?:W|ax)?(?:[ _-]?8[ _-]?bits?)?|AdaFactor|AdaGrad|SGD|LAMB|LionW?|RMSProp|RAdam|NAdam|NovoGrad|AdaBelief|Ranger|Prodigy|Muon|Adan|(?:Distributed )?Shampoo|Sophia)"
_SHAPES = r"(?<!non-)(?<!\()(linear|cosine|polynomial|exponential|inverse[ -]square[ -]root|constant)(?:ly)?"
OPTIMIZERS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("weight decay", "ecay", re.compile(rf"\b(?<!lr for )weight[ _-]decay(?: rate)?{IS}\s*{NUMBER}", re.I)),
    (
        "warmup steps",
        "arm",
        re.compile(
            rf"\bwarm(?:[ -]?up|(?:ing|ed|s)[ -]up)(?: (?:phase|period|steps))?(?: for| over| of| =)? (?:the first )?{NUMBER} (?:steps|iterations)\b|(?<![\d.,}}]){NUMBER} warm-?up steps\b(?! ?=)|(?<![\d.,}}]){NUMBER} steps (?:of|for) (?:linear )?warm-?up\b|\blearning rate warm[ -]?up of ([1-9]\d{{2,5}})(?![\w%.,]*[\d%])(?! (?:epochs|samples|tokens))",
            re.I,
        ),
    ),
    (
        "warmup ratio",
        "arm",
        re.compile(
            r"\bwarm-?up(?: ratio| proportion| fraction)?(?: of| is| was| =)?(?: the first)? (\d{1,2}(?:\.\d{1,2})?\s?%)|(?<![\d.])(\d{1,2}(?:\.\d{1,2})?\s?%) (?:of )?(?:linear |steps )?warm-?up\b",
            re.I,
        ),
    ),
    (
        "warmup steps",
        "arm",
        re.compile(
            rf"\bwarm(?:[ -]?up|(?:ing|ed|s)[ -]up)\b (?:linearly )?(?:from [\w.e-]{{1,12}} to [\w.e-]{{1,12}} )?(?:over|for|during|in) (?:the first |a total of )?{NUMBER} (?:training )?(?:steps|iterations)\b",
            re.I,
        ),
    ),
    ("warmup steps", "arm", re.compile(rf"\bwarm-?up(?:[ _]steps)? ?= ?{NUMBER}", re.I)),
    ("warmup ratio", "arm", re.compile(rf"\bwarm-?up (?:ratio|proportion){IS}\s*{NUMBER}", re.I)),
    (
        "optimizer",
        "ptimi",
        re.compile(
            rf"\b{_NAMES}`?(?:\]\([^()\s]{{1,150}}\))?\*{{0,2}} optimi[sz](?:er|ation)\b(?! (?:was|were) )", re.I
        ),
    ),
    ("optimizer", "ptimi", re.compile(rf"\b{_NAMES} (?:is|was) used as (?:the |an )?optimi[sz]er\b", re.I)),
    (
        "optimizer",
        "ptimi",
        re.compile(r"\b(?:with|using)\b[^.,:()]{0,40}? [Oo]ptimi[sz]er [`*]{0,2}\[?([A-Z][A-Za-z-]{1,20})\b(?! [A-Z])"),
    ),
    (
        "optimizer",
        "ptimi",
        re.compile(
            rf"\boptimi[sz](?:er(?: used| chosen)? (?:is|was)(?: the| an?)?|ed (?:with|using|by)(?: the)?) [`*]{{0,2}}{_NAMES}\b",
            re.I,
        ),
    ),
    *(
        (
            "optimizer",
            word,
            re.compile(
                rf"(?:\b(?:using|used|with)|,) (?:the )?[`*]{{0,2}}({name})[`*]{{0,2}}(?=[.,;]|\s?[\[(]|\s(?:with|and|at|for|as)\b|$)"
            ),
        )
        for word, name in (
            ("dam", r"AdamW(?:[ _-]?8[ _-]?bit)?|[NR]?Adam(?=\s?[\[(]|,? with)"),
            ("dafactor", r"[aA]da[fF]actor"),
            ("SGD", "SGD"),
        )
    ),
    ("beta1", "beta", re.compile(rf"\bbeta_?\{{?1\}}?\s*=\s*{NUMBER}", re.I)),
    ("beta2", "beta", re.compile(rf"\bbeta_?\{{?2\}}?\s*=\s*{NUMBER}", re.I)),
    ("beta1", "β", re.compile(rf"β(?:_?1|<sub>1</sub>)\s*=\s*{NUMBER}")),
    ("beta2", "β", re.compile(rf"β(?:_?2|<sub>2</sub>)\s*=\s*{NUMBER}")),
    ("epsilon", "epsilon", re.compile(rf"\bepsilon\s*=\s*{NUMBER}")),
    ("epsilon", "ϵ", re.compile(rf"ϵ\s*=\s*{NUMBER}")),
    ("epsilon", "ε", re.compile(rf"ε\s*=\s*{NUMBER}")),
    ("lr scheduler type", "decay", re.compile(rf"\b{_SHAPES} (?:learning[ -]rate |lr )?decay(?:ing)?\b", re.I)),
    (
        "lr scheduler type",
        "chedul",
        re.compile(
            rf"\b{_SHAPES} (?:learning[ -]rate |lr )?schedule[rd]?\b(?! with (?!(?:an? |linear |\d[\d.]*%? )?warm))",
            re.I,
        ),
    ),
    ("lr scheduler type", "nnealing", re.compile(rf"\b{_SHAPES} (?:learning[ -]rate |lr )?annealing\b", re.I)),
    (
        "optimizer",
        "dam",
        re.compile(
            r"^\W{0,6}(AdamW?(?:[ _-]?8[ _-]?bit)?)\W{0,4}(?=\([^()]{0,20}(?:β|beta|lr|learning|weight)|with\b|beta|β)",
            re.I,
        ),
    ),
)
