"""Where a card tells its post-training method: a tag, a sentence, a trainer class, metrics, a configuration, a name.

Every place is a row with the words that tell it; which of them decides is a judgement (`sql/base/training_runs`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from etl.cards import Fence, ListBlock, items_of
from etl.cards.inline import plain
from etl.cards.sieve import Words
from etl.cards.yaml_nodes import Scalar
from etl.reading.about import strings
from etl.reading.context import Context
from etl.reading.front_matter import index_names
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
_GAME_TAGS = frozenset((
    "reinforcement-learning", "deep-reinforcement-learning", "ml-agents", "custom-implementation", "stable-baselines3"
))  # fmt: skip
_PLAYS = re.compile(r"\bagents? playing\b", re.I)
_NAMES = {
    **{m: m for m in METHODS if m not in ("prm", "reward", "ipo")},
    "rm": "reward",
    "reward": "reward",
    "reward_model": "reward",
    "ipo": "ipo",
}
_WORDS = {
    "dpo": r"DPO|[Dd]irect [Pp]reference [Oo]ptimi[sz]ation",
    "kto": r"KTO|Kahneman-Tversky Optimi[sz]ation",
    "orpo": r"ORPO|Odds Ratio Preference Optimi[sz]ation",
    "sft": r"SFT|[Ss]upervised [Ff]ine-?[ -]?[Tt]uning|[Ss]upervised[- ]fine-?tuned",
    "grpo": r"GRPO|Group Relative Policy Optimi[sz]ation",
    "rloo": r"RLOO",
    "cpo": r"CPO|Contrastive Preference Optimi[sz]ation",
    "simpo": r"SimPO",
    "ipo": r"IPO",
    "ppo": r"PPO|[Pp]roximal [Pp]olicy [Oo]ptimi[sz]ation",
    "reward": r"[Rr]eward [Mm]odel(?:l?ing)?",
    "gkd": r"GKD",
    "xpo": r"XPO",
}
_ANY = "|".join(f"(?P<{m}>{p})" for m, p in _WORDS.items())
_BY = "|".join(f"(?P<{m}>{p})" for m, p in _WORDS.items() if m != "reward")
"""What a model can be trained by: a reward model is what trains, or what is trained, and no method."""
_SENTENCE = re.compile(
    rf"\b(?:[Tt]rained|[Ff]ine-?tuned|finetuned|[Aa]ligned|optimi[sz]ed|post-?trained|tuned|learned)\b(?:[^.\n\]]|\](?:\([^()\s]{{0,150}}\))?){{0,80}}?\b"
    rf"(?:(?:with|using|via|by|through|applying|under|utili[sz]ing|leveraging|employing)\b[^.\n]{{0,40}}?(?<![\w-])|on (?=\w+, ))(?:{_BY})(?![\w])"
)
_APPLIED = re.compile(
    r"\b(?:perform(?:ed)?|(?:[Ww]e|I) (?:further |then |also )?utili[sz]ed|appl(?:y|ied)(?! to)|conduct(?:ed)?|refined|under(?:went|gone)|incorporat(?:es?|ed|ing)|leverag(?:es?|ed|ing)|"
    rf"employ(?:s|ed)?|followed by an?|then an?|reinforcement learning (?:using|with|via|through))\b[^.\n]{{0,60}}?(?<![\w-])(?:{_BY})(?![\w-])"
)
"""What was done to a model: `further refined using DPO`, `we performed supervised fine-tuning`."""
_DONE_TO_IT = re.compile(
    rf"(?<![\w-])(?:{_BY})(?: ?\([^()]{{1,30}}\))? (?:has|have|was|were) (?:been )?(?:applied|performed)\b"
)
_LABELLED = re.compile(
    r"\W{0,6}(?:(?:fine-?tuning|(?:post-?)?training|tuning|alignment) )?(?:method|approach|algorithm|technique|objective)\W{1,6}"
    rf"(?:[\w-]+ (?:\+ |and |& )?){{0,2}}?(?-i:{_BY})(?![\w-])",
    re.I,
)
"""`Fine-tuning method: DPO`."""
_TUNED_BY = re.compile(
    rf"(?<![\w-])(?:{_BY})[- ](?:fine-?)?(?:tuned|trained|aligned)\b(?! (?:data|models|checkpoints|baselines?|policies|agents?)\b)"
)
"""`an ORPO-tuned version of`, `DPO tuned on`."""
_STEP = re.compile(
    rf"\W{{0,6}}(?:(?:stage|phase|step) \d\W{{1,4}})?(?-i:{_BY})(?: ?\([^()]{{1,40}}\))?\W{{0,3}}(?:$|(?:of|on|with|using) )",
    re.I,
)
"""An item that begins with a method, and says no more than on what."""
_STEPS = re.compile(r"\b(?:trained|(?:fine-?)?tun(?:ed|ing)|align(?:ed|ment)|training)\b[^\n]{0,120}:$", re.I)
"""The words over a list of what was done to this model, one after the other."""
_NOT_IT = re.compile(
    r"\b(?:no|not|never|without|can|could|should|may|might|will|would|plan\w*|instead|e\.g|example|you|if|how|huggingface\.co)\b|n't\b"
)
"""Before such words: advice, what was left undone, or another model."""
_IS_TUNED = re.compile(r"\s*(?:This|It)(?: model)? is an? (?:[\w-]{1,20} ){0,3}(?:fine-?)?tuned (?:model|version)\b")
_TARGET = re.compile(r"\]\([^()\s]{0,200}\)")
"""What such a sentence links to is its base and its data: `This is a fine tuned model of [base](...) using DPO`."""
_NOT_DONE = re.compile(
    r"\b(?:not|never|cannot|can|could|should|may|might|will|would|unlike|compar\w{1,4}|than|reward model|teacher)\b|n't\b|\bmodels (?:that were |which were )?$|\bwhich $|\bbased on [^.]{0,80}, which (?:was |is |has been )$",
    re.I,
)
"""Before such words: what was not done to this model, may be, or was done to others."""
_OF_ANOTHER = re.compile(r"\b(?:model|models|teacher) (?:that was |which was )?trained\b|\b(?:from|of|by|to) an? $")
"""Between the training and the method: the training of another."""
_OF_DATA = re.compile(
    r"(?: (?!(?:on|with|using|over|from) )[\w-]{1,20})? (?:data|datasets?|generators?|teachers?)\b|-tuned\b"
)
_JOINED = re.compile(
    rf"(?:\s?\([^()]{{1,30}}\)|'s)?\s?(?:,\s(?:and\s)?(?:then\s)?|\s?(?:and then|and|then|followed by|&|\+)\s)(?:with\s)?(?:{_ANY})(?![\w])"
)
"""`SFT, DPO and PPO`: each is a method of the same sentence."""
_METHOD_WORDS = re.compile(rf"(?<![\w-])(?:{_ANY})(?![\w])")
_CLASS = re.compile(r"\b(?P<name>SFT|DPO|KTO|ORPO|CPO|PPO|GRPO|RLOO|Reward|GKD|XPO)Trainer\b")
_SHOWN = re.compile(r"\b(?:examples?|how to|next steps?|will|plan\w{0,4}|you (?:can|could|may))\b|下一步", re.I)
"""Where a trainer's class is named that did not train this model."""
_HEARS = re.compile(r"wav2vec|xls-?r|whisper|hubert|conformer", re.I)
"""A model of speech whose name has `rm` is one of Romansh, and no reward model."""
_TITLE_PART = re.compile(r"[\W_]+")
_IS_A = re.compile(
    rf"\bis (?:a|an|the) (?:[\w-]+ ){{0,4}}?(?<![\w-])(?:{_ANY})(?![\w])(?:[ -](?:model|version|fine-?tune\w*|checkpoint))?"
)


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
    plays = bool(tags & _GAME_TAGS) or bool(_PLAYS.search(context.card.title or ""))
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
            yield _row(context, method, "tag", tag.text, Source.FRONT_MATTER, context.card.front_line(tag.line))


