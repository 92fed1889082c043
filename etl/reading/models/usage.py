"""Which repo a card's examples of use load: mostly its own, and then a name under which tables may call the model.

Of 3,471 cards of the corpus whose examples load one repo that is no parent, 97 in 100 load their own (2026-11-21);
most of the others an older name of it, or a tokenizer. What that name says is looked at in `this_model`.
"""

from __future__ import annotations

import re
from collections.abc import Container

from etl.cards import Card, Fence

_QUOTED_ID = re.compile(r"[\"']([A-Za-z0-9][\w-]{1,40}/[A-Za-z0-9][\w.-]{1,95})[\"']")
_LOADS = re.compile(
    r"(?:from_pretrained|pipeline|SentenceTransformer|CrossEncoder|LLM|from_hparams|load_model|"
    r"(?<!base_)(?<!base-)model(?:_id|_name|_path|_checkpoint|_name_or_path|_dir)?|checkpoint|repo_id|path)"
    r"\s{0,4}(?:\(|=|:)[^\"']{0,60}$"
)
"""What stands before the id."""
_ASSIGNED = re.compile(r"(?:^|\n)[ \t]{0,8}(\w{1,40}) {0,4}= {0,4}$")
_LOADED_BY = re.compile(r"\.from_pretrained\((\w{1,40})\b")
"""`reward = ` before the id, and `Model.from_pretrained(reward)` further down."""
LOADING_WORDS = 100
"""Characters before an id in which they stand."""
_TOKENIZER = re.compile(r"[Tt]okenizer")
MAX_CODE = 20_000


def loaded_repo(card: Card, parents: Container[str]) -> str | None:
    """The one repo that the card's code loads a model from; None if there are several, or if it is a parent.

    `parents`: their ids in lower case.
    """
    found: dict[str, str] = {}
    called: dict[str, str] = {}  # where the code loads no id, but a name that it gave to one
    for _, block in card.of(Fence):
        code = "\n".join(block.lines)[:MAX_CODE]
        for match in _QUOTED_ID.finditer(code) if "/" in code else ():
            if _is_commented(code, match.start()):
                continue
            loads = _LOADS.search(code, max(0, match.start() - LOADING_WORDS), match.start())
            if loads and match[1].casefold() not in parents and not _is_tokenizer(code, loads.start(), match.end()):
                found[match[1].casefold()] = match[1]
            elif match[1].casefold() not in parents and _is_called(code, match.start()):
                called[match[1].casefold()] = match[1]
    repos = list((found or called).values())
    return repos[0] if len(repos) == 1 else None


def _is_commented(code: str, at: int) -> bool:
    """Whether a line is switched off: what else may be loaded stands there."""
    return code[code.rfind("\n", 0, at) + 1 : at].lstrip().startswith(("#", "//"))


def _is_called(code: str, start: int) -> bool:
    """Whether the id that begins there is given a name, by which the code loads a model below."""
    assigned = _ASSIGNED.search(code, max(0, start - LOADING_WORDS), start)
    if assigned is None or assigned[1].startswith("base"):
        return False
    loads = (m for m in _LOADED_BY.finditer(code, start) if m[1] == assigned[1])
    return any(not _TOKENIZER.search(code, max(start, m.start() - 9), m.start()) for m in loads)


def _is_tokenizer(code: str, start: int, end: int) -> bool:
    """Whether the line speaks of a tokenizer up to where the id ends."""
    return bool(_TOKENIZER.search(code, code.rfind("\n", 0, start) + 1, end))
