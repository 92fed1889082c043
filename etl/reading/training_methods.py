"""Where a card tells its post-training method: a tag, a sentence, a trainer class, metrics, a configuration, a name.

Every place is a row with the words that tell it; which of them decides is a judgement (`sql/base/training_runs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from etl.cards import Fence, Item, ListBlock, Paragraph, TableBlock, items_of
from etl.cards.sieve import Words
from etl.cards.yaml_nodes import Scalar
from etl.reading.context import Context
from etl.reading.front_matter import index_names
from etl.reading.subjects.about import strings
from etl.reading.words.method_words import (
    JOINED,
    LABELLED,
    METHOD_WORDS,
    STEP,
    announces_steps,
    applied,
    headed_by,
    method_of,
    stated,
)
from warehouse.schema import EvalMetric, Hyperparameter, Source, TrainingMethodEvidence, TrainingStep

METHODS = (
    "sft",
    "dpo",
    "kto",
    "orpo",
    "grpo",
    "rloo",
    "cpo",
    "simpo",
    "ipo",
    "ppo",
    "gkd",
    "xpo",
    "nash-md",
    "online-dpo",
    "prm",
    "reward",
)
_TAGS = {
    **{m: m for m in METHODS},
    "reward-trainer": "reward",
    "reward-model": "reward",
    "reward_model": "reward",
    "rlhf-ppo": "ppo",
}
_HINTS = Words("PO", "KTO", "SFT", "RLOO", "GKD", "eward", "upervised", "reference", "olicy ", "Odds Ratio")
"""One of these stands in every card that tells a method, and in the line that tells it."""
_LANGUAGE = Words("anguage model", "anguage Model", "LLM", "GRPO")
"""Of a card that has the tag of all reinforcement learning: it is a language model's."""
LINES_BELOW = 2
"""So far below what heads them settings may begin."""
LABEL = re.compile(
    r"(?:[\w-]{1,16} )?(?:method|approach|algorithm|technique|objective|stages|pipeline|fine-?tuning)\b", re.I
)
_GAME_TAGS = frozenset((
    "deep-reinforcement-learning", "ml-agents", "custom-implementation", "stable-baselines3"
))  # fmt: skip
_PLAYS = re.compile(r"\bagents? playing\b", re.I)
_NAMES = {
    **{m: m for m in METHODS if m not in ("prm", "reward", "ipo")},
    "rm": "reward",
    "reward": "reward",
    "reward_model": "reward",
    "ipo": "ipo",
}
_METHOD_SETTINGS = frozenset(
    ("rl", "stage", "training_method", "finetuning_stage", "rlhf_type", "algorithm_adv_estimator")
)
_CLASS = re.compile(r"\b(?P<name>SFT|DPO|KTO|ORPO|CPO|PPO|GRPO|RLOO|Reward|GKD|XPO)Trainer\b")
_SHOWN = re.compile(r"\b(?:examples?|how to|next steps?|will|plan\w{0,4}|you (?:can|could|may))\b|下一步", re.I)
"""Where a trainer's class is named that did not train this model."""
_HEARS = re.compile(r"wav2vec|xls-?r|whisper|hubert|conformer", re.I)
"""A model of speech whose name has `rm` is one of Romansh, and no reward model."""
_TITLE_PART = re.compile(r"[\W_]+")
_CHOSEN = frozenset(f"{part}rewards/chosen" for part in ("", "eval/", "train/", "eval/train/"))


def read_training_methods(
    context: Context,
    settings: Iterable[Hyperparameter],
    metrics: Iterable[EvalMetric],
    steps: Iterable[TrainingStep],
) -> Iterator[TrainingMethodEvidence]:
    """Every place that tells a method, once each."""
    if _is_game_agent(context):
        return
    seen: set[tuple[str, str, int | None]] = set()
    for row in (
        *_tags(context),
        *_settings(context, settings),
        *_sentences(context),
        *_headings(context),
        *_metrics(context, metrics, steps),
        *_names(context),
    ):
        if (row.method, row.kind, row.run) not in seen:
            seen.add((row.method, row.kind, row.run))
            yield row


