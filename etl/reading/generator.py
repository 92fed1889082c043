"""Which tool wrote the card, by the marks it leaves; its version from the versions the card states."""

from __future__ import annotations

import re
from collections.abc import Iterable

from etl.cards.yaml_nodes import Node
from etl.reading.about import strings
from etl.reading.context import Context
from warehouse.schema import About, FrameworkVersion

# (generator, framework that carries its version, marks in the text, marks among the tags or library_name)
# First match wins; a tool that wraps another's template stands before it.
_RULES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("axolotl", "axolotl", ("See axolotl config", "axolotl version:"), ()),
    ("llama-factory", "transformers", (), ("llama-factory",)),
    ("setfit", "setfit", ("This is a [SetFit](",), ()),
    ("span-marker", "span_marker", ("This is a [SpanMarker](",), ()),
    ("pylate", "pylate", ("This is a [PyLate](",), ()),
    (
        "sentence-transformers",
        "sentence_transformers",
        (
            "This is a [sentence-transformers](",
            "This is a [Cross Encoder](",
            "This is a [Asymmetric Inference-free SPLADE",
            "[sentence-transformers](https://www.SBERT.net)",
            "Sentence Transformer (",
            "[SPLADE Sparse Encoder]",
            "[Sparse Encoder]",
        ),
        (),
    ),
    ("trl", "trl", ("It has been trained using [TRL]",), ()),
    (
        "autotrain",
        "transformers",
        ("Trained Using AutoTrain", "Trained Using AutoNLP", "Trained using AutoTrain", "Problem type: "),
        ("autotrain", "autonlp"),
    ),
    ("transformers-trainer", "transformers", ("according to the information the Trainer had access to",), ()),
    ("keras-callback", "transformers", ("according to the information Keras had access to",), ()),
    (
        "diffusers",
        "diffusers",
        (
            "according to the information the training script had access to",
            "These are the key hyperparameters used during training",
        ),
        ("diffusers-training",),
    ),
    ("mlx-lm", "mlx_lm", ("converted to MLX format",), ()),
    (
        "mergekit",
        "mergekit",
        ("created using [mergekit]", "This is a merge of pre-trained language models"),
        ("mergekit",),
    ),
    ("spacy", "spacy", ("| **spaCy** |",), ()),
    ("stable-baselines3", "stable_baselines3", ("[stable-baselines3 library]", "stable-baselines3"), ()),
    ("rl-other", "", (), ("deep-reinforcement-learning", "reinforcement-learning", "ml-agents")),
    ("transformers-trainer", "transformers", (), ("generated_from_trainer",)),
    ("keras-callback", "transformers", (), ("generated_from_keras_callback",)),
    ("skops", "skops", (), ("skops",)),
    ("huggingface_hub-keras", "", (), ("keras",)),
    ("peft", "peft", ("- PEFT 0.",), ()),
    ("unsloth", "unsloth", ("trained 2x faster with [Unsloth]",), ()),
    ("fastai", "fastai", (), ("fastai",)),
    ("huggingtweets", "", ("huggingtweets",), ("huggingtweets",)),
    ("bertopic", "bertopic", (), ("bertopic",)),
    ("adapters", "adapters", (), ("adapter-transformers", "adapters")),
    ("flair", "flair", (), ("flair",)),
    ("espnet", "espnet", (), ("espnet",)),
    ("timm", "timm", (), ("timm",)),
)
_TRAINER_SECTION = re.compile(r"The following hyperparameters were used during training:\s*+-\s*+learning_rate:")
_HAND_WRITTEN = "hand-written"


def read_generator(context: Context, versions: Iterable[FrameworkVersion]) -> tuple[str | None, str | None]:
    """(generator, version): the writer of the card, and the version it had where the card tells."""
    card = context.card
    if card.status != "ok":
        return None, None
    if context.subject.about is About.REPRINTED:
        return "quantizer", None
    tags = {t.text.casefold() for t in (*strings(card.front.get("tags")), *strings(card.front.get("library_name")))}
    text = "\n".join((card.body, *(c.text for c in card.comments[:50])))
    for name, framework, marks, tag_marks in _RULES:
        if any(mark in text for mark in marks) or any(mark in tags for mark in tag_marks):
            return name, _version(framework, versions)
    if _TRAINER_SECTION.search(text):
        return "transformers-trainer", _version("transformers", versions)
    return (_HAND_WRITTEN if card.body.strip() or _has_keys(card.front) else None), None


def _has_keys(front: Node) -> bool:
    return bool(getattr(front, "pairs", ()))


def _version(framework: str, versions: Iterable[FrameworkVersion]) -> str | None:
    return next((v.version for v in versions if v.framework == framework), None)
