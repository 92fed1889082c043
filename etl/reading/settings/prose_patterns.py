"""What a setting looks like in a sentence, by its usual name: its words, what may stand between, its value.

Rules as data: a name, a word that is sought first because it is cheap, and the pattern. Whether a sentence tells of a
training that was done is judged in `prose`; optimizers and schedules are in `prose_optimizers`.
"""

from __future__ import annotations

import re

from etl.reading.settings.prose_optimizers import OPTIMIZERS
from etl.reading.settings.prose_values import COUNT, DIGITS, IS, MILLIONS, NOT_A_SUM, NUMBER, THAT_IS

_TOKENS = rf"(\d{{1,3}}(?:,\d{{3}}){{2,4}}|{DIGITS}(?:[BT]| ?(?:[bm]|tr)illion|(?<=M)))\*{{0,2}} (?:(?!and )[\w-]+ ){{0,3}}?tokens\b(?! (?:context|per|window|batch|each|long|in length)|/)"
_THOUSANDS = r"\d{4,7}|\d{1,3}(?:[.,]\d{3})++|\d{1,4}(?:\.\d)?k"
"""So many steps are a training's, and none of those in which a picture is drawn."""
_SET = (
    ("learning rate", "earning", "learning rate"),
    ("batch size", "atch size", "batch size"),
    ("warmup steps", "arm", "warm-?up steps"),
    ("warmup ratio", "arm", "warm-?up (?:ratio|proportion)"),
    ("epochs", "pochs", "epochs"),
    ("weight decay", "eight decay", "weight decay"),
    ("dropout", "ropout", "dropout(?: rate)?"),
    ("sequence length", "length", "(?:max(?:imum)? )?sequence length"),
    ("seed", "seed", "(?:random )?seed"),
)
"""What one sets: `we set the maximum learning rate to 5e-5`."""
PATTERNS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "learning rate",
        "earning",
        re.compile(
            rf"\b(?:initial |peak |maximum |constant |fixed |base )?learning[ _-]rate{IS}\s*{NUMBER}(?! (?:steps|warm))",
            re.I,
        ),
    ),
    (
        "learning rate",
        "earning",
        re.compile(rf"(?<![\d.,}}]){NUMBER}\s+learning[ -]rate\b(?! (?:decay|warm))", re.I),
    ),
    *(
        ("learning rate", word, re.compile(rf"(?<![\w.-]){word}\b{IS}\s*{NUMBER}(?! (?:steps|warm))"))
        for word in ("lr", "LR")
    ),
    (
        "global batch size",
        "atch",
        re.compile(rf"\b(?:global|total|effective) batch[ -]size{IS}\s*{NUMBER}{NOT_A_SUM}", re.I),
    ),
    (
        "global batch size",
        "atch",
        re.compile(rf"\b(?:global|total|effective) batch[ -]size of\s*({DIGITS}(?: million)? tokens)\b", re.I),
    ),
    (
        "batch size",
        "atch",
        re.compile(
            rf"\b(?<!eval )(?<!evaluation )(?<!per-device )(?<!per device )(?<!per-gpu )(?<!per gpu )(?<!device train )(?<!micro )(?<!micro-)(?<!global )(?<!total )(?<!effective )(?:mini-?)?batch(?:[ _-]?sizes?|es){IS}\s*{NUMBER}(?!\s*per){NOT_A_SUM}",
            re.I,
        ),
    ),
    (
        "batch size",
        "atch",
        re.compile(
            rf"(?:,|\bwith(?: an?)?|\busing(?: an?)?|\band(?: an?)?|\bof) {NUMBER} (?:batch[ _-]size|(?:instances|samples|sequences) per batch)\b",
            re.I,
        ),
    ),
    (
        "batch size",
        "atch",
        re.compile(
            rf"\b(?<!global )(?<!total )(?<!effective )batch[ -]size of (?:approximately |about |around )?({DIGITS}(?: million| thousand)? tokens)\b",
            re.I,
        ),
    ),
    (
        "train batch size",
        "atch",
        re.compile(rf"\bper[- ](?:device|GPU)(?: train(?:ing)?)? batch[ -]size{IS}\s*{NUMBER}", re.I),
    ),
    ("micro batch size", "icro", re.compile(rf"\bmicro[ -]batch[ -]size{IS}\s*{NUMBER}", re.I)),
    (
        "gradient accumulation steps",
        "radient",
        re.compile(
            rf"\bgradient accumulation(?: steps?)?{IS}\s*{NUMBER}|(?<![\d.,}}]){NUMBER} gradient accumulation steps\b",
            re.I,
        ),
    ),
    (
        "epochs",
        "poch",
        re.compile(
            rf"\b(?<!time )(?:for|during|over|across|in|on|with|(?:train|tun)(?:e|ed)?|complet(?:e|ed|ing)|us(?:es|ed|ing))\s+(?:a total of |total |only |about |around |approximately |approx\.? |just |up to |another |an additional )?{COUNT}\s+(?:full |training |complete )?epochs?\b(?!\s?/)",
            re.I,
        ),
    ),
    (
        "epochs",
        "poch",
        re.compile(rf"\bnumber of (?:training )?epochs (?:(?:was )?set to|of|was|is|=) ?{COUNT}", re.I),
    ),
    (
        "epochs",
        "poch",
        re.compile(
            rf"(?:(?<!\d)(?<!\d )(?:,|\band|\()|\bresults after)(?: about| around| approximately)? ?{COUNT} (?:full |training |complete )?epochs?\b(?! ?/)|(?:^\W*(?:approx\w{{0,8}}\.? )?|: ){COUNT} (?:epochs? of|training epochs? on)\b",
            re.I,
        ),
    ),
    ("epochs", "poch", re.compile(rf"\b(?:steps|iterations|updates){THAT_IS}{COUNT} epochs?\b(?! ?/)", re.I)),
    (
        "steps",
        "poch",
        re.compile(
            rf"\bepochs?{THAT_IS}{NUMBER} (?:training |global |gradient |optimi[sz]ation )?(?:steps|iterations|updates)\b(?! per)",
            re.I,
        ),
    ),
    (
        "steps",
        "steps",
        re.compile(
            rf"(?<![\d.,}}])(?<!every )(?<!each )(?<!after )(?<!first )(?<!last )(?<!at )(?:{NUMBER}|({MILLIONS})) (?:train|training|optimi[sz]ation|gradient) steps\b(?! per| of)",
            re.I,
        ),
    ),
    (
        "steps",
        "steps",
        re.compile(rf"\bnumber of (?:training |optimi[sz]ation )?steps (?:was|is|of|=|set to) ?{NUMBER}", re.I),
    ),
    (
        "steps",
        "updates",
        re.compile(rf"\b(?:(?:train|tun)ed|for) (?:for )?(?:a total of )?{NUMBER} updates\b(?!/)", re.I),
    ),
    (
        "epochs",
        "poch",
        re.compile(rf"(?:size|rate|decay|length|lr)\b[^,;.]{{0,9}} [\d.e-]{{1,12}}, {COUNT} epochs?\b", re.I),
    ),
    ("epochs", "pochs", re.compile(rf"(?<!\d )\bepochs ?= ?{COUNT}", re.I)),
    *(("epochs", word, re.compile(rf"(?:训练|微调)了?\s?({DIGITS})\s?个?\s?{word}")) for word in ("轮", "epoch")),
    ("epochs", "エポック", re.compile(rf"エポック数\s?[=は:：]\s?({DIGITS})")),
    (
        "steps",
        "steps",
        re.compile(
            rf"\b(?<!warmup )(?<!warm-up )(?<!ed up )(?<!ing up )(?:for|during|over|train(?:ed|ing)?|total(?: of)?|(?:intermediate|final|model is the) checkpoint (?:with|after|at))\s+(?:a total of |the first |another |an additional |the equivalent of |around |about |approximately |roughly |only )?(?:{NUMBER}|({MILLIONS}))\s+(?:additional |more |training |optimi[sz]ation |update |gradient |global )*steps\b(?! of warm| per| each| every| in each)",
            re.I,
        ),
    ),
    (
        "steps",
        "steps",
        re.compile(
            rf"\btrained\b[^.;\n]{{0,170}}?\b(?:at|in|to|until) ({_THOUSANDS}) (?:training )?steps\b(?! per)", re.I
        ),
    ),
    (
        "steps",
        "iterations",
        re.compile(rf"\b(?:trained(?: for)?|for) (?:a total of )?{NUMBER} (?:training )?iterations\b", re.I),
    ),
    ("steps", "steps", re.compile(rf"(?:^\W*|\band |[.:] ){NUMBER} steps (?:using|with|at|on)\b", re.I)),
    ("steps", "steps", re.compile(rf"(?<![\d.,}}]){NUMBER} steps (?:of )?(?:\w+ )?training\b", re.I)),
    (
        "steps",
        "steps",
        re.compile(
            rf"\b(?:train|tun)(?:ed|ing)\b[^.()\n]{{0,80}} \((?:[^()\n]{{0,60}}, )?(?:approx\.? |about |total |~)?{NUMBER} (?:training )?steps(?: total)?(?=[,)])",
            re.I,
        ),
    ),
    (
        "sequence length",
        "len",
        re.compile(
            rf"(?<!\[)\b(?:max(?:imum|\.)?[ _-])?(?:input )?(?<!output )(?<!target )seq(?:uence)?s?(?:[ _-]len(?:gth)?s?| of length){IS}\s*{NUMBER}",
            re.I,
        ),
    ),
    (
        "sequence length",
        "length",
        re.compile(rf"\bmax(?:imum)? (?:input |source )?length{IS}\s*{NUMBER}(?! sec)", re.I),
    ),
    (
        "sequence length",
        "context",
        re.compile(
            rf"(?:train|tun)(?:ed|ing)\b[^.]{{0,40}}? (?:with|using|at)(?: an?)?(?: maximum)? context (?:length|size|window){IS}\s*{NUMBER}",
            re.I,
        ),
    ),
    (
        "sequence length",
        "length",
        re.compile(
            rf"\b(?:train|tun)(?:ed|ing)\b[^.]{{0,40}}? (?:with|using|at)(?: an?)? {NUMBER} (?:sequence|context) length\b|(?:,|\b(?:with|using|(?<!\d )and)(?: an?)?) {NUMBER} (?:max(?:imum)? )?sequence length\b",
            re.I,
        ),
    ),
    ("sequence length", "max", re.compile(rf"\bmax_?len(?:gth)?(?: \(input\))? (?:of |= ?){NUMBER}", re.I)),
    ("sequence length", "per instance", re.compile(rf"(?<![\d.,}}]){NUMBER} tokens per instance\b")),
    ("block size", "lock size", re.compile(rf"\bblock[ -]size{IS}\s*{NUMBER}", re.I)),
    (
        "dropout",
        "ropout",
        re.compile(
            rf"^(?![^\n]*\blora\b)[^\n]*?(?<!hidden )(?<!attention )(?<!coder )\bdropout(?: rate| probability| ratio)?{IS}\s*{NUMBER}",
            re.I,
        ),
    ),
    *OPTIMIZERS,
    ("label smoothing", "moothing", re.compile(rf"\blabel[ -]smoothing(?: factor)?{IS}\s*{NUMBER}", re.I)),
    (
        "gradient clipping",
        "lipping",
        re.compile(
            rf"\bgradient[ -]clipping(?: at| to| with| by)?(?: an?)?(?: global| max(?:imum)?)?(?: norm| value| threshold)?{IS}\s*{NUMBER}",
            re.I,
        ),
    ),
    ("early stopping patience", "atience", re.compile(rf"\bpatience{IS}\s*{NUMBER}", re.I)),
    (
        "precision",
        "recision",
        re.compile(
            r"\b(?:in|with|using|at) [`*]{0,2}(bfloat16|bf16|float16|fp16|float32|fp32)[`*]{0,2} (?:mixed[ -])?precision\b",
            re.I,
        ),
    ),
    (
        "precision",
        "16",
        re.compile(
            r"\b(?:train|tun)(?:ed|ing)\b[^.]{0,80}?\b(?:in|with|using) [`*]{0,2}(bf16|bfloat16|fp16|float16)[`*]{0,2}(?=[.,;)]|\s(?:and|with|on|for)\b|$)|\bmixed[ -]precision(?: training)? \(`?(bf16|bfloat16|fp16|float16)`?\)|\b(16[ -]bit) mixed[ -]precision\b",
            re.I,
        ),
    ),
    (
        "seed",
        "seed",
        re.compile(rf"^(?![^\n]*\bsplit)[^\n]*?(?<![\w/-])(?:random |training )?seed{IS}\s*{NUMBER}", re.I),
    ),
    (
        "lora rank",
        "LoRA",
        re.compile(rf"\bQ?LoRA\b[^.]{{0,60}}?(?:\brank{IS}|(?<![\w.])r ?=)\s*{NUMBER}", re.I),
    ),
    ("lora rank", "lora_r", re.compile(rf"\blora_r(?:ank)? ?(?:=|of) ?{NUMBER}")),
    ("lora alpha", "lpha", re.compile(rf"\bQ?LoRA\b[^.]{{0,80}}?(?:\b|_)alpha{IS}\s*{NUMBER}", re.I)),
    ("lora alpha", "α", re.compile(rf"\bQ?LoRA\b[^.]{{0,80}}?α ?= ?{NUMBER}", re.I)),
    (
        "lora dropout",
        "ropout",
        re.compile(rf"\bQ?LoRA\b[^.]{{0,120}}?(?:\b|_)dropout(?: rate| probability)?{IS}\s*{NUMBER}", re.I),
    ),
    (
        "tokens",
        "okens",
        re.compile(
            rf"\b(?:(?:pre-?|fine-?|post-?)?(?:train|tun)(?:ed?\b(?:(?:[^.;]|\.(?=\S)){{0,120}}?\b(?:on|for|totaling|equal to)|(?: \w{{1,20}}){{0,3}}? (?:with|to|using))|ing\b[^.;]{{0,60}}?\b(?:on|for|involving))|trained(?: over)?|amounts to|in total|uses?|saw|seen|process(?:ed|ing)) (?:(?:an additional|another|a total of|over|around|about|approximately|roughly|just|only|nearly|almost|more than) ){{0,2}}\*{{0,2}}\\?~?{_TOKENS}",
            re.I,
        ),
    ),
    (
        "tokens",
        "okens",
        re.compile(
            rf"\b(?:intermediate|final|model is the) checkpoint (?:with|after|at) [^.]{{0,40}}?\band {_TOKENS}", re.I
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
    *(
        (name, word, re.compile(rf"\b[Ss]et(?:ting)? (?:the |our )(?:\w+ ){{0,2}}?{words} to {NUMBER}"))
        for name, word, words in _SET
    ),
)
