"""Library versions that a card states: `- Transformers 4.35.0`, `- TRL: 0.12.1`, spaCy's feature row.

What must not move in: requirements ("needs transformers >= 4.40") and install commands are no statements of use.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from etl.cards import Block, Card, Fence, Item, ListBlock, Paragraph, Row, Section, TableBlock, items_of
from etl.cards.inline import plain
from etl.cards.remembered import remembered
from etl.cards.sieve import Words
from etl.cards.yaml_nodes import Scalar
from etl.reading import values
from etl.reading.context import Context
from etl.reading.version_runs import BESIDE, USES, runs_in, used
from etl.reading.vocabularies import FRAMEWORKS
from etl.reading.words.setting_languages import ENVIRONMENT_ABROAD, may_be_abroad
from warehouse.schema import About, FrameworkVersion, Source

_HEADING = re.compile(
    r"(?:framework|library|package|software|environment)s? ?(?:version|environment)?s?\b|versions?(?: used)?$|\benv info|фреймворк|versiones|framework|框架|フレームワーク|프레임워크",
    re.I,
)
_HEADING_ABROAD = re.compile(ENVIRONMENT_ABROAD)
_TITLE = re.compile(r"\W{0,4}(?:framework|library|package|software) versions?\W{0,4}", re.I)
"""The heading of a card that lost its marks."""
_MADE = re.compile(r"train|fine-?tun|conversion|environment|technical spec", re.I)
"""Headings below which a version is that of a library with which the model was made."""
_ENTRY = re.compile(
    r"^(?P<name>[^\d\s:=][^:=]{0,50}?)(?:\s*(?:==|[:=：])\s*|\s+)(?:version\s+|v)?"
    r"(?P<version>[<>=~!]*\s?\d[\w.+!=-]{0,60}(?:,\s?[<>=~!]{1,2}\s?\d[\w.+-]{0,20})?|[0-9a-f]{7,40})\s*$",
    re.I,
)
_NAMED = re.compile(r"[\w .+-]{2,40}\s?[:：]\s?`?\d{1,3}\.\d[\w.+-]{0,40}`?\s*$")
_JOINED = re.compile(r"(?<=[( ])([A-Za-z]{3,12})-(\d{1,2}\.\d{1,3}[\w.]{0,12})(?=[;,)\s])")
"""`PyTorch (pytorch-1.11 w/ CUDA-11.5)`, as BigScience lists its software."""
_NEXT = re.compile(r"(?<=\w), (?:and )?(?=[A-Za-z])")
_LABEL = re.compile(
    r"\W{0,4}(?:(?:training|software|tech) )?(?:software|frameworks?|librar(?:y|ies)|stack|versions|框架|фреймворк)\W{0,4}",
    re.I,
)
_LABELLED = re.compile(r"\W{0,4}(\S.{3,300})")
"""`**Software:** PyTorch 2.6, CUDA 12.4`: a line of its own in a list about the machine."""
_REMARK = re.compile(r" ?\([^()]{1,20}\)$")
_SOFTWARE = frozenset(
    {"software", "framework", "frameworks", "library", "libraries", "stack", "software stack", "框架", "фреймворк"}
)
_BESIDE = re.compile(r"(?<=[\w)]) ?(?:[,;/&]| \+| and| with) (?=[A-Za-z])")
_NEEDED = re.compile(r"requir|depend|install|prerequisit|need|usage|use\b|infer|speed|evaluat|compatib", re.I)
_INSTALLS = re.compile(r"\W*install\b", re.I)
"""A heading over what its reader needs: `Install the necessary packages`."""
_OF_A_TEST = re.compile(r"evaluat|inference|speed|latency|tested|benchmark|performance", re.I)
_NO_FRAMEWORK = re.compile(
    r"(?:git|commit|date|driver)\b|\w{1,30}_commit\b|(?:\w{1,30}[_ ]){0,3}(?:count|revision|gpus?|cpus?|cores|ram|memory|driver|seed)\b(?! version)|"
    r"(?:driver|(?:model|dataset|data|card|prompt|release|file|format)[_ ])?version$",
    re.I,
)
"""What stands among versions and is none of a library's: the machine, the data, the model itself."""
_NAMES_VERSION = re.compile(r"[\s_]version$", re.I)
_MARK = re.compile(r"^\W{1,4}(?=\w)")
"""The picture before a library's name."""
_NAMED_TWICE = re.compile(
    r"^(?P<name>\w{2,20} version)\s*[:：]\s*(?:[A-Za-z]\w{1,20} )?(?P<version>\d[\w.+-]{0,40})(?:\s.{0,200})?$", re.I
)
"""ESPnet's environment: `pytorch version: pytorch 1.10.1`, `python version: 3.8.16 (default, ...)`."""
_SET_UP = re.compile(r"\b(?:env(?:ironment)?s?|software|versions?)\b", re.I)
_ENVIRONMENT = "## Environments"
"""The heading of ESPnet's environment, which people paste with the whole report into a code block."""
_REPORTED = Words(_ENVIRONMENT)
_DRIVER = re.compile(r"driver: [\d.]{3,20}, (CUDA): (\d{1,2}(?:\.\d{1,3}){0,2})\b")
_DRIVERS = Words("GPU driver: ")
"""`GPU driver: 418.87.01, CUDA: 10.1`, the last line of a machine's description."""
_MLX = ("mlx-lm", "mlx-vlm", "mlx-audio", "mlx-embeddings")
_SENTENCES = (
    (
        "llama.cpp",
        re.compile(
            r"llama\.cpp(?:`|</a>|\]\([^)\s]{0,200}\))?\s+release\s+(?:<a[^<>]{0,200}>|\[)?(b\d{2,6})\b",
            re.I,
        ),
        True,
    ),
    (
        "llama.cpp",
        re.compile(r"quanti[sz]ed (?:with|using|by) \[?llama\.cpp(?:\]\([^)\s]{0,200}\))? (b\d{3,6})\b", re.I),
        True,
    ),
    *((name, re.compile(rf"{name} version \**`?(\d[\w.+]{{0,40}}\w)", re.I), True) for name in _MLX),
    ("nvidia-modelopt", re.compile(r"nvidia-modelopt \**`?v?(\d[\w.+]{0,40}\w)", re.I), True),
    ("axolotl", re.compile(r"axolotl version:\s*`?(\d[\w.+-]{0,60})`?", re.I), False),
)
_TOOLS = Words(*(name for name, _, _ in _SENTENCES))
LONGEST_LINE = 1_000
LONGEST_ENTRY = 120


