"""Which model repos a text names (links, bare addresses, code spans, owner/name), each with its sentence around it.

What the words around a name say of it, `parent_words` knows; whose parent it is, `relations` and `about`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from etl.cards.inline import Link, links
from etl.cards.remembered import remembered
from etl.cards.sieve import Words

_HUB_LINK = re.compile(
    r"h?https?://[^\s]{0,40}?(?<![a-z]\.)(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com|hf\.[\w.-]{3,40}\.)/"
    r"(\w[\w.-]{0,95}/[\w.-]{1,96})(?:[/?#].*)?$"
)
"""The Hub, its mirrors (`hf.xwall.us.kg.`), and what people mistype before its name; not its forum, nor its uploads."""
_REPO_ID = re.compile(r"^\w[\w.-]{0,95}/[\w.-]{1,96}$")
_NO_WEIGHTS = re.compile(
    r"/discussions\b|/(?:resolve|blob|raw)/[^?#]{1,200}?(?:\.(?:py|ipynb|md|pdf|txt|png|jpe?g|gif|webp|svg|json|sh|ya?ml)\b|LICEN[CS]E)"
)
"""What follows a repo's id where a link leads to a text or a picture in it: the model is not what is meant."""
_NO_OWNER = frozenset((
    "datasets", "spaces", "docs", "papers", "blog", "collections", "models", "tasks", "transformers", "join", "learn",
    "nlp", "organizations", "settings", "chat", "course", "posts"
))  # fmt: skip
_FOLDERS = frozenset((
    "output", "outputs", "out", "checkpoint", "checkpoints", "ckpt", "ckpts", "data", "model", "saves", "save",
    "results", "result", "runs", "exp", "experiments", "logs", "weights", "pretrained", "workspace", "content", "home",
    "mnt", "tmp", "models", "merges", "merged", "local", "examples", "scripts"
))  # fmt: skip
"""What a path of two parts begins with that is a folder, and no owner."""
_POINTS = re.compile(r"\b(?:card|architecture|paper|space|demo|discussion|code ?base)s?\W*$", re.I)
"""The end of a link's text that leads to what is said of a model, not to its weights."""
_CHECKPOINT = re.compile(r"/checkpoint-\d+$")
"""A folder that the Trainer writes, which it links like a repo when it goes on from it."""
_BELONGS = ("'s ", "’s ", " version of ", " for the `")
"""After a link: `[owner](...)'s [name]`, `fine-tuned on [data](...) version of [name]`,
`An [adapter](...) for the `name` model`. What stood before it goes on."""
_OWNERLESS = re.compile(r"https?://huggingface\.co/([A-Za-z][\w.-]{2,90})$")
_CANONICAL = re.compile(
    r"(?:albert|bert|camembert|ctrl|distilbert|distilgpt2|distilroberta|gpt2|openai-gpt|roberta|t5|transfo-xl|xlm|xlnet)(?:-|$)"
)
"""The models that the Hub has kept without an owner since 2019; any other address of one part is a person's page."""
_UNOWNED = re.compile(
    r"(?<![\w/.@:~$#&=?%\\-])(?:albert-(?:base|x{0,2}large)-v[12]|bert-(?:base|large)-(?:un)?cased(?:-whole-word-masking)?|"
    r"bert-base-(?:chinese|(?:german-dbmdz-|multilingual-)(?:un)?cased|german-cased)|camembert-base|distilgpt2|"
    r"distilbert-base-(?:(?:multilingual-|german-)?cased|uncased)|gpt2-(?:medium|large|xl)|distilroberta-base|"
    r"(?:xlm-)?roberta-(?:base|large)|roberta-large-mnli|t5-(?:small|base|large|3b|11b)|xlnet-(?:base|large)-cased)"
    r"(?![\w/-]|\.\w)"
)
"""The models without an owner that people name as one word, and nothing else is called so."""
UNOWNED = Words(
    "albert-", "bert-base", "bert-large", "camembert-base", "distilgpt2", "gpt2-", "roberta-", "t5-", "xlnet-"
)
"""Of which every text that names one has a word."""
_CODE = re.compile(r"`([^`\n]{1,200})`")
_ANCHOR = re.compile(
    r"<a\s[^<>]{0,200}?href\s?=\s?[\"']?(https?://[^\s\"'<>]{4,300})[^<>]{0,100}>([^<]{1,200})</a>", re.I
)
_ADDRESS = re.compile(r"https?://[^\s<>()\[\]{}\"'`|*]{4,300}")
_TOKEN = re.compile(
    r"(?<![\w/.@:~$#&=?%\\-])(?P<owner>[A-Za-z0-9][\w-]{1,41})/(?P<name>[A-Za-z0-9][\w.-]{1,94}\w)(?![\w/])", re.ASCII
)
_TOKEN_NAME = re.compile(r"\d|[a-z][A-Z]|_|-\w+-")
_TWO_WORDS = re.compile(r"[A-Z][A-Za-z]+/[A-Z][A-Za-z]+")
"""`PyTorch/TensorFlow`: what nobody can tell from two names for one thing."""
_FILE = re.compile(
    r"\.(?:py|json|jsonl|csv|tsv|txt|md|bin|pth?|ckpt|onnx|gguf|ya?ml|sh|ipynb|safetensors|zip|com|co|net|org|"
    r"torchparams|params|h5|pkl|pickle|onnx|pb|tflite|npz|wav|mp3|png|jpe?g|pdf|xml|toml|cfg|tar|gz|html?)$"
)
_SENTENCE_END = re.compile(r"(?<=[a-z\])])[.!]\s|(?<=[A-Z]{2})[.!]\s(?=[A-Z])|\n\n")
WINDOW = 160
"""Characters around a name that may say what it is."""
MAX_TEXT = 4_000


