"""The number that a setting's value states where the text alone tells none, or another: with its own unit, in thousands.

What any text states is known in `values`; here stands what only the setting's name allows. A batch of so many tokens is
none of so many samples: another unit than the setting's own is no number of it.
"""

from __future__ import annotations

import math
import re

from etl.reading import values
from etl.reading.vocabularies import SETTINGS, rows

NUMBERS = frozenset(row["canonical"] for row in rows("settings") if row["kind"] == "number")
"""The settings whose value is a number."""
_BATCHES = frozenset(
    ("batch_size", "train_batch_size", "eval_batch_size", "total_train_batch_size", "micro_batch_size")
)
_COUNTED = r"(?:sequences|samples|examples|sentences|images)"
_UNITS = {
    "training_steps": r"(?:training )?(?:steps|iterations|updates)",
    "lr_scheduler_warmup_steps": r"(?:warm-?up )?(?:steps|iterations|updates)",
    "gradient_accumulation_steps": r"steps",
    "num_epochs": r"epochs?",
    "max_seq_length": r"(?:sub-?word )?tokens",
    "training_tokens": r"(?:training |pre-?training )?tokens",
}
_UNITS |= dict.fromkeys(_BATCHES, rf"{_COUNTED}(?: ?/ ?batch| per batch)?")
"""What a setting counts, as its authors write it behind the number."""
_NUMBER = r"(~?\d[\d.,' ]{0,15}?(?:[eE][-−]?\d{1,3})?(?: ?[kKMBT]\b| (?:million|billion|trillion)\b)?%?)"
_REMARK = (
    r"(?P<remark>(?: \([^()]{1,200}\))?(?:(?: (?:with|using|via|from|—|–|--|→|->) (?!\d)|\. (?=[A-Z])).{1,300}"
    r"| (?:linear|cosine|constant)\b[^\d]{0,40}| for [^\d]{1,200}|(?<=%) of [^\d]{1,60})?)"
)
"""`3e-4 with cosine decay to 1.5e-5`, `1000 (from the base) — stopped early`, `512 tokens for question and answer`."""
_READ = {name: re.compile(rf"{_NUMBER}(?: ?\b{unit})?{_REMARK}", re.I) for name, unit in _UNITS.items()}
_WITHOUT_UNIT = re.compile(_NUMBER + _REMARK, re.I)
_STEPS = frozenset(("training_steps", "lr_scheduler_warmup_steps"))
_DOTTED = re.compile(r"([1-9]\d{0,2}(?:\.\d{3}){1,3})(?: \([^()]{1,60}\))?")
_TEN_THOUSANDS = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)\s?[wW万萬]")
_NAMED_AGAIN = re.compile(r"([A-Za-zα]\w{0,20}) ?= ?(\S{1,20})")
"""`r = 16` of a rank."""
_DEVICES = re.compile(rf"([\d,]{{1,9}})(?: {_COUNTED})?(?: ?/ ?| \(?per[ -])(?:device|gpu|tpu|core)\b\)?", re.I)
_WARMED_UP = re.compile(
    r"(?:linear )?warm(?:ed)?[- ]?up to (\d[\d.]{0,12}(?:e-?\d{1,2})?)\b(?!\s?%)(?: .{1,100})?", re.I
)
"""Of a learning rate, what it is warmed up to: `warmup to 0.0001 for 10,000 steps and then kept constant`."""
_DECAYED = re.compile(
    r"(\d[\d.]{0,12}(?:e-?\d{1,2})?) ?(?:→|->|➔|⟶) ?(?:\d[\d.]{0,12}(?:e-?\d{1,2})?|None)(?: .{1,100})?", re.I
)
"""Of a learning rate, from what it falls to what: `2e-5 → 2e-6`."""
_LINEAR = re.compile(r"lin_(\d[\d.]{0,20}(?:e-?\d{1,2})?)")
"""As rl-baselines3-zoo writes where a linear schedule begins, of a learning rate or a clip range: `lin_2.5e-4`."""
_WORKED_OUT = re.compile(r"(\d{1,6}(?: ?[x×*] ?\d{1,6}){1,4}) = (\d{1,9})")
"""A product and what it comes to: `32 x 8 x 2 x 4 = 2048`."""
_SIDES = re.compile(r"\d{1,5}, ?\d{1,5}")
"""Of a picture: `768,768`."""
LONGEST = 400


def is_per_device(text: str) -> bool:
    """Whether a batch is said to be one device's: `4 per GPU`."""
    return bool(_DEVICES.match(text))


def number(name: str, text: str) -> float | None:
    """The number that a value states of the setting of that name: `250k steps`, `250.000` steps, `50W` steps."""
    return read(name, text)[0]


def read(name: str, text: str) -> tuple[float | None, str | None]:
    """The number, and the code of what had to be done to read it here, beyond what `values.repairs` tells of the text."""
    if name in _STEPS:
        if match := _DOTTED.fullmatch(text):
            return float(match[1].replace(".", "")), "thousands_separator"
        if match := _TEN_THOUSANDS.fullmatch(text):
            return round(float(match[1]) * 1e4, 4), "power_of_ten"
    if name == "resolution" and _SIDES.fullmatch(text):
        return None, None
    found = values.number(text)
    if found is not None or name not in NUMBERS:
        return found, None
    if name in _BATCHES and (match := _DEVICES.match(text)):
        return values.number(match[1]), "number_with_remark" if match.end() < len(text) else None
    if name == "learning_rate" and (match := _WARMED_UP.fullmatch(text)):
        return values.number(match[1]), "number_with_remark"
    if name == "learning_rate" and (match := _DECAYED.fullmatch(text)):
        return values.number(match[1]), "number_with_remark"
    if match := _LINEAR.fullmatch(text):
        return values.number(match[1]), "number_with_remark"
    if (match := _WORKED_OUT.fullmatch(text)) and math.prod(map(int, re.findall(r"\d+", match[1]))) == int(match[2]):
        return float(match[2]), "number_with_remark"
    if (match := _NAMED_AGAIN.fullmatch(text)) and SETTINGS.canonical(match[1]) == name:
        return read(name, match[2])
    match = _READ.get(name, _WITHOUT_UNIT).fullmatch(text) if len(text) <= LONGEST else None
    if match is None or match[1].strip() == text:
        return None, None
    found, code = read(name, match[1].strip())
    return found, code if found is None or not match["remark"] else "number_with_remark"
