"""Which tables are training logs, and which of their columns count steps or epochs.

What must not move in: what the other columns' names mean (`metric_names`), rows (`training_steps`).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from etl.cards import Block, Section, TableBlock
from etl.reading import values
from etl.reading.context import written
from etl.reading.vocabularies import key
from etl.reading.words.result_languages import MEASURES

_STEP = frozenset(
    ("step", "steps", "global_step", "iteration", "iterations", "iter", "iters", "training_step", "training_steps", "train_steps",
     "步数", "步骤", "ステップ", "ステップ数", "스텝", "단계", "шаг", "paso", "pasos", "passo", "passos", "étape", "étapes", "schritt", "schritte",
     "步數", "步驟", "训练步数", "訓練步數", "学習ステップ", "학습 스텝", "шаги", "крок", "кроки", "iteración", "iteração", "itération", "iterazione", "итерация", "adım", "adımlar",
     "langkah", "bước", "krok", "kroki", "الخطوة")
)  # fmt: skip
_EPOCH = frozenset(
    ("epoch", "epochs", "ep", "epoca", "época", "épocas", "epoche", "epochen", "époque", "époques",
     "эпоха", "эпохи", "епоха", "епохи", "轮次", "轮数", "輪次", "輪數", "周期", "训练轮次", "訓練輪數", "epok", "epoka", "epoki", "dönem", "kỷ nguyên", "الحقبة", "epoch数", "エポック", "エポック数", "에포크", "에폭")
)  # fmt: skip
_COUNTED = re.compile(
    r"^(?:#_?|(?:num(?:ber)?|no|nr)_(?:of_)?|training_|after_+)*(epochs?|steps?|iterations?)(?:_?\(?s\)?|_(?:no|number|#))?$"
)
"""`Num of Epochs`, `# Epoch`, `Epoch No`, `Epoch(s)`."""
_LOSS = re.compile(
    r"loss|acc|f1|wer|cer|bleu|rouge|precision|recall|perplexity|ppl|lr|learning rate|reward|map|iou|cosine|spearman|损失|準確|准确|損失|精度|정확도|손실|потер|точност|p[ée]rdida|perte|verlust|genauigkeit|perda|perdita",
    re.I,
)
_NO_LOG_COLUMN = re.compile(
    r"^(?:model|method|dataset|(?:hyper-?)?parameter|param|batch ?size|optimizer|scheduler|name|stage|(?:hf )?checkpoint|setting|config)s?(?: name| size)?$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a log's columns as written, and which of them count; `has_metric`: whether one is a metric's."""

    names: tuple[str, ...]
    step: int | None
    epoch: int | None
    has_metric: bool = True


def log_columns(section: Section, block: TableBlock) -> Columns | None:
    """The table's columns if it is a training log, None if it is not."""
    if block.header is None or not block.rows:
        return None
    columns = _header_columns(block.header.cells)
    if columns is None or not (columns.has_metric or _in_training(section)):
        return None
    counted = columns.step if columns.step is not None else columns.epoch
    assert counted is not None
    first = [row.words for row in block.rows[:5] if len(row.words) > counted]
    if not columns.has_metric and any(values.number(words[0]) is None and words[0][:1].isalpha() for words in first):
        return None  # what was trained on, how often: `Data Source | Tokens | Epochs`
    return columns if any(_is_count(words[counted]) for words in first) else None


@functools.lru_cache(maxsize=8192)
def _header_columns(cells: tuple[str, ...]) -> Columns | None:
    """The columns of a header with a step or an epoch and nothing that only comparisons have."""
    names = tuple(written(cell) for cell in cells)
    keys = [_counted(key(name)) for name in names]
    step = next((i for i, k in enumerate(keys) if k in _STEP), None)
    epoch = next((i for i, k in enumerate(keys) if k in _EPOCH), None)
    if (step is None and epoch is None) or len(names) < 2 or any(_NO_LOG_COLUMN.match(n) for n in names):
        return None
    has_metric = any(
        _LOSS.search(n) or MEASURES.search(n.lower()) for i, n in enumerate(names) if i not in (step, epoch)
    )
    return Columns(names, step, epoch, has_metric)


def _counted(name: str) -> str:
    """`num_of_epochs` as `epochs`, any other name as it is."""
    match = _COUNTED.match(name) if "epoch" in name or "step" in name or "iter" in name else None
    return match[1] if match else name


def _in_training(section: Section) -> bool:
    return bool(re.search(r"train|log|result|metric|history", " ".join((*section.path, section.title)), re.I))


def is_log(section: Section, block: Block) -> bool:
    """Whether a block is a training log (so that no other reader takes it)."""
    return isinstance(block, TableBlock) and log_columns(section, block) is not None


def _is_count(cell: str) -> bool:
    return (
        values.number(cell) is not None
        or bool(re.match(r"^(?:epoch\s*)?\d+(?:\s*/\s*\d+)?$", cell, re.I))
        or cell == "-"
    )