def read_framework_versions(context: Context) -> Iterator[FrameworkVersion]:
    """Each version statement once: the listed ones in the card's order, then those of sentences and the front matter."""
    seen: set[tuple[object, str]] = set()
    for row in chain(
        _listed(context),
        _sentences(context),
        _beside_drivers(context),
        _told(context),
        _beside(context),
        _in_front(context),
    ):
        if seen.isdisjoint(said := ((row.raw_name, row.version), (row.line, row.framework))):
            seen.update(said)
            yield row


def _listed(context: Context) -> Iterator[FrameworkVersion]:
    reported = ((item, False) for item in _environment(context.card))
    for item, strong in chain(_all_candidates(context.card.sections), reported):
        if row := _entry(context, item, strong):
            yield row


def _all_candidates(sections: Sequence[Section]) -> Iterator[tuple[Item, bool]]:
    """What may be a version, and whether its place says so; a card that heads its versions lost no marks."""
    heads = [_heads_versions(section) for section in sections]
    is_headed = any(heads)
    for section, is_head in zip(sections, heads, strict=True):
        for block in section.blocks:
            yield from _candidates(section, block, is_head, is_headed)


def _candidates(section: Section, block: Block, is_head: bool, is_headed: bool) -> Iterator[tuple[Item, bool]]:
    if isinstance(block, ListBlock):
        if is_head or (_speaks_of_versions(lead := block.lead[-80:]) and not _OF_A_TEST.search(lead)):
            yield from ((item, is_head) for item in block.items)
            yield from _joined(block.items)
        elif section.level and _MADE.search(section.title):
            numbered = [item for item in block.items if "." in item.text]
            named = [*((item, False) for item in numbered if _NAMED.match(_unmarked(item.text))), *_joined(numbered)]
            yield from named if named and not _is_needed(section, block) else ()
        labelled = list(_labelled(block.items))
        yield from labelled if labelled and not _is_needed(section, block) else ()
    elif isinstance(block, Paragraph):
        if is_head:
            yield from ((item, False) for line in block.lines for item in _apart(line))
        elif not is_headed:
            title = next((n for n, line in enumerate(block.lines, 1) if _TITLE.fullmatch(line.text)), None)
            yield from ((line, False) for line in block.lines[title:] if title)
    elif isinstance(block, Fence):
        yield from ((item, False) for item in _set_up(section, block))
    elif isinstance(block, TableBlock) and block.header and len(block.header.cells) == 2:
        lists_versions = _lists_versions(section, block.header, is_head)
        for row in block.rows:
            is_spacy = len(row.cells) == 2 and row.words[0].casefold() == "spacy"
            is_stated = lists_versions or bool(_NAMES_VERSION.search(row.words[0]))
            if is_spacy or (is_stated and len(row.cells) == 2):
                yield row.as_item(), is_spacy
            elif len(row.cells) == 2 and row.words[0].casefold() in _SOFTWARE:
                yield from _labelled([row.as_item()])


