"""The number that a setting's value states where the text alone tells none, or another: with its own unit, in thousands.

What any text states is known in `values`; here stands what only the setting's name allows. A batch of so many tokens is
none of so many samples: another unit than the setting's own is no number of it.
"""

from __future__ import annotations

import re

from etl.reading import values

_UNITS = {
    "training_steps": r"(?:training )?(?:steps|iterations|updates)",
    "lr_scheduler_warmup_steps": r"(?:warm-?up )?(?:steps|iterations|updates)",
    "num_epochs": r"epochs?",
    "max_seq_length": r"(?:sub-?word )?tokens",
    "batch_size": r"(?:sequences|samples|examples|sentences|images)",
}
_UNITS |= dict.fromkeys(("train_batch_size", "eval_batch_size", "total_train_batch_size"), _UNITS["batch_size"])
"""What a setting counts, as its authors write it behind the number."""
_WITH_UNIT = {name: re.compile(rf"(\d[\d.,' ]{{0,15}}[kKM]?) {unit}", re.I) for name, unit in _UNITS.items()}
_STEPS = frozenset(("training_steps", "lr_scheduler_warmup_steps"))
_DOTTED = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){1,3}")
_TEN_THOUSANDS = re.compile(r"(\d{1,5}(?:\.\d{1,4})?)\s?[wW万萬]")


def number(name: str, text: str) -> float | None:
    """The number that a value states of the setting of that name: `250k steps`, `250.000` steps, `50W` steps."""
    if name in _STEPS:
        if _DOTTED.fullmatch(text):
            return float(text.replace(".", ""))
        if match := _TEN_THOUSANDS.fullmatch(text):
            return round(float(match[1]) * 1e4, 4)
    found = values.number(text)
    if found is None and name in _WITH_UNIT and (match := _WITH_UNIT[name].fullmatch(text)):
        return number(name, match[1].strip())
    return found


def repair(name: str, text: str) -> str | None:
    """The code of what had to be done to read the number here, beyond what `values.repairs` tells of the text; or none."""
    if name not in _STEPS:
        return None
    return (
        "thousands_separator" if _DOTTED.fullmatch(text) else "power_of_ten" if _TEN_THOUSANDS.fullmatch(text) else None
    )
