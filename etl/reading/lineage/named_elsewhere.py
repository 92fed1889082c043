"""The parent that a sentence names without a link, where the card links that name elsewhere: `built by finetuning Pier-7B`.

Asked only of cards whose body links no parent. Which words tell of a parent, `parent_words` knows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from etl.cards import Paragraph, items_of
from etl.reading.context import Context
from etl.reading.lineage.told_of import copies_own, is_of_another
from etl.reading.models.model_names import name
from etl.reading.words.mentions import MAX_TEXT, Kind, Mention, mention_at, mentions
from etl.reading.words.parent_words import is_listed_after, may_tell, told
from warehouse.schema import Relation

_TEXT = re.compile(r"\[([^\[\]\n]{4,60})\]\(")
_TELLS_APART = re.compile(r"[\d-]")
"""A name of one plain word is a word of the language, too."""
MIN_NAME = 5
MAX_NAMES = 40
MAX_LINKED = 200
"""A card that links more names is a list of models: to count each of them in it would take the square of its size."""


def named_elsewhere(context: Context) -> Iterator[tuple[str, int]]:
    """(repo id, line) of the one model that sentences name as what this one was tuned from; nothing if there are two."""
    linked = _linked(context)
    found = dict(_named(context, linked)) if 0 < len(linked) <= MAX_NAMES else {}
    if len(found) == 1:
        yield from found.items()


def _linked(context: Context) -> dict[str, str]:
    """The repo by each name, in lower case, that the card links it by, and by its own; none that two repos have.

    Nor one that stands nowhere else than in its links.
    """
    repos: dict[str, set[str]] = {}
    inside: Counter[str] = Counter()
    for _, block in context.card.blocks():
        for item in items_of(block):
            for mention in mentions(item.text) if "huggingface.co/" in item.text else ():
                link = item.text[mention.start : mention.end].lower()
                for called in {called.lower() for called in _names(item.text, mention)}:
                    repos.setdefault(called, set()).add(mention.repo)
                    inside[called] += link.count(called)
    if not 0 < len(repos) <= MAX_LINKED:
        return {}
    own = {name(text).glued for text in (context.model_id.rsplit("/", 1)[-1], context.card.title or "")}
    said = context.card.body.lower()
    left = (x for x, among in repos.items() if len(among) == 1 and said.count(x) > inside[x])
    return {called: min(repos[called]) for called in left if name(called).glued not in own}


def _names(text: str, mention: Mention) -> Iterator[str]:
    own = mention.repo.rsplit("/", 1)[-1]
    written = _TEXT.match(text, mention.start)
    for called in (own, written[1].strip(" *_`") if written else ""):
        if len(called) >= MIN_NAME and _TELLS_APART.search(called) and name(called).glued in name(own).glued:
            yield called


def _named(context: Context, linked: dict[str, str]) -> Iterator[tuple[str, int]]:
    longest_first = sorted(linked, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w/.@\[-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w/+-]|\.\w|\]\()", re.I)
    for section, block in context.card.blocks():
        if isinstance(block, Paragraph) and not is_of_another(context, section):
            for item in block.lines:
                for match in pattern.finditer(item.text[:MAX_TEXT]) if may_tell(item.text) else ():
                    mention = mention_at(item.text, *match.span(), linked[match[0].lower()], Kind.SPELLED)
                    is_told = told(mention, None) is Relation.FINETUNE and not is_listed_after(mention)
                    if is_told and not copies_own(context, mention.repo):
                        yield mention.repo, item.line
