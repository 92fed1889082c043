"""Where in a card settings of training may stand, and which names there are none.

A place is judged by its heading and by the sentence before it. Where hyperparameters are named, every `name: value`
is a setting; where only training is spoken of, the name must be in the vocabulary of settings.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from operator import attrgetter
from typing import NamedTuple

from etl.cards import Block, Fence, ListBlock, Paragraph, Section
from etl.cards.inline import plain
from etl.cards.remembered import remembered
from etl.reading import values
from etl.reading.settings.settings_text import Setting
from etl.reading.vocabularies import FRAMEWORKS, SETTINGS, english, in_english
from etl.reading.words.setting_languages import HYPERPARAMETERS_ABROAD, SETTINGS_ABROAD, TRAINING_ABROAD, may_be_abroad


def _at_word(*patterns: str) -> str:
    r"""Alternatives at the beginning of a word, as `\b` before each would say; but each begins with its letter."""
    return "|".join([rf"{pattern[0]}(?<=\b{pattern[0]}){pattern[1:]}" for pattern in patterns])


# On lower-case texts, without re.I, each alternative begun by a letter: the search then skips to letters that may begin
# a match, three times as fast.
_TRAININGS = (
    "fine-?tuning",
    "finetuning",
    "train",
    "sft",
    "dpo",
    "lora",
    "qlora",
    "lycoris",
    "peft",
    "optimizer",
    "prompt[- ]?tuning",
    "prefix[- ]?tuning",
)
_SETTINGS = re.compile(
    rf"hyper[- ]?param|hparams|{HYPERPARAMETERS_ABROAD}|iperpar|超参|超參|ハイパーパラ|하이퍼|"
    + _at_word(
        "training (?:config|arg|param|setting|setup and|options)",
        "trainer (?:config|arg|param|setting)",
        *(rf"{of} (?:config(?:uration)?s?|arguments|parameters|settings)\b" for of in _TRAININGS),
    )
    + r"|axolotl config|quantization config was used|fit\(\)-method",
)
_SETTINGS_ABROAD = re.compile(SETTINGS_ABROAD)
_TRAINING = re.compile(
    r"train|fine[- ]?tun|pre-?train|procedure|recipe|experiment|optimi|"
    + _at_word(*(rf"{method}\b" for method in ("sft", "dpo", "orpo", "kto", "grpo", "rlhf", "rlvr")))
)
_TRAINING_ABROAD = re.compile(TRAINING_ABROAD)
_OTHER = re.compile(
    r"inference|generation|decoding|usage|how to use|environment|framework|metric|result(?!s? (?:can|could) be reproduce)|"
    r"evaluat|citation|search space|limitation|hardware|compute|emission|speeds|model detail|architecture(?! (?:&|and) training)|dataset(?: detail| descr|s$)|"
    r"training data(?:set)?\b|prompt(?![- ]?tun)|label|quantization parameters|provided files|explanation|结果|結果|결과|результат|ergebnis|résultat|resultad|risultat|sonuç|hasil\b|kết quả|wynik|"
    + _at_word(r"examples?\b")
)
NAMED = re.compile(
    rf"hyper[- ]?param(?!.*search)|(?:train|tun)\w*[^.]{{0,60}} with the following (?:parameters|settings|configuration|arguments)|超参数|超參數|ハイパーパラメー?タ|하이퍼 ?파라미터|{HYPERPARAMETERS_ABROAD}|iperparam|best params$|with (?:these )?parameters:|quantization config was used|fit\(\)-method",
)
"""What calls the settings hyperparameters, or introduces them as parameters of what was trained."""
_ADVISED = r"(?:hyper|setting|config|param|argument|train|fine-?tun|learning rate)"
_OTHERS = re.compile(
    rf"\b(?:recommended|suggested) (?:\w+ ){{0,2}}{_ADVISED}|{_ADVISED}[a-z-]{{0,12}} (?:recommendation|suggestion|tips?\b)|"
    rf"\bwe (?:recommend|suggest|advise)\b[^.]{{0,60}}{_ADVISED}|^\W{{0,4}}(?:the )?teacher(?:'s)?\b|\bteacher (?:model )?(?:training|was trained|is trained|hyper)|"
    r"\bdescribed in the \[?[\w .-]{1,60} model card\b|\byou can (?:also |further ){0,2}(?:fine-?)?(?:train|tune)\b|(?:train|tun)(?:e|ing)? your\b|\bdownstream (?:\w+ ){0,2}tasks\b|(?:^|\. )if you\b[^.]{0,60}(?:train|tun)(?:e|ing)?\b[^.]{0,140}$|"
    r"^\W{0,4}quanti[sz]ation\b|^\W{0,4}(?:inference|generation|decoding|serving|deployment)\b(?!.*train)|"
    r"^\W{0,4}how to (?:fine-?tune|train)\b|^\W{0,4}fine-?tun(?:e|ing) (?:with|using) (?:the )?(?:hf |hugging ?face |🤗 ?)?transformers\b|"
    r"(?:train|tun)(?:e|ing)?\b[^.]{0,40}\b(?:on|with|for) your\b[^.]{0,80}$|^\W{0,4}tokeni[sz](?:er|ation)(?: training)?\W{0,4}$|^\W{0,4}ablations?\b|^\W{0,4}what (?:did|does)(?: not|n['’]t) work|\bfailed experiments?\b|^\W{0,4}(?:further fine-?tuning|(?:fine-?tun(?:e|ing)|train(?:ing)?)(?: it| (?:this|the) model)? (?:further|yourself))\W{0,4}$|\bto try the \W{0,3}\w{1,20}\W{0,3} model with\b|\(from their (?:documentation|docs|paper|card)\b|(?:^|[.:] )\W{0,4}(?:then )?attach (?:an? )?(?:q?lora|adapters?)\b"
)
_OTHERS_HINTS = (
    "ecommend",
    "uggest",
    "advise",
    "teacher",
    "downstream",
    "if you",
    "you can",
    "model card",
    "quanti",
    " tip",
    "inference",
    "generation",
    "decoding",
    "serving",
    "deployment",
    "how to",
    "transformers",
    "your",
    "tokeni",
    "ablation",
    "from their",
    "to try",
    "attach",
    " work",
    "further",
    "yourself",
    "failed",
)
"""Of which every text has one that speaks of advice, of a teacher, of a base's own words, or of what is made of this model."""
_SETTINGS_HINTS = ("param", "perpar", "config", " arg", "setting", "setup and", "option", "fit()")
"""Of which every English text has one that either of the two patterns finds."""
_BESIDE_SETTINGS = re.compile(
    r"^\W{0,4}(?:hardware(?: type)?|gpus?|gpu type|training time|train(?:ing)? runtime|hours used|cloud provider|compute region|carbon emitted|developed by|"
    r"model type|license|languages?.*|fine-?tuned from.*|repository|paper|demo|shared by.*|funded by.*|note|notes|dataset(?: size)?s?|"
    r"training data(?:set)?|base(?: checkpoint)?|parameters|trainable params.*|total params.*|input|output|task|base model|hidden size|.*layers|.*heads|(?:tokenizer )?vocab(?:ulary)? size|"
    r"device(?: type)?|training loss|validation loss|eval loss|train loss|accuracy|f1|http.*|https.*|example|for example|see|"
    r"all params|model|author|date|name|url|script|architecture|.*\bcores|no_repeat_ngram_size|num_beams|top_[kp]|do_sample|repetition_penalty|framework|hardware used|software|infrastructure|orchestration|cost|duration|.*(?:new|special|input|output|max|generated|vocab)\w*[ _]tokens)$",
    re.I,
)
_TAKEN = r"(?:total |wall )?(?:train(?:ing)?|inference|generation)[ _-]?(?:time|cost|speed|throughput|hours|duration)|throughput|run ?time|hardware|wall[ -]clock|(?:gpu[ -])?hours(?: trained)?|peak (?:v?ram|memory)|vram|memory usage"
TAKEN = re.compile(rf"^(?:{_TAKEN})$", re.I)
"""What a training took, and on what: no setting, though a configuration has it."""
_MODELS = ("model", "base model")
_NO_SETTING = re.compile(
    rf"^\W{{0,4}}(?:{_TAKEN}|"
    r"platform|frameworks?|evaluation|cross[- ]?validation|(?:(?:train|data)[\w/ -]{0,20} )?splits?(?: \([^()]{1,30}\))?|"
    r"gpus?|hardware.*|(?!num(?:ber of)? gpus$).*\bgpus?(?: type)?|(?:training |total |wall )?time(?: ?\(.*)?|时间|耗时|显卡|预训练模型|语料库?|trigger(?: ?words?)?|cost|carbon\b.*|co2\b.*|cloud provider|compute region|note|example|see|https?|wall(?:[ -]?clock)?[ -]?time|.*stage|datasets?|(?:train|eval|valid|test)\w{0,7} data(?:sets?)?|dataset size|device(?: type)?|"
    r"command(?: line)?|experiment tracking|tensorboard\b.*|total[_ ]?flos|global[_ ]?step|(?:num|number of)[_ ]examples|(?:final |best )?(?:train(?:ing)?|val(?:id(?:ation)?)?|eval(?:uation)?|test)[_ ]loss(?: ?\([a-z ]{1,20}\))?|(?:final|best) loss|(?:samples|steps|tokens|it(?:er(?:ation)?)?s?) ?(?:/ ?|per )s(?:ec(?:ond)?)?|(?:peak )?gpu (?:memory|ram|utili[sz]ation)|compute|trainable param(?:eter)?s.*|(?:training|eval\w*|validation|test) (?:examples|samples|pairs)|training on \d.*|decoding\b.*|e?(?:train|eval)_(?:loss|runtime|samples|(?:samples|steps)_per_second))$",
    re.I,
)

