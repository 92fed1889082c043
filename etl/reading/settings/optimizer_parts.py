"""An optimizer's text -> its parts: name, betas, epsilon, and what Keras prints of its configuration.

What must not move in: which text is an optimizer's (`hyperparameters`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from etl.cards.remembered import remembered
from etl.reading.settings import python_settings

_PART = r"[\d.eE+−–-]+"
_BETAS = r"(?:betas?|β_?[2₂]\))\s*=\s*\(\s*"
_IS = r"(?:\s*[=:]\s*| of | (?=\d))"
_OPTIMIZER_PART = (
    ("adam_beta1", re.compile(rf"(?:{_BETAS}|(?:\bbeta|β)_?[1₁]{_IS})({_PART})", re.I)),
    ("adam_beta2", re.compile(rf"(?:{_BETAS}{_PART}\s*,\s*|(?:\bbeta|β)_?[2₂]{_IS})({_PART})", re.I)),
    ("adam_epsilon", re.compile(rf"eps(?:ilon)?{_IS}({_PART})", re.I)),
    ("weight_decay", re.compile(rf"\b(?:weight[ _]decay|wd){_IS}({_PART})", re.I)),
    ("learning_rate", re.compile(rf"\b(?:lr|learning[ _]rate){_IS}({_PART})", re.I)),
    ("num_epochs", re.compile(r"[,(] ?(\d{1,3}) epochs\b", re.I)),
)
_OPTIMIZER_NAME = re.compile(r"^(?:use\s+)?(?:OptimizerNames\.)?(?:8-?bit[ -])?([A-Za-z][\w.\-]{1,60}+)(?! ?=)", re.I)
_OPTIMIZER = re.compile(
    r"adam|sgd|lion|lamb|lars|rmsprop|ada(?:factor|grad|delta|belief)|muon|adan|shampoo|sophia|prodigy", re.I
)
_BEHIND_KINDS = re.compile(
    r"^(?:[\w-]{1,20} ){1,3}((?:\w{0,12}Adam\w{0,12}|SGD|Lion|LAMB|RMSprop|Adafactor|Muon|Shampoo)\b)", re.I
)
"""`Paged AdamW`: of which kind it is stands before the name."""
_KERAS_NAME = re.compile(r"['\"](?:name|class_name)['\"]\s*:\s*['\"](\w{1,40})['\"]")
_KERAS_PARTS = {
    "learning_rate": "learning_rate",
    "initial_learning_rate": "learning_rate",
    "beta_1": "adam_beta1",
    "beta_2": "adam_beta2",
    "epsilon": "adam_epsilon",
    "weight_decay_rate": "weight_decay",
    "weight_decay": "weight_decay",
    "warmup_steps": "lr_scheduler_warmup_steps",
}


@remembered(longest=200, texts=8_192)
def optimizer_parts(text: str) -> tuple[tuple[str, str], ...]:
    """Name, betas and epsilon in an optimizer's sentence, each as written there."""
    return tuple(_optimizer_parts(text))


def _optimizer_parts(text: str) -> Iterator[tuple[str, str]]:
    if text.startswith("{"):
        yield from _keras_parts(text)
        return
    match = _OPTIMIZER_NAME.match(text)
    if match and match[1].casefold() not in ("none", "null"):
        kinds = None if _OPTIMIZER.search(match[1]) else _BEHIND_KINDS.match(text)
        yield "optimizer_name", kinds[1] if kinds else match[1]
    if any(character.isdigit() for character in text):
        for part, pattern in _OPTIMIZER_PART:
            if found := pattern.search(text[:2000]):
                yield part, found[1].rstrip(".")


def _keras_parts(text: str) -> Iterator[tuple[str, str]]:
    """Keras prints the optimizer's whole configuration, a schedule of learning rates nested in it.

    A warm-up is wrapped around the schedule that follows it, whose class is the scheduler's type.
    """
    if match := _KERAS_NAME.search(text[:2000]):
        yield "optimizer_name", match[1]
    parts: dict[str, str] = {}
    for setting in python_settings.dict_items(text):
        path, _, last = setting.name.rpartition(".")
        is_schedule = last == "class_name" and "learning_rate" in path
        part = "lr_scheduler_type" if is_schedule else _KERAS_PARTS.get(last)
        if part and (part not in parts or is_schedule) and setting.value not in ("None", ""):
            parts[part] = setting.value
    yield from parts.items()