def _unmarked(text: str) -> str:
    """A line whose name is bold, without the marks."""
    return plain(text) if text[:2] == "**" and len(text) < LONGEST_ENTRY else text


def _set_up(section: Section, block: Fence) -> Sequence[Item]:
    """The lines of a code block that lists with what the model was made, as text or JSON; two libraries tell it."""
    place = f"{section.title} {block.lead[-80:]}"
    if not _SET_UP.search(place) or _NEEDED.search(place):
        return ()
    stripped = (Item(line.strip("\"', ").replace('": "', ": "), n) for n, line in enumerate(block.lines, block.line))
    items = [item for item in stripped if (parts := _parts(item.text)) and _is_known(parts[0])]
    return items if len(items) > 1 else ()


def _lists_versions(section: Section, header: Row, is_head: bool) -> bool:
    """Whether a table is one of versions, and not of a test, nor of what its reader needs."""
    is_listed = is_head or header.words[1].casefold() in ("version", "versions")
    place = " ".join((*section.path, section.title))
    return is_listed and not (_NEEDED.search(place) or _OF_A_TEST.search(place))


def _apart(line: Item) -> Iterator[Item]:
    """The statements of one line: `Transformers 4.35.2, Pytorch 2.1.0`."""
    if ", " in line.text:
        yield from (Item(text, line.line) for text in _NEXT.split(line.text))
    else:
        yield line