class Kind(Enum):
    """How a repo is named. `SPELLED`: an owner, a slash and a name in plain text, which may be two words for one thing."""

    LINK = "link"
    ADDRESS = "address"
    CODE = "code"
    SPELLED = "spelled"


@dataclass(frozen=True, slots=True)
class Mention:
    """A repo named in a text: its id, where it stands, and the words of its sentence before it and right after it."""

    repo: str
    start: int
    end: int
    before: str
    after: str
    kind: Kind
    follows: bool
    """Whether `before` begins where another link or name ends."""

    @property
    def is_link(self) -> bool:
        """A link or an address of the Hub, which cannot be a data set; else a code span or plain text."""
        return self.kind in (Kind.LINK, Kind.ADDRESS)


def hub_id(target: str) -> str | None:
    """The model repo id a link points to, or that a bare text is; None for data sets, spaces, docs, elsewhere."""
    target = target.strip().rstrip("/.,)")
    target = f"https://{target}" if target.startswith("huggingface.co/") else target
    match = _HUB_LINK.match(target)
    found = match[1] if match else target if _REPO_ID.match(target) else None
    if found is None or found.split("/")[0] in _NO_OWNER or _CHECKPOINT.search(found):
        return None
    if match and _NO_WEIGHTS.match(target, match.end(1)):
        return None
    return found.removesuffix(".git")


def is_folder(repo: str) -> bool:
    """Whether a path that looks like a repo begins with a folder: `output/checkpoint-flat`."""
    return repo.split("/")[0].casefold() in _FOLDERS


def linked_repo(link: Link) -> str | None:
    """The repo a link means: its target on the Hub, of any mirror, or a canonical name without owner; no local path."""
    if link.text.count("/") > 1 and "://" not in link.text and link.target.endswith(link.text):
        return None
    if not link.target:  # [`owner/name`](), as converters print it
        return hub_id(link.text.strip("`"))
    found = hub_id(link.text if link.target.startswith("[") else link.target)  # `[owner/name]([owner/name](...))`
    if found:
        return found if link.text.endswith(found) or not _POINTS.search(link.text[-40:]) else None
    if found := _canonical(link.target):
        return found
    # The Trainer prints the last part of a local path so, too: `[resnet18](https://huggingface.co/resnet18)`.
    match = _OWNERLESS.match(link.target.rstrip("/"))
    return match[1] if match and link.text == match[1] and any(c in "-0123456789" for c in match[1]) else None