_ARCHITECTURE = re.compile(
    r"layers?\b|\bheads?\b|hidden[ _](?:size|dim)|vocab|embedding|d_model|d_ff|\bffn\b|intermediate size|activation|"
    r"position(?:al)? encoding|layer ?norm|\bwidth\b|num(?:ber of)? param|total param|patch size|\bdimension\b|^param(?:eter)?s?$|\b[nd][ _]?(?:model|head|ff|ctx|vocab|param)"
)
EVIDENT_SETTINGS = 3
"""So many known settings tell of themselves that a list or a table is one of settings."""
ARCHITECTURE_NAMES = 2
"""So many names of a network's parts describe the network, if nothing beside them trains it."""
_TRAINS = frozenset(
    ("learning_rate", "train_batch_size", "batch_size", "total_train_batch_size", "num_epochs", "training_steps", "optimizer",
     "pretraining_steps", "lr_scheduler_type", "lr_scheduler_warmup_steps", "lr_scheduler_warmup_ratio", "weight_decay", "total_timesteps")
)  # fmt: skip
"""Settings of a training, and of nothing else that people list."""
_SEVERAL = re.compile(r"\d\W{0,3}(?:,|/|\bor\b|\band\b)")


_LOSSES = re.compile(r"(?:(?:train|val|eval)\w{0,7} )?\d{1,2}\.\d+\W{0,3}(?:→|->|to\b|,|;|/)", re.I)
"""`1.31 → 0.42`, `train 0.31, val 0.40`"""
DRAWN = re.compile(r"cfg[ _]?scale|negative prompt|denoising strength|model hash", re.I)
"""What is told below a picture, beside its steps and its seed."""
_IN_EXAMPLES = re.compile(r"(?<=/)examples?(?=[./])")
"""In a path or an address: `transformers/examples/pytorch/run_clm.py` makes no example of what follows."""