def _joined(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """Versions joined to their library's name, each as an item of its own."""
    hyphenated = [item for item in items if "-" in item.text]
    yield from ((Item(f"{m[1]} {m[2]}", item.line), False) for item in hyphenated for m in _JOINED.finditer(item.text))


def _labelled(items: Iterable[Item]) -> Iterator[tuple[Item, bool]]:
    """The versions in a line that is labelled as the software's, each as an item of its own; not those it needs at least."""
    for item in items:
        at = item.text.find(":", 1, 24)
        match = _LABELLED.match(item.text, at + 1) if at > 0 and _is_label(item.text[:at]) else None
        for text in _BESIDE.split(match[1].split("\n")[0]) if match else ():
            if not text.endswith(("+", ".x")):
                yield Item(_REMARK.sub("", text.rstrip(". ")), item.line), False


@remembered(longest=24, texts=4_096)
def _is_label(text: str) -> bool:
    return bool(_LABEL.fullmatch(text))


def _is_needed(section: Section, block: ListBlock) -> bool:
    """Whether a list tells what the model needs, and not with what it was made."""
    return bool(_NEEDED.search(f"{section.title} {block.lead[-80:]}"))


def _heads_versions(section: Section) -> bool:
    """Whether a section is one of versions; the card's own title (`en-lg-test-version`) makes none."""
    if not _speaks_of_versions(section.title) or _INSTALLS.match(section.title):
        return False
    return section.level != 1 or ("-" not in section.title and len(section.title.split()) <= 3)


@remembered(longest=200, texts=8_192)
def _speaks_of_versions(text: str) -> bool:
    if _HEADING.search(text):
        return True
    lowered = text.lower()
    return may_be_abroad(lowered) and bool(_HEADING_ABROAD.search(lowered))


def _entry(context: Context, item: Item, strong: bool) -> FrameworkVersion | None:
    parts = _parts(item.text.split("\n")[0])
    if parts is None or not (_is_known(parts[0]) or (strong and len(parts[0].split()) <= 3)):
        return None
    return statement(context, parts[0], parts[1], Source.LIST, item.line)


def _is_known(name: str) -> bool:
    return FRAMEWORKS.knows(_library(name))


@remembered(longest=100, texts=8_192)
def _library(name: str) -> str:
    """The library in `transformers version`; any other name as it is."""
    library = _NAMES_VERSION.sub("", name) if name[-7:].lower() == "version" else name
    library = _MARK.sub("", library)
    return library if FRAMEWORKS.knows(library) else name


@remembered(longest=200, texts=16_384)
def _parts(text: str) -> tuple[str, str] | None:
    """Name and version in `Transformers 4.35.0`; None for anything else, and for what is needed at least: `>= 4.36`."""
    entry = plain(text).strip().lstrip("-* ") if len(text) < 300 else ""
    match = _ENTRY.match(entry) or _NAMED_TWICE.match(entry)
    if match is None or _NO_FRAMEWORK.match(match["name"]) or match["version"].upper().endswith("GB"):
        return None
    version = match["version"].strip().rstrip(".")
    if (version[0] == ">" or version[-1] == "+") and "," not in version:
        return None
    return match["name"].strip(" `*–—"), version


def statement(context: Context, name: str, version: str, source: str, line: int) -> FrameworkVersion:
    """One version statement as a row."""
    subject = context.subject_at(line)
    release = values.release(version)
    return FrameworkVersion(
        about=subject.about,
        about_model=subject.model,
        run=context.runs.at(line),
        source=source,
        line=line,
        framework=FRAMEWORKS.canonical(_library(name)),
        raw_name=name,
        version=version,
        version_major=release.major,
        version_minor=release.minor,
        version_patch=release.patch,
        local_label=release.local,
        is_prerelease=release.is_prerelease,
    )


def _environment(card: Card) -> Iterator[Item]:
    """The lines of an environment that stands in a code block, from its heading to the next."""
    for _, block in card.of(Fence) if card.says(_REPORTED) else ():
        heads_versions = False
        for number, line in enumerate(block.lines, block.line):
            if line.startswith("#"):
                heads_versions = _ENVIRONMENT in line
            elif heads_versions:
                yield Item(line.strip(), number)


def _sentences(context: Context) -> Iterator[FrameworkVersion]:
    """Versions that a tool writes into a sentence of its own; a copier's tool is a version of the copy."""
    for _, block in context.card.of(Paragraph) if context.card.says(_TOOLS) else ():
        text = block.text[:2000]
        for name, pattern, is_copier in _SENTENCES:
            if match := pattern.search(text):
                row = statement(context, name, match[1], Source.PROSE, block.line)
                yield dataclasses.replace(row, about=About.OWN, about_model=None) if is_copier else row


def _beside_drivers(context: Context) -> Iterator[FrameworkVersion]:
    """CUDA's version, where it stands beside that of the machine's driver, in whatever block."""
    if not context.card.says(_DRIVERS):
        return
    lines = context.card.lines
    sections = context.card.sections
    ends = [*(section.line for section in sections[1:]), len(lines) + 1]
    for section, end in zip(sections, ends, strict=True):
        for number in range(max(section.line, 1), end) if _MADE.search(section.title) else ():
            if match := _DRIVER.search(lines[number - 1]):
                yield statement(context, match[1], match[2], Source.PROSE, number)


def _told(context: Context) -> Iterator[FrameworkVersion]:
    """Versions of what a sentence says that the authors used."""
    for _, block in context.card.blocks() if context.card.says(USES) else ():
        for item in items_of(block):
            for name, version in used(item.text):
                yield statement(context, name, version, Source.PROSE, item.line)


def _beside(context: Context) -> Iterator[FrameworkVersion]:
    """Versions that stand side by side in a line, but for what the reader needs and what was tested."""
    for section, block in context.card.blocks() if context.card.says(BESIDE) else ():
        if not isinstance(block, (ListBlock, Paragraph)):
            continue
        for item in block.items if isinstance(block, ListBlock) else block.lines:
            if runs := list(runs_in(item.text[:LONGEST_LINE])):
                if _NEEDED.search(section.title) or _OF_A_TEST.search(section.title):
                    break
                for name, version in runs:
                    yield statement(context, name, version, Source.PROSE, item.line)


def _in_front(context: Context) -> Iterator[FrameworkVersion]:
    """The version of the library that the front matter names: `library_name: yolov5`, `library_version: 7.0.6`."""
    front = context.card.front
    library, version = front.get("library_name"), front.get("library_version")
    if (
        isinstance(library, Scalar)
        and isinstance(version, Scalar)
        and (parts := _parts(f"{library.text} {version.text}"))
    ):
        yield statement(context, parts[0], parts[1], Source.FRONT_MATTER, version.line + 1)
