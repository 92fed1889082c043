"""Parents that the front matter names, and by which relation: as it says, or as its other words imply.

What the body tells of parents, `relations` reads.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from etl.cards.yaml_nodes import Scalar
from etl.reading import values
from etl.reading.context import OWN, Context
from etl.reading.subjects.about import front_says_copy, strings
from warehouse.schema import About, ModelRelation, Relation, Source

MERGE_TAGS = frozenset(("merge", "mergekit"))
_NO_BASE = frozenset(("scratch", "from scratch", "none", "null", "n/a"))
"""What stands for a base model where there is none."""


def front_parents(context: Context, tuned: Container[str]) -> Iterator[ModelRelation]:
    """The base models that the front matter names; `tuned`: those that the body says this model was tuned from."""
    front = context.card.front
    said = front.get("base_model_relation")
    given = said.text if isinstance(said, Scalar) and said.text in set(Relation) else None
    for scalar in strings(front.get("base_model")):
        base = scalar.text.strip()
        if base.casefold() in _NO_BASE or values.is_filler(base):
            continue
        relation = given or _implied(context, base)
        if relation is Relation.MERGE and not given and base.casefold() in tuned:
            relation = Relation.FINETUNE  # of a merge, whose tags the card has kept
        is_copied = context.subject.about is About.REPRINTED and relation != Relation.QUANTIZED
        subject = context.subject if is_copied else OWN
        yield ModelRelation(
            about=subject.about, about_model=subject.model, source=Source.FRONT_MATTER,
            line=scalar.line + 1, base_model_id=base, relation=relation,
        )  # fmt: skip


def _implied(context: Context, base: str) -> str | None:
    """What the front matter's own words imply of a base model where base_model_relation is not given."""
    front = context.card.front
    said = tags(context)
    library = {t.text.casefold() for t in strings(front.get("library_name"))}
    for relation in Relation:
        if f"base_model:{relation}:{base.casefold()}" in said:
            return relation
    if context.subject.about is About.REPRINTED:
        is_original = front_says_copy(front) or base.casefold() == (context.subject.model or "").casefold()
        return Relation.QUANTIZED if is_original else None  # else it is the original's, in a copied front matter
    if library & {"peft", "adapter-transformers"}:  # mergekit extracts adapters, too, and tags them as it does merges
        return Relation.ADAPTER
    if said & MERGE_TAGS:
        return Relation.MERGE
    if said & {"lora", "adapter"}:
        return Relation.ADAPTER
    if said & {"generated_from_trainer", "trl", "sft", "dpo"}:
        return Relation.FINETUNE
    return None


def tags(context: Context) -> set[str]:
    """The card's tags, in lower case."""
    return {t.text.casefold() for t in strings(context.card.front.get("tags"))}
