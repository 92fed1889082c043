"""What a setting looks like in a sentence, by its usual name: its words, what may stand between, its value.

Rules as data: a name, a word that is sought first because it is cheap, and the pattern. Whether a sentence tells of a
training that was done is judged in `prose`.
"""

from __future__ import annotations

import re

_DIGITS = r"(?:10\s?(?:\^|<sup>)\s?\{?[-−–]?\d+(?:\}|</sup>)?|\d{1,3}(?: 000)+|\d+(?:,\d+)*(?:\.\d+)?(?:[eE][-−–]?\d+)?(?:\s?(?:[x×*·]|\\times)\s?10\s?(?:\^|<sup>)?\s?\{?[-−–]?\d+(?:\}|</sup>)?)?[kKM]?)"
_ENDS = r"`?\*{0,2}(?![\w%]|[.,]\d|\s?[-–−]\s?\d|\s?e\s?[-–−]\s?\d|\s+(?:to|or)\s+\d|\s?(?:[x×*·]|\\times)\s?10\b|\s?(?:\^|<sup>)|\s+for the (?:head|encoder|decoder|classifier|backbone)\b)"
_OPEN = r"\*{0,2}`?(?:\\{1,2}\(|\${1,2}|\()?\*{0,2}"
_NUMBER = rf"{_OPEN}`?({_DIGITS}){_ENDS}"
_WORD_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"
_MILLIONS = rf"(?:half(?: a)?|{_WORD_NUMBERS}|{_DIGITS}) (?:million|thousand)"
_COUNT = rf"(?:\*{{0,2}}`?(~?{_DIGITS}\+?){_ENDS}|({_WORD_NUMBERS}))"
_IS = r"(?:,? which)?(?: (?:of|was|is|has been|have been|equal to|as))?(?: (?:set|limited|fixed|restricted) (?:to|at))?(?: (?:around|about|approximately|just|only))?(?: ?=)?"
"""What may stand between a setting's name and its value."""
_THAT_IS = r"[\s(,]{1,3}(?:(?:or|about|around|roughly|approx\.|approximately|equal|equivalent|correspond(?:s|ing)|which|is|was|to|in total)\s+){0,4}"
"""Between how long a training was and the same in another unit: `20000 steps (approx. 116 epochs)`."""
_NOT_A_SUM = r"(?!\s*(?:tokens|frames|million|[kmM]\b|x|×|\*))"
_OPTIMIZERS = r"(Adam(?:W|ax)?(?:[ _-]?8[ _-]?bits?)?|AdaFactor|AdaGrad|SGD|LAMB|LionW?|RMSProp|RAdam|NAdam|NovoGrad|AdaBelief|Ranger|Prodigy|Muon|Adan|(?:Distributed )?Shampoo|Sophia)"
_TOKENS = rf"(\d{{1,3}}(?:,\d{{3}}){{2,4}}|{_DIGITS}(?:[BT]| ?(?:[bm]|tr)illion|(?<=M)))\*{{0,2}} (?:(?!and )[\w-]+ ){{0,3}}?tokens\b(?! (?:context|per|window|batch|each|long|in length)|/)"
_SHAPES = r"(?<!non-)(?<!\()(linear|cosine|polynomial|exponential|inverse[ -]square[ -]root|constant)(?:ly)?"
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
            rf"\b(?:initial |peak |maximum |constant |fixed |base )?learning[ _-]rate{_IS}\s*{_NUMBER}(?! (?:steps|warm))",
            re.I,
        ),
    ),
    (
        "learning rate",
        "earning",
        re.compile(rf"(?<![\d.,}}]){_NUMBER}\s+learning[ -]rate\b(?! (?:decay|warm))", re.I),
    ),
    *(
        ("learning rate", word, re.compile(rf"(?<![\w.-]){word}\b{_IS}\s*{_NUMBER}(?! (?:steps|warm))"))
        for word in ("lr", "LR")
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
            rf"\b(?<!eval )(?<!evaluation )(?<!per-device )(?<!per device )(?<!per-gpu )(?<!per gpu )(?<!device train )(?<!micro )(?<!micro-)(?<!global )(?<!total )(?<!effective )(?:mini-?)?batch(?:[ _-]?sizes?|es){_IS}\s*{_NUMBER}(?!\s*per){_NOT_A_SUM}",
            re.I,
        ),
    ),
    (
        "batch size",
        "atch",
        re.compile(
            rf"(?:,|\bwith(?: an?)?|\busing(?: an?)?|\band(?: an?)?|\bof) {_NUMBER} (?:batch[ _-]size|(?:instances|samples|sequences) per batch)\b",
            re.I,
        ),
    ),
    (
        "batch size",
        "atch",
        re.compile(
            rf"\b(?<!global )(?<!total )(?<!effective )batch[ -]size of (?:approximately |about |around )?({_DIGITS}(?: million| thousand)? tokens)\b",
            re.I,
        ),
    ),
    (
        "train batch size",
        "atch",
        re.compile(rf"\bper[- ](?:device|GPU)(?: train(?:ing)?)? batch[ -]size{_IS}\s*{_NUMBER}", re.I),
    ),
    ("micro batch size", "icro", re.compile(rf"\bmicro[ -]batch[ -]size{_IS}\s*{_NUMBER}", re.I)),
    (
        "gradient accumulation steps",
        "radient",
        re.compile(
            rf"\bgradient accumulation(?: steps?)?{_IS}\s*{_NUMBER}|(?<![\d.,}}]){_NUMBER} gradient accumulation steps\b",
            re.I,
        ),
    ),
    (
        "epochs",
        "poch",
        re.compile(
            rf"\b(?<!time )(?:for|during|over|across|in|on|with|(?:train|tun)(?:e|ed)?|complet(?:e|ed|ing)|us(?:es|ed|ing))\s+(?:a total of |total |only |about |around |approximately |approx\.? |just |up to |another |an additional )?{_COUNT}\s+(?:full |training |complete )?epochs?\b(?!\s?/)",
            re.I,
        ),
    ),
    (
        "epochs",
        "poch",
        re.compile(rf"\bnumber of (?:training )?epochs (?:(?:was )?set to|of|was|is|=) ?{_COUNT}", re.I),
    ),
    (
        "epochs",
        "poch",
        re.compile(
            rf"(?:(?<!\d)(?<!\d )(?:,|\band|\()|\bresults after)(?: about| around| approximately)? ?{_COUNT} (?:full |training |complete )?epochs?\b(?! ?/)|(?:^\W*(?:approx\w{{0,8}}\.? )?|: ){_COUNT} (?:epochs? of|training epochs? on)\b",
            re.I,
        ),
    ),
    ("epochs", "poch", re.compile(rf"\b(?:steps|iterations|updates){_THAT_IS}{_COUNT} epochs?\b(?! ?/)", re.I)),
    (
        "steps",
        "poch",
        re.compile(
            rf"\bepochs?{_THAT_IS}{_NUMBER} (?:training |global |gradient |optimi[sz]ation )?(?:steps|iterations|updates)\b(?! per)",
            re.I,
        ),
    ),
    (
        "steps",
        "steps",
        re.compile(
            rf"(?<![\d.,}}])(?<!every )(?<!each )(?<!after )(?<!first )(?<!last )(?<!at )(?:{_NUMBER}|({_MILLIONS})) (?:train|training|optimi[sz]ation|gradient) steps\b(?! per| of)",
            re.I,
        ),
    ),
    (
        "steps",
        "steps",
        re.compile(rf"\bnumber of (?:training |optimi[sz]ation )?steps (?:was|is|of|=|set to) ?{_NUMBER}", re.I),
    ),
    (
        "steps",
        "updates",
        re.compile(rf"\b(?:(?:train|tun)ed|for) (?:for )?(?:a total of )?{_NUMBER} updates\b(?!/)", re.I),
    ),
    (
        "epochs",
        "poch",
        re.compile(rf"(?:size|rate|decay|length|lr)\b[^,;.]{{0,9}} [\d.e-]{{1,12}}, {_COUNT} epochs?\b", re.I),
    ),
    ("epochs", "pochs", re.compile(rf"(?<!\d )\bepochs ?= ?{_COUNT}", re.I)),
    *(("epochs", word, re.compile(rf"(?:训练|微调)了?\s?({_DIGITS})\s?个?\s?{word}")) for word in ("轮", "epoch")),
    ("epochs", "エポック", re.compile(rf"エポック数\s?[=は:：]\s?({_DIGITS})")),
    (
        "steps",
        "steps",
        re.compile(
            rf"\b(?<!warmup )(?<!warm-up )(?<!ed up )(?<!ing up )(?:for|during|over|train(?:ed|ing)?|total(?: of)?|(?:intermediate|final|model is the) checkpoint (?:with|after|at))\s+(?:a total of |the first |another |an additional |the equivalent of |around |about |approximately |roughly )?(?:{_NUMBER}|({_MILLIONS}))\s+(?:additional |more |training |optimi[sz]ation |update |gradient |global )*steps\b(?! of warm| per| each| every| in each)",
            re.I,
        ),
    ),
    (
        "steps",
        "iterations",
        re.compile(rf"\b(?:trained(?: for)?|for) (?:a total of )?{_NUMBER} (?:training )?iterations\b", re.I),
    ),
    ("steps", "steps", re.compile(rf"(?:^\W*|\band |[.:] ){_NUMBER} steps (?:using|with|at|on)\b", re.I)),
    ("steps", "steps", re.compile(rf"(?<![\d.,}}]){_NUMBER} steps (?:of )?(?:\w+ )?training\b", re.I)),
    ("weight decay", "ecay", re.compile(rf"\b(?<!lr for )weight[ _-]decay(?: rate)?{_IS}\s*{_NUMBER}", re.I)),
    (
        "sequence length",
        "len",
        re.compile(
            rf"(?<!\[)\b(?:max(?:imum|\.)?[ _-])?(?:input )?(?<!output )(?<!target )seq(?:uence)?s?(?:[ _-]len(?:gth)?s?| of length){_IS}\s*{_NUMBER}",
            re.I,
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
            rf"(?:train|tun)(?:ed|ing)\b[^.]{{0,40}}? (?:with|using|at)(?: an?)?(?: maximum)? context (?:length|size|window){_IS}\s*{_NUMBER}",
            re.I,
        ),
    ),
    (
        "sequence length",
        "length",
        re.compile(
            rf"\b(?:train|tun)(?:ed|ing)\b[^.]{{0,40}}? (?:with|using|at)(?: an?)? {_NUMBER} (?:sequence|context) length\b|(?:,|\b(?:with|using|(?<!\d )and)(?: an?)?) {_NUMBER} (?:max(?:imum)? )?sequence length\b",
            re.I,
        ),
    ),
    ("sequence length", "max", re.compile(rf"\bmax_?len(?:gth)?(?: \(input\))? (?:of |= ?){_NUMBER}", re.I)),
    ("sequence length", "per instance", re.compile(rf"(?<![\d.,}}]){_NUMBER} tokens per instance\b")),
    ("block size", "lock size", re.compile(rf"\bblock[ -]size{_IS}\s*{_NUMBER}", re.I)),
    (
        "warmup steps",
        "arm",
        re.compile(
            rf"\bwarm(?:[ -]?up|(?:ing|ed|s)[ -]up)(?: (?:phase|period|steps))?(?: for| over| of| =)? (?:the first )?{_NUMBER} (?:steps|iterations)\b|(?<![\d.,}}]){_NUMBER} warm-?up steps\b(?! ?=)|(?<![\d.,}}]){_NUMBER} steps (?:of|for) (?:linear )?warm-?up\b|\blearning rate warm[ -]?up of ([1-9]\d{{2,5}})(?![\w%.,]*[\d%])(?! (?:epochs|samples|tokens))",
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
    ("warmup steps", "arm", re.compile(rf"\bwarm-?up(?:[ _]steps)? ?= ?{_NUMBER}", re.I)),
    ("warmup ratio", "arm", re.compile(rf"\bwarm-?up (?:ratio|proportion){_IS}\s*{_NUMBER}", re.I)),
    (
        "dropout",
        "ropout",
        re.compile(
            rf"^(?![^\n]*\blora\b)[^\n]*?(?<!hidden )(?<!attention )(?<!coder )\bdropout(?: rate| probability| ratio)?{_IS}\s*{_NUMBER}",
            re.I,
        ),
    ),
    (
        "optimizer",
        "ptimi",
        re.compile(
            rf"\b{_OPTIMIZERS}`?(?:\]\([^()\s]{{1,150}}\))?\*{{0,2}} optimi[sz](?:er|ation)\b(?! (?:was|were) )", re.I
        ),
    ),
    ("optimizer", "ptimi", re.compile(rf"\b{_OPTIMIZERS} (?:is|was) used as (?:the |an )?optimi[sz]er\b", re.I)),
    (
        "optimizer",
        "ptimi",
        re.compile(r"\b(?:with|using)\b[^.,:()]{0,40}? [Oo]ptimi[sz]er [`*]{0,2}\[?([A-Z][A-Za-z-]{1,20})\b(?! [A-Z])"),
    ),
    (
        "optimizer",
        "ptimi",
        re.compile(
            rf"\boptimi[sz](?:er(?: used| chosen)? (?:is|was)(?: the| an?)?|ed (?:with|using|by)(?: the)?) [`*]{{0,2}}{_OPTIMIZERS}\b",
            re.I,
        ),
    ),
    ("label smoothing", "moothing", re.compile(rf"\blabel[ -]smoothing(?: factor)?{_IS}\s*{_NUMBER}", re.I)),
    (
        "gradient clipping",
        "lipping",
        re.compile(rf"\bgradient[ -]clipping(?: norm| value| threshold)?{_IS}\s*{_NUMBER}", re.I),
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
    ("early stopping patience", "atience", re.compile(rf"\bpatience{_IS}\s*{_NUMBER}", re.I)),
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
    (
        "precision",
        "16",
        re.compile(
            r"\b(?:train|tun)(?:ed|ing)\b[^.]{0,80}?\b(?:in|with|using) [`*]{0,2}(bf16|bfloat16|fp16|float16)[`*]{0,2}(?=[.,;)]|\s(?:and|with|on|for)\b|$)|\bmixed[ -]precision(?: training)? \(`?(bf16|bfloat16|fp16|float16)`?\)|\b(16[ -]bit) mixed[ -]precision\b",
            re.I,
        ),
    ),
    ("epsilon", "epsilon", re.compile(rf"\bepsilon\s*=\s*{_NUMBER}")),
    ("epsilon", "ϵ", re.compile(rf"ϵ\s*=\s*{_NUMBER}")),
    ("epsilon", "ε", re.compile(rf"ε\s*=\s*{_NUMBER}")),
    ("seed", "seed", re.compile(rf"^(?![^\n]*\bsplit)[^\n]*?\b(?:random |training )?seed{_IS}\s*{_NUMBER}", re.I)),
    (
        "lora rank",
        "LoRA",
        re.compile(rf"\bQ?LoRA\b[^.]{{0,60}}?(?:\brank{_IS}|(?<![\w.])r ?=)\s*{_NUMBER}", re.I),
    ),
    ("lora rank", "lora_r", re.compile(rf"\blora_r(?:ank)? ?(?:=|of) ?{_NUMBER}")),
    ("lora alpha", "lpha", re.compile(rf"\bQ?LoRA\b[^.]{{0,80}}?(?:\b|_)alpha{_IS}\s*{_NUMBER}", re.I)),
    ("lora alpha", "α", re.compile(rf"\bQ?LoRA\b[^.]{{0,80}}?α ?= ?{_NUMBER}", re.I)),
    (
        "lora dropout",
        "ropout",
        re.compile(rf"\bQ?LoRA\b[^.]{{0,120}}?(?:\b|_)dropout(?: rate| probability)?{_IS}\s*{_NUMBER}", re.I),
    ),
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
        (name, word, re.compile(rf"\b[Ss]et(?:ting)? (?:the |our )(?:\w+ ){{0,2}}?{words} to {_NUMBER}"))
        for name, word, words in _SET
    ),
)