def _run_at(context: Context, line: int) -> int | None:
    """Of a card with several runs, the one that a line speaks of; None before the first of them begins."""
    runs = context.runs
    return runs.at(line) if runs.count > 1 and line >= runs.begins[0][0] else None


def _headings(context: Context) -> Iterator[TrainingMethodEvidence]:
    """Of a card with several runs, the headings above each: `Stage 1: supervised fine-tuning`."""
    if context.runs.count < 2:
        return
    sections = context.card.sections
    for i, section in enumerate(sections):
        told = _METHOD_WORDS.search(section.title)
        if not told:
            continue
        end = next((s.line for s in sections[i + 1 :] if s.level <= section.level), None)
        for line, run in context.runs.begins:
            if line >= section.line and (end is None or line < end):
                yield _row(context, _method(told), "sentence", section.title, Source.PROSE, section.line, run)


def _settings(context: Context, settings: Iterable[Hyperparameter]) -> Iterator[TrainingMethodEvidence]:
    """axolotl's `rl: dpo`, LLaMA-Factory's `stage: dpo`."""
    for s in settings:
        value = (s.value_text or "").casefold()
        if s.name in ("rl", "stage", "training_method", "finetuning_stage") and value in _NAMES:
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
        steps = isinstance(block, ListBlock) and _announces_steps(block.lead)
        for item in items_of(block):
            text = item.text[:2000]
            if not any(word in text for word in _HINTS):
                continue
            run = _run_at(context, item.line)
            for match in _CLASS.finditer(text) if "Trainer" in text else ():
                if _SHOWN.search(text, text.rfind(". ", 0, match.start()) + 1, match.end()):
                    continue
                yield _row(context, match["name"].casefold(), "trainer_class", match[0], Source.PROSE, item.line, run)
            told = _stated(text) or _applied(text) or _LABELLED.match(text) or (_STEP.match(text) if steps else None)
            if told and not _is_commented(context, item.line):
                yield _row(context, _method(told), "sentence", told[0], Source.PROSE, item.line, run)
                while told := _JOINED.match(text, told.end()):
                    method = _method(told)
                    yield _row(context, method, "sentence", told[method], Source.PROSE, item.line, run)


