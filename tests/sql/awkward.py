"""A lake of cards that hold every awkward number, two methods, bases and writers: what every answer is tried on."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

from tests.warehouse.facts import dataset, method, parent, result, setting, step, version
from tests.warehouse.kit import Made
from warehouse.schema import Fact, QuantizedFile

AWKWARD = (math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308)
METHODS = ("dpo", "kto")
BASES = ("x/one", "y/two")
WRITERS = ("transformers-trainer", "axolotl")

_SETTINGS = ("learning_rate", "train_batch_size", "total_train_batch_size", "num_devices", "seed", "beta", "num_epochs")
_RESULTS = ("loss", "accuracy", "wer", "rewards/chosen", "rewards/rejected", "rewards/margins", "rewards/accuracies")
_LOGGED = ("training_loss", "validation_loss", "rewards/margins", "rewards/accuracies")


def awkward(home: Path, keep: Callable[[str, str, str], bool] = lambda *_: True) -> Made:
    """A lake with plain runs, a copy and awkward runs for every method, base and writer that `keep` lets pass."""
    made = Made(home)
    for name in BASES:
        if keep("", name, ""):
            made.card(name, result("accuracy", 0.5, source="model_index", dataset_id="d"), license="mit")
    for place, (m, b, w) in enumerate(product(METHODS, BASES, WRITERS)):
        if not keep(m, b, w):
            continue
        for n in range(5):
            made.card(f"{m}{n % 3}/{b[0]}-{w}-{n}", *_plain(m, b, place, n % 4), **_card(w, f"{place}-{n % 4}", n))
        for (n, value), spared in product(enumerate(AWKWARD), ((), ("learning_rate",), _RESULTS)):
            name = f"odd{n}/{m}-{b[0]}-{w}-{len(spared)}"
            odd = _odd(m, b, value * (1 + place / 20 + len(spared) / 300), spared)
            made.card(name, *odd, **_card(w, f"{place}-odd-{n}-{len(spared)}", n))
    return made


def _card(writer: str, body: str, n: int) -> dict[str, Any]:
    listing = {"created_at": datetime(2023 + n % 2, 3, 1), "parameters": -1, "downloads": n}
    return {"card_generator": writer, "license": "mit", "body_digest": body, "listing": listing}


def _plain(name: str, base: str, place: int, n: int) -> list[Fact]:
    margin = round(1.0111 + n / 7 + place / 10, 4)
    return [
        method(name, "setting"),
        parent(base),
        dataset("d/a"),
        version("transformers", f"4.{30 + n}.0"),
        version("trl", "0.7.0"),
        setting("learning_rate", 1e-6 * (1 + n)),
        setting("total_train_batch_size", 8 * (1 + n)),
        setting("seed", 42 + n % 2),
        setting("num_epochs", 1 + n),
        setting("optimizer", "Adam"),
        setting("lr_scheduler_type", "cosine"),
        setting("mixed_precision_training", "Native AMP"),
        result("loss", 0.5123 + n / 1000),
        result("rewards/margins", margin),
        result("rewards/accuracies", 0.7511),
        result("accuracy", 0.6 + n / 100, source="model_index", dataset_id="d"),
        *(step(k, "rewards/margins", margin * (k + 1) / 4) for k in range(4)),
        *(step(k, "validation_loss", 1.0 + (k - 1) ** 2 / 10 + n / 1e3 + place / 1e4) for k in range(4)),
        *(step(k, "training_loss", 1.0 - k / 10) for k in range(4)),
        _offer(4.0, 4 * 10**9),
    ]


def _odd(name: str, base: str, value: float, spared: tuple[str, ...]) -> list[Fact]:
    """A run whose every number is `value`, but for a few that are plain (too short to be taken for another's)."""

    def of(field: str) -> float:
        return 0.5 if field in spared else value

    return [
        method(name, "setting"),
        parent(base),
        parent("q/original", "quantized"),
        *(setting(s, of(s)) for s in _SETTINGS),
        *(result(m, of(m), f"{of(m)}") for m in _RESULTS),
        *(result(m, of(m), f"{of(m)}", source="model_index", dataset_id="d") for m in _RESULTS),
        *(step(k, m, value) for k in range(3) for m in _LOGGED),
        _offer(value, -1),
    ]


def _offer(bits: float, size: int) -> QuantizedFile:
    return QuantizedFile(
        file_or_branch="f", method="gptq", bits=bits, group_size=-1, act_order=None, damp_percent=bits,
        calibration_dataset=None, sequence_length=0, size_text=None, size_bytes=size, description=None,
        source="table", line=1,
    )  # fmt: skip