class Place(IntEnum):
    """What a heading and the sentence before a block promise, the stronger the larger."""

    OTHER = 0
    TRAINING = 1
    SETTINGS = 2
    NAMED = 3


class Statement(NamedTuple):
    """A setting as found: name and value as written, its line, its source, and the block it stands in."""

    name: str
    value: str
    line: int
    source: str
    block: int
    column: int = 0
    canonical: str = ""
    """The canonical name, where the written one alone does not tell it."""


def is_of_others(section: Section, block: Block) -> bool:
    """Whether a heading or the words before a block say that it is advice, or about a teacher: no training of this model."""
    is_text = isinstance(block, Paragraph) and not block.lead.rstrip(" *_").endswith(":")
    said = [section.title] if is_text else [section.title, block.lead[-160:]]
    if isinstance(block, Paragraph) and (first := block.lines[0].text).rstrip(" *_").endswith(":"):
        said.append(first)
    if isinstance(block, Fence) and not block.lead:
        said.append(_words_before(section, block))
    return any(_marks(text).others for text in said)


def _words_before(section: Section, block: Block) -> str:
    """The words that may be of a block of code: an item right before it (`- To try it, you need to run`), or those over code there."""
    at = bisect_left(section.blocks, block.line, key=attrgetter("line"))
    before = section.blocks[at - 1] if at else None
    if isinstance(before, Fence):
        return plain(before.lead[-160:])
    return plain(before.items[-1].text[:400]) if isinstance(before, ListBlock) and before.items else ""


def is_below_others(section: Section) -> bool:
    """Whether a heading above says so: `Downstream Tasks`, and a section for each."""
    return any(_marks(title).others for title in section.path)


def place_of(section: Section, block: Block) -> Place:
    """The place in which a block stands."""
    return _place(section.title, section.path, block.lead[-160:])


def in_training(section: Section) -> bool:
    """Whether a section's own heading speaks of training, and of nothing else."""
    marks = _marks(section.title)
    return (marks.weak or marks.strong) and not marks.other


def heads_settings(text: str) -> bool:
    """Whether a line that ends in a colon announces settings: `LoRA configuration:`."""
    text = text.rstrip(" *_")
    return text.endswith(":") and (marks := _marks(text)).strong and not (marks.other or marks.others)


def _turns_to_results(lead: str) -> bool:
    """Whether the last of several sentences before a block speaks of other things than the settings named before it."""
    last = _marks(lead.rpartition(". ")[2]) if ". " in lead else None
    return last is not None and last.other and not last.strong