def _canonical(address: str) -> str | None:
    match = _OWNERLESS.match(address.rstrip("/.,"))
    return match[1] if match and _CANONICAL.match(match[1]) else None


def mentions(text: str) -> Sequence[Mention]:
    """Each model repo that a text names, in order; a link elsewhere, too, ends the words that stand before a name."""
    return _mentions(text[:MAX_TEXT]) if "/" in text else ()


@remembered(longest=1_000, texts=16_384)
def _mentions(text: str) -> Sequence[Mention]:
    found: list[Mention] = []
    last = covered = 0
    for start, end, repo, kind in _marks(text):
        if start < covered:
            continue  # a code span or an address inside a link
        covered = end
        if repo:
            *cut, before = _SENTENCE_END.split(text[max(last, start - WINDOW) : start])
            follows = not cut and last > 0 and start - last <= WINDOW
            after = text[end : end + WINDOW]
            found.append(Mention(repo, start, end, before, after, kind, follows))
        if repo or (kind is not Kind.SPELLED and not text.startswith(_BELONGS, end)):
            last = end
    return tuple(found)


def unowned(text: str) -> Sequence[Mention]:
    """Each model that a text names by the one word that it has on the Hub, linked or not: `bert-base-cased`."""
    found = []
    for match in _UNOWNED.finditer(text[:MAX_TEXT]):
        kind = Kind.CODE if text[match.start() - 1 : match.start()] == "`" else Kind.SPELLED
        found.append(mention_at(text, *match.span(), match[0], kind))
    return found


def mention_at(text: str, start: int, end: int, repo: str, kind: Kind) -> Mention:
    """A repo that a text names from `start` to `end`, with the words of its sentence."""
    before = _SENTENCE_END.split(text[max(0, start - WINDOW) : start])[-1]
    return Mention(repo, start, end, before, text[end : end + WINDOW], kind, False)


def _marks(text: str) -> list[tuple[int, int, str | None, Kind]]:
    """(start, end, repo or None, kind) of all that may name one."""
    marks: list[tuple[int, int, str | None, Kind]] = [
        (x.start, x.end, _linked(text, x), Kind.LINK) for x in links(text)
    ]
    if "`" in text:
        marks += [(m.start(), m.end(), _spelled(m[1]), Kind.CODE) for m in _CODE.finditer(text)]
    if "http" in text:
        if "<a " in text:
            marks += [
                (m.start(), m.end(), linked_repo(Link(m[2], m[1], *m.span())), Kind.LINK)
                for m in _ANCHOR.finditer(text)
            ]
        marks += [(m.start(), m.end(), hub_id(m[0]) or _canonical(m[0]), Kind.ADDRESS) for m in _ADDRESS.finditer(text)]
    marks += [(m.start(), m.end(), _token(m), Kind.SPELLED) for m in _TOKEN.finditer(text)]
    return sorted(marks, key=lambda mark: (mark[0], -mark[1]))


def _linked(text: str, link: Link) -> str | None:
    repo = None if text.endswith("!", 0, link.start) else linked_repo(link)
    is_person = repo and "/" not in repo and text.endswith("by ", 0, link.start)  # who has a page without a repo, too
    return None if is_person else repo


def _spelled(code: str) -> str | None:
    return hub_id(code) if not _FILE.search(code) else None


def labelled_id(line: str) -> str | None:
    """The id that is all that stands behind a line's label, however plain its name: `Base model: openai/whisper-small`."""
    match = _TOKEN.fullmatch(line.partition(":")[2].strip(" *`'\".,"))
    if match is None or "-" not in match["name"] or _FILE.search(match["name"]) or is_folder(match[0]):
        return None
    return hub_id(match[0])


def _token(match: re.Match[str]) -> str | None:
    """The id that plain text spells, unless it is a file's path or two words ("input/output")."""
    if _FILE.search(match["name"]) or not _TOKEN_NAME.search(match["name"]) or match["owner"].isdigit():
        return None
    return hub_id(match[0]) if not (is_folder(match[0]) or _TWO_WORDS.fullmatch(match[0])) else None
