"""The canonical name of a setting where its written name alone does not tell it: nested keys, words of other crafts.

Spellings stand in the vocabulary. Here stands what the same word means elsewhere: an agent's `num_steps` are no steps of
its training, an estimator's `alpha` is no adapter's, a scheduler's `patience` stops nothing.
"""

from __future__ import annotations

import re

from etl.cards.sieve import Words
from etl.reading import values
from etl.reading.context import Context
from etl.reading.settings.places import Statement
from etl.reading.settings.setting_values import NUMBERS, is_per_device, number
from etl.reading.subjects.about import strings
from etl.reading.vocabularies import SETTINGS, key
from warehouse.schema import Source

_AGENTS = frozenset(("stable-baselines3", "reinforcement-learning", "deep-reinforcement-learning"))
_OF_AGENTS = {
    "n_epochs": "n_epochs",
    "num_steps": "n_steps",
    "minibatch_size": "minibatch_size",
    "max_steps": "max_steps",
}
"""Passes over each rollout, its length, the parts into which it falls, and the longest episode."""
_ESTIMATORS = frozenset(("sklearn", "skops", "scikit-learn"))
_OF_ESTIMATORS = frozenset(("alpha", "steps", "criterion", "r", "rank", "beta", "decay"))
"""Weights of a penalty, a pipeline's steps, what a split is judged by: named as settings of a network are."""
_OF_A_PART = re.compile(r"encoder|decoder|ctc|separator|normalize|profiler|(?:^|_)(?:model|lm|net)(?:_|$)")
_OF_ANOTHER = re.compile(r"\b(?:critic|ref|reward\w*|teacher|generator|discriminator|profiler)\b")
"""Whose settings a nested key may be, beside those of what was trained."""
_WITHIN = re.compile(
    r"\w*optim(?:izer)?(?:_factory)?|(?:\w{1,20}_)?scheduler|init_args|\w+_kwargs|actor|model|train(?:ing|er)?|network"
)
"""What the last key is headed by that is a training's own, however deep it stands: `actor.optim.lr`."""
_CLASS_KEYS = frozenset(("_component_", "_target_", "class_path", "type", "name"))
"""Under which a configuration names the class of a part of it."""
_OF_A_SCHEDULER = re.compile(r"scheduler|^optim$")
_OF_SCHEDULES = frozenset(("gamma", "early_stopping_patience", "decay"))
"""What a scheduler calls by the names of other settings."""
_OPTIMIZER = re.compile(
    r"(?:Rectified)?Adam(?:W|ax|WeightDecay)?|Nadam|SGD|RMSprop|Ada(?:grad|delta|factor)|Lion|Ftrl|LAMB", re.I
)
"""What Keras calls the name of an optimizer's configuration, key by key in a table."""
_ADAPTS = Words("dapter", "LoRA", "lora", "Lora", "LORA", "DoRA", "peft", "PEFT", "network_", "lycoris", "LoKr")
_OF_ADAPTERS = frozenset(("alpha", "r", "rank"))
"""An adapter's only where a card speaks of one: the weight of a loss is an `alpha`, too."""
_PERCENT = re.compile(r"~?\d[\d.]{0,5} ?%")
LARGEST_EPSILON = 0.01
"""What is larger is no optimizer's: how far PPO clips, or how often an agent explores."""


def canonical_name(context: Context, statement: Statement) -> str:
    """The canonical name of what a statement sets."""
    if statement.canonical:
        return statement.canonical
    written, text = statement.name, statement.value
    name = _dotted(written) if "." in written and " " not in written else SETTINGS.canonical(written)
    own = key(written)
    if own == "name" and _OPTIMIZER.fullmatch(text):
        return "optimizer"
    if " / " in written:
        return own  # several settings, each a part of this one
    if name == "batch_size" and is_per_device(text):
        return "train_batch_size"
    if name == own:
        return _of_tokens(name, statement) if name == "training_tokens" else name
    if own in _OF_AGENTS and statement.source == Source.CONFIG_BLOCK and _is_of(context, _AGENTS):
        return _OF_AGENTS[own]
    if own in _OF_ESTIMATORS and _is_of(context, _ESTIMATORS):
        return own
    if own in _OF_ADAPTERS and (number(name, text) is None or not context.card.says(_ADAPTS)):
        return own
    if name in NUMBERS and (text.startswith("[(") or values.truth(text) is not None):
        return own
    if name == "adam_epsilon" and (values.number(text) or 0) > LARGEST_EPSILON:
        return own
    return _of_tokens(by_value(name, text), statement)


def by_value(name: str, text: str) -> str:
    """The canonical name that a value makes of another: a warm-up of 0.03 or 3 % is a share of the steps, and none of them."""
    if name == "lr_scheduler_warmup_steps" and (_PERCENT.match(text) or 0 < (values.number(text) or 0) < 1):
        return "lr_scheduler_warmup_ratio"
    return name


def _of_tokens(name: str, statement: Statement) -> str:
    """`tokens` of a configuration are its own, not those that a model was trained on."""
    return key(statement.name) if name == "training_tokens" and statement.source == Source.CONFIG_BLOCK else name


def with_adapters(statements: list[Statement]) -> list[Statement]:
    """The statements of a block; beside an adapter's bare `rank` and `alpha` the `dropout` is the adapter's, too."""
    if not any(key(s.name) == "dropout" for s in statements):
        return statements
    names = {key(s.name.partition("(")[0]) for s in statements}
    if "alpha" not in names or not names & {"r", "rank"}:
        return statements
    return [s._replace(canonical="lora_dropout") if key(s.name) == "dropout" else s for s in statements]


def _is_of(context: Context, crafts: frozenset[str]) -> bool:
    """Whether a card's library or tags are of one of these crafts."""
    front = context.card.front
    return any(t.text.casefold() in crafts for name in ("library_name", "tags") for t in strings(front.get(name)))


def _dotted(name: str) -> str:
    """Of a nested key, the canonical name of its last part where that is a known setting of a training; else the key."""
    part, _, last = name.rpartition(".")
    part = part.removesuffix(".params")
    inner = part.rpartition(".")[2]
    if ("lora" in part.lower() or inner in ("adapter", "peft")) and SETTINGS.knows(f"lora {last}"):
        return SETTINGS.canonical(f"lora {last}")
    if last.startswith("lora_") and SETTINGS.knows(last):
        return SETTINGS.canonical(last)
    if last in _CLASS_KEYS and not _OF_ANOTHER.search(part) and inner in ("optimizer", "optim", "lr_scheduler"):
        return "optimizer" if inner.startswith("optim") else "lr_scheduler_type"
    if not SETTINGS.knows(last) or (_OF_ANOTHER if "." in part else _OF_A_PART).search(part):
        return key(name)
    if "." in part and not _WITHIN.fullmatch(inner):
        return key(name)
    known = SETTINGS.canonical(last)
    if known in _OF_SCHEDULES and _OF_A_SCHEDULER.search(part):
        return key(name)
    return known