def describes_no_training(settings: Sequence[Setting]) -> bool:
    """Whether these name the parts of a network, how a picture was drawn, or what was searched among: `Learning rates: 1e-5, 3e-5`."""
    if any(map(_is_tried, settings)) or any(_is_drawn(s.name) for s in settings):
        return True
    parts = sum(1 for s in settings if measures_network(s.name))
    return parts >= ARCHITECTURE_NAMES and not trains(s.name for s in settings)


@remembered(longest=60, texts=8_192)
def _is_drawn(name: str) -> bool:
    return bool(DRAWN.fullmatch(name))


@remembered(longest=60, texts=8_192)
def measures_network(name: str) -> bool:
    """Whether a name is of a network's parts. (`vectorizer__vocabulary` is of an estimator's in a pipeline.)"""
    return "__" not in name and bool(_ARCHITECTURE.search(english(name).lower()))


def trains(names: Iterable[str]) -> bool:
    """Whether a name is one of a training's settings, and of nothing else that people list."""
    return any(SETTINGS.canonical(name) in _TRAINS for name in names)


@remembered(longest=60, texts=8_192)
def is_listed_beside(name: str) -> bool:
    """Whether a name is one of those that people list beside settings, where the place is not called hyperparameters."""
    return bool(_BESIDE_SETTINGS.match(english(name)))


@remembered(longest=60, texts=8_192)
def is_no_setting(name: str) -> bool:
    """Whether a name is no setting's in any place."""
    abroad = in_english(name)
    return abroad in _MODELS or bool(_NO_SETTING.match(abroad or name)) or _is_version(name)


def _is_version(name: str) -> bool:
    """Whether a name is of a library's version: `LeRobot version`."""
    library = name[:-8].strip(" _") if name[-8:].lower() in (" version", "_version") else ""
    return bool(library) and FRAMEWORKS.knows(library)


def is_score(name: str, text: str) -> bool:
    """`Precision: 0.8350` or `91 %` among results: the other precision; `loss: 0.11` is no function."""
    known = SETTINGS.canonical(name)
    if known not in ("loss", "mixed_precision_training"):
        return False
    value = values.number(text)
    if known == "loss" and value is None:
        return bool(_LOSSES.match(text))
    return value is not None and (known == "loss" or 0 < value < 1 or "%" in text or not value.is_integer())


def _is_tried(setting: Setting) -> bool:
    """Whether several values are given to several of a known setting, or a set of them to the learning rate."""
    if setting.name.endswith("s"):
        one = setting.name[:-1]
        several = not SETTINGS.knows(setting.name) and SETTINGS.knows(one) and SETTINGS.canonical(one) != "seed"
        return several and bool(_SEVERAL.search(setting.value))
    return setting.value[0] in "{[" and "," in setting.value and SETTINGS.canonical(setting.name) == "learning_rate"


@dataclass(frozen=True, slots=True)
class _Marks:
    """What a heading or a lead says: other things than settings, hyperparameters by name, settings, training."""

    other: bool
    named: bool
    strong: bool
    weak: bool
    others: bool = False


@remembered(longest=200, texts=16_384)
def _marks(text: str) -> _Marks:
    """Kept, because tools print the same headings into thousands of cards."""
    if not text:
        return _Marks(False, False, False, False)
    text = text.lower()
    is_abroad = may_be_abroad(text)
    may_name = is_abroad or any(hint in text for hint in _SETTINGS_HINTS)
    named, strong = (bool(p.search(text)) for p in (NAMED, _SETTINGS)) if may_name else (False, False)
    strong = strong or (is_abroad and bool(_SETTINGS_ABROAD.search(text)))
    weak = bool(_TRAINING.search(text)) or (is_abroad and bool(_TRAINING_ABROAD.search(text)))
    others = bool(_OTHERS.search(text)) if any(word in text for word in _OTHERS_HINTS) else False
    return _Marks(bool(_OTHER.search(text)), named, strong, weak, others)


@functools.lru_cache(maxsize=16_384)
def _place(title: str, path: tuple[str, ...], lead: str) -> Place:
    before, head = _marks(lead), _marks(title)
    if before.other and _marks(_IN_EXAMPLES.sub("", lead)).other and (not before.strong or _turns_to_results(lead)):
        return Place.OTHER
    if before.named or head.named:
        return Place.NAMED
    if before.strong or head.strong:
        return Place.SETTINGS
    if head.other:
        return Place.OTHER
    if head.weak or before.weak or any(_marks(t).strong for t in path[-1:]):
        return Place.TRAINING
    return Place.TRAINING if any(_marks(t).weak for t in path) else Place.OTHER