def _is_game_agent(context: Context) -> bool:
    """PPO that plays LunarLander is no post-training of a language model."""
    front = context.card.front
    tags = {
        t.text.strip().casefold().replace(" ", "-") for key in ("tags", "library_name") for t in strings(front.get(key))
    }
    is_learnt = "reinforcement-learning" in tags and not context.card.says(_LANGUAGE)
    plays = is_learnt or bool(tags & _GAME_TAGS) or bool(_PLAYS.search(context.card.title or ""))
    return plays and not tags & {"trl", "text-generation", "rlhf"}


def _row(
    context: Context, method: str, kind: str, evidence: str, source: str, line: int | None, run: int | None = None
) -> TrainingMethodEvidence:
    subject = context.subject_at(None if source == Source.FRONT_MATTER else line)  # a copy keeps its original's tags
    return TrainingMethodEvidence(
        about=subject.about,
        about_model=subject.model,
        run=run,
        source=source,
        line=line,
        method=method,
        kind=kind,
        evidence=evidence[:160],
    )


def _tags(context: Context) -> Iterator[TrainingMethodEvidence]:
    for tag in strings(context.card.front.get("tags")):
        if method := _TAGS.get(tag.text.strip().casefold()):
            yield _row(context, method, "tag", tag.text, Source.FRONT_MATTER, tag.line + 1)


def _run_at(context: Context, line: int) -> int | None:
    """Of a card with several runs, the one that a line speaks of; None before the first of them begins."""
    runs = context.runs
    return runs.at(line) if runs.count > 1 and line >= runs.begins[0][0] else None


def _headings(context: Context) -> Iterator[TrainingMethodEvidence]:
    """What heads settings by its method, and of a card with several runs the headings above each: `Stage 1: supervised fine-tuning`."""
    sections = context.card.sections
    if context.runs.count < 2:
        for section in sections:
            if told := headed_by(section.title):
                yield _row(context, method_of(told), "sentence", section.title, Source.PROSE, section.line)
        return
    for i, section in enumerate(sections):
        told = METHOD_WORDS.search(section.title)
        if not told:
            continue
        end = next((s.line for s in sections[i + 1 :] if s.level <= section.level), None)
        for line, run in context.runs.begins:
            if line >= section.line and (end is None or line < end):
                yield _row(context, method_of(told), "sentence", section.title, Source.PROSE, section.line, run)


def _settings(context: Context, settings: Iterable[Hyperparameter]) -> Iterator[TrainingMethodEvidence]:
    """axolotl's `rl: dpo`, LLaMA-Factory's `stage: dpo`, ms-swift's `--rlhf_type grpo`, verl's `algorithm.adv_estimator=grpo`."""
    for s in settings:
        value = (s.value_text or "").casefold()
        if s.name in _METHOD_SETTINGS and value in _NAMES:
            yield TrainingMethodEvidence(
                about=s.about, about_model=s.about_model, run=s.run if context.runs.count > 1 else None, source=s.source, line=s.line,
                method=_NAMES[value], kind="setting", evidence=f"{s.raw_name}: {s.value_text}",
            )  # fmt: skip


def _sentences(context: Context) -> Iterator[TrainingMethodEvidence]:
    if not context.card.says(_HINTS):
        return
    for section, block in context.card.blocks():
        if isinstance(block, Fence) and not _SHOWN.search(section.title):
            yield from _trainers_called(context, block)
        steps = isinstance(block, ListBlock) and announces_steps(block.lead)
        items = _labelled_cells(block) if isinstance(block, TableBlock) else items_of(block)
        rows = [row for item in items for row in _told_by(context, item, steps)]
        if not rows and isinstance(block, Paragraph) and len(items) > 1:
            rows = list(_wrapped(context, block))
        yield from rows


def _told_by(context: Context, item: Item, steps: bool) -> Iterator[TrainingMethodEvidence]:
    """What an item of a list or a line of text tells."""
    text = item.text[:2000]
    if not any(word in text for word in _HINTS):
        return
    run = _run_at(context, item.line)
    for match in _CLASS.finditer(text) if "Trainer" in text else ():
        if _SHOWN.search(text, text.rfind(". ", 0, match.start()) + 1, match.end()):
            continue
        yield _row(context, match["name"].casefold(), "trainer_class", match[0], Source.PROSE, item.line, run)
    if headed := headed_by(text):
        below = _run_at(context, item.line + LINES_BELOW)
        yield _row(context, method_of(headed), "sentence", headed[0], Source.PROSE, item.line, below)
        return
    told = stated(text) or applied(text) or LABELLED.match(text) or (STEP.match(text) if steps else None)
    if told and not _is_commented(context, item.line):
        yield _row(context, method_of(told), "sentence", told[0], Source.PROSE, item.line, run)
        yield from _joined(context, text, told, item.line)


