"""The model that a training is started from, where only its settings name it: `--model_name_or_path owner/name`.

Which settings are of a training, `hyperparameters` has decided; a card whose words name a parent needs no such guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from etl.cards.sieve import Words
from etl.reading.context import Context
from etl.reading.words.mentions import hub_id, is_folder, unowned
from warehouse.schema import About, Hyperparameter, ModelRelation, Relation, Source

_NAMES = re.compile(
    r"(?:(?:actor_rollout_ref|actor|policy|model|training)\.){0,2}"
    r"(?:(?:base|pretrained|foundation)_(?:lm_)?model(?:_name)?(?:_or_path)?|model_name(?:_or_path)?|model_id|model|model\.(?:path|name)|pretrain)",
    re.I,
)
_SCRATCH = Words("from scratch")
"""What is then named gives the architecture or the tokenizer."""
_REPO = re.compile(r"[\"'\\\s]{0,4}([\w][\w-]{1,95}/[\w][\w.-]{1,95})(?:[\"'\\\s]{0,4}|\s\(.{1,60})")


def started_from(
    context: Context, settings: Sequence[Hyperparameter], known: Sequence[ModelRelation]
) -> Iterator[ModelRelation]:
    """The one model that the training settings name as what was trained; nothing where the body names a parent."""
    if any(row.source != Source.FRONT_MATTER for row in known) or context.card.says(_SCRATCH):
        return
    found: dict[str, tuple[str, Hyperparameter]] = {}
    for row in settings:
        if _NAMES.fullmatch(row.raw_name.strip()) and row.value_text and (repo := _repo(context, row.value_text)):
            found.setdefault(repo.casefold(), (repo, row))
    if len(found) != 1:
        return
    repo, row = next(iter(found.values()))
    if row.about is not About.REPRINTED or repo.casefold() != (row.about_model or "").casefold():
        yield ModelRelation(
            about=row.about, about_model=row.about_model, source=row.source, line=row.line,
            base_model_id=repo, relation=Relation.FINETUNE,
        )  # fmt: skip


def _repo(context: Context, value: str) -> str | None:
    match = _REPO.fullmatch(value)
    repo = hub_id(match[1]) if match else _without_owner(value)
    if repo is None or is_folder(repo):
        return None
    own, _, name = context.model_id.casefold().partition("/")
    owner, _, base = repo.casefold().partition("/")
    # Owners print one command for all models of a family: a longer name of the same owner, or another, is a sister's.
    return repo if owner != own or (name.startswith(base) and name != base) else None


def _without_owner(value: str) -> str | None:
    """The model that a value names by the one word that it has on the Hub: `bert-base-cased`."""
    name = value.strip(" \"'\\")
    return name if [mention.repo for mention in unowned(name)] == [name] else None