def _stated(text: str) -> re.Match[str] | None:
    """The method by which a text says that its model was trained, or which it says that the model is of."""
    told = _SENTENCE.search(text) or _IS_A.search(text) or _TUNED_BY.search(text)
    if told is None or _NOT_DONE.search(text, text.rfind(". ", 0, told.start()) + 1, told.start()):
        return None
    method = told.start(_method(told))
    return None if _OF_ANOTHER.search(text, told.start(), method) or _OF_DATA.match(text, told.end()) else told


def _applied(text: str) -> re.Match[str] | None:
    """The method that a text says was applied."""
    told = _APPLIED.search(text) or _DONE_TO_IT.search(text)
    if told is None:
        return None
    sentence = text[text.rfind(". ", 0, told.start()) + 1 : told.end()]
    if _IS_TUNED.match(sentence):
        sentence = _TARGET.sub("]", sentence)
    return None if _NOT_IT.search(sentence) else told


def _announces_steps(lead: str) -> bool:
    """Whether the words over a list say that what it lists was done to this model."""
    lead = plain(lead[-400:])[-160:]
    return bool(_STEPS.search(lead)) and not (_NOT_IT.search(lead) or "ompar" in lead)


def _is_commented(context: Context, line: int) -> bool:
    """Whether a line begins a comment: what its author took back tells no method."""
    lines = context.card.lines
    return line <= len(lines) and lines[line - 1].lstrip().startswith("<!--")


def _method(told: re.Match[str]) -> str:
    """The method whose words a pattern found."""
    return next(m for m, words in told.groupdict().items() if words)


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
    lines: dict[str, int | None] = {}
    rows: list[EvalMetric | TrainingStep] = [*metrics, *steps]
    for row in rows:
        lines.setdefault(row.metric.removeprefix("eval/").removeprefix("train/"), row.line)
    if not ("rewards/chosen" in lines and "rewards/rejected" in lines):
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