def _joined(context: Context, text: str, told: re.Match[str], line: int) -> Iterator[TrainingMethodEvidence]:
    """The further methods of a sentence that has told one."""
    following = JOINED.match(text, told.end())
    while following:
        method = method_of(following)
        yield _row(context, method, "sentence", following[method], Source.PROSE, line, _run_at(context, line))
        following = JOINED.match(text, following.end())


def _wrapped(context: Context, block: Paragraph) -> Iterator[TrainingMethodEvidence]:
    """What a sentence tells that its author wrote over several lines."""
    text = " ".join(x.text for x in block.lines)[:4000]
    told = (stated(text) or applied(text)) if any(word in text for word in _HINTS) else None
    if told and not _is_commented(context, block.line):
        lines = [x.line for x in block.lines for _ in range(len(x.text) + 1)]
        yield _row(context, method_of(told), "sentence", told[0], Source.PROSE, lines[told.start()])
        yield from _joined(context, text, told, lines[told.start()])


def _labelled_cells(block: TableBlock) -> list[Item]:
    """The rows of a table of two columns as `name: value`; those of other tables tell nothing by themselves."""
    if block.header is None or len(block.header.cells) != 2:
        return []
    return [row.as_item() for row in block.rows if LABEL.match(row.words[0] if row.words else "")]


def _is_commented(context: Context, line: int) -> bool:
    """Whether a line begins a comment: what its author took back tells no method."""
    lines = context.card.lines
    return line <= len(lines) and lines[line - 1].lstrip().startswith("<!--")


def _trainers_called(context: Context, block: Fence) -> Iterator[TrainingMethodEvidence]:
    """`trainer = SFTTrainer(...)` in the code that a card says it was trained with."""
    for offset, line in enumerate(block.lines):
        if "Trainer(" in line and (match := _CLASS.search(line)):
            where = block.line + offset
            run = _run_at(context, where)
            yield _row(context, match["name"].casefold(), "trainer_class", match[0], Source.PROSE, where, run)


def _metrics(
    context: Context, metrics: Iterable[EvalMetric], steps: Iterable[TrainingStep]
) -> Iterator[TrainingMethodEvidence]:
    """`rewards/chosen` and `rewards/rejected` together: dpo; with `kl`: kto; with `nll_loss` or `log_odds_*`: orpo."""
    rows: list[EvalMetric | TrainingStep] = [*metrics, *steps]
    if _CHOSEN.isdisjoint({row.metric for row in rows}):
        return
    lines: dict[str, int | None] = {}
    for row in rows:
        lines.setdefault(row.metric.removeprefix("eval/").removeprefix("train/"), row.line)
    if "rewards/rejected" not in lines:
        return
    evidence, method = ["rewards/chosen", "rewards/rejected"], "dpo"
    odds = next((m for m in lines if m == "nll_loss" or m.startswith("log_odds")), None)
    if odds is not None:
        evidence, method = [*evidence, odds], "orpo"
    elif "kl" in lines:
        evidence, method = [*evidence, "kl"], "kto"
    yield _row(context, method, "metrics", ", ".join(evidence), Source.TABLE, lines["rewards/chosen"])


def _names(context: Context) -> Iterator[TrainingMethodEvidence]:
    """Parts of the repo's name, title and model-index name."""
    names = [context.model_id.rsplit("/", 1)[-1], context.card.title or "", *index_names(context.card.front)]
    given = context.card.front.get("model_name")
    if isinstance(given, Scalar):
        names.append(given.text)
    is_romansh = any(t.text.casefold().startswith("rm") for t in strings(context.card.front.get("language")))
    for name in names:
        for part in _TITLE_PART.split(name.casefold()):
            if (method := _NAMES.get(part)) and not (part == "rm" and (is_romansh or _HEARS.search(name))):
                yield _row(
                    context,
                    method,
                    "name",
                    name,
                    Source.FRONT_MATTER if name != context.card.title else Source.PROSE,
                    None,
                )
