"""A card that lost its line ends, put back on lines.

Some mirrors store a card as one line: `--- license: mit tags: - a --- # Title text - name: value ## Next | a | b | ...`.
The pieces are cut apart where Markdown needs a new line and where the front matter's known keys begin; every piece
keeps the number of the line it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from etl.cards.index_layout import laid_out

_TITLES = (
    "Model description|Intended uses & limitations|Training and evaluation data|Training procedure|"
    "Training hyperparameters|Training results|Framework versions|Model Details|Model Description|Model Sources|Uses|"
    "Direct Use|Downstream Use|Out-of-Scope Use|Bias, Risks, and Limitations|Recommendations|Training Details|"
    "Training Data|Training Procedure|Training Hyperparameters|Evaluation|Results|Summary|Metrics|Citation|Usage|"
    "Quick start|Validation Metrics|Evaluation Results|Framework Versions|Provided files|Description"
)
_KNOWN_TITLE = re.compile(rf"^(#{{1,6}}\s+(?:{_TITLES}))(?:\s+(?=\S)|$)")
_SENTENCE = re.compile(r"\s(?=(?:This|The|It|We|More|These|In|A|An|You|To|For)\s[a-z])")
"""Where the sentence after a heading of unknown words may begin."""
_TITLE_GOES_ON = re.compile(r"[-*] (?:[^:=|/\[\].<!]|\.(?!\d)){1,40}\s*(?=!\[|<|$)")
"""What stands behind a dash in a title, and states nothing: `# Pier 7B - GGUF`."""
_SETTING = re.compile(r"[-*] +[^:]{1,60}: *\S+\s")
MIN_FLAT_CHARACTERS = 200
"""Shorter cards of one line are just short."""

_TOP_KEYS = (
    "annotations_creators|arxiv|base_model_relation|base_model|co2_eq_emissions|datasets|eval_results|"
    "extra_gated_\\w+|inference|language|language_creators|library_name|licence|license_link|license_name|license|"
    "metrics|model-index|model_index|model_creator|model_link|model_name|model_type|model|multilinguality|new_version|"
    "pipeline_tag|pretty_name|prompt_template|quantized_by|source_datasets|tags|task_categories|task_ids|thumbnail|"
    "widget"
)
_FRONT = re.compile(r"^\s*+---\s++(.*?)\s---(?=\s|$)", re.S)
_TOP_KEY = re.compile(rf"(?:^|(?<=\s))(?=(?:{_TOP_KEYS}):(?:\s|$))")
_RESULTS = re.compile(r"metrics:\s+- (?:name|type|value):")
_HEADING = re.compile(r"(?:(?<=\s)|^)(?=#{1,6}\s)")
_BULLET = re.compile(r"\s(?=[-*] +(?:\*\*|`|\[)?[A-Za-z]|\*\*[A-Z][^*]{0,40}\*\*: |Parameters of the )")
"""Where an item begins, or a line behind a label."""
_CODE = re.compile(r"```(\w{0,20})\s((?:[^`#]|#(?!#)){1,20000}+)```(?=\s|$)")
"""A block of code, in which no heading stands: one that nothing closes takes in what is behind it."""
_ASSIGNMENT = re.compile(r"\s+(?=[A-Za-z_][\w.]{0,60}\s*=[^=])")
_YAML_KEY = re.compile(r"(?<![ -]) (?= *(?:- )?[\w.-]{1,60}:(?: |$)| *- \S)")
_TABLE_SEPARATOR = re.compile(r"(?:\|\s*:?-{2,}:?\s*){1,400}\|")
_INDEX_KEY = re.compile(
    r"(?<!-)\s(?=(?:- )?(?:name|results|task|dataset|metrics|source|type|value|config|split|revision|args|url|"
    r"verified|verifyToken):(?:\s|$))"
)


def is_flat(lines: Sequence[str]) -> bool:
    """True where a whole card, or all behind its front matter, seems to stand on one line (or a few very long ones)."""
    filled = list(islice((line for line in islice(lines, _body_start(lines), None) if line.strip()), 4))
    if not filled or len(filled) > 3:
        return False
    longest = max(filled, key=len)
    if len(longest) < MIN_FLAT_CHARACTERS:
        return False
    return bool(_FRONT.match(longest)) or len(_HEADING.findall(longest)) >= 3


def _body_start(lines: Sequence[str]) -> int:
    """The index behind front matter that stands on lines of its own; 0 without."""
    try:
        return lines.index("---", 1) + 1 if lines[0].strip() == "---" else 0
    except ValueError:
        return 0


def unflatten(lines: Sequence[str]) -> list[tuple[str, int]]:
    """The card's lines as they may have been, each with the 1-based number of the line it came from."""
    start = _body_start(lines)
    out = [(line, number) for number, line in enumerate(lines[:start], 1)]
    for number, line in enumerate(lines[start:], start + 1):
        out.extend((piece, number) for piece in _pieces(line))
    return out


def _pieces(line: str) -> Iterator[str]:
    front = _FRONT.match(line)
    if front:
        yield "---"
        yield from _front_lines(front[1])
        yield "---"
        yield ""
        line = line[front.end() :]
    at = 0
    for code in _CODE.finditer(line):
        yield from _body_lines(line[at : code.start()].strip())
        at = code.end()
        if _TABLE_SEPARATOR.search(code[2]):
            yield from _body_lines(code[2])
        else:
            yield from ("```" + code[1], *_code_lines(code[1], code[2].strip()), "```")
    yield from _body_lines(line[at:].strip())


def _code_lines(language: str, text: str) -> list[str]:
    """A block's lines where it is YAML, whose indentation is left, or assigned value after value; else its text.

    That may be a mapping or a call, which are read on one line, too.
    """
    if language in ("yaml", "yml"):
        return _YAML_KEY.split(text)
    return [text] if "(" in text or "{" in text else _ASSIGNMENT.split(text)


def _front_lines(text: str) -> Iterator[str]:
    for chunk in _top_level(text):
        key, _, rest = chunk.partition(":")
        rest = rest.strip()
        if key in ("model-index", "model_index"):
            yield f"{key}:"
            yield from _index_lines(rest)
        elif rest.startswith("- "):
            yield f"{key}:"
            yield from (f"- {item.strip()}" for item in re.split(r"(?:^|\s)- ", rest) if item.strip())
        else:
            yield f"{key}: {rest}"


def _top_level(text: str) -> list[str]:
    """The pieces that begin with a key of the first level; `metrics:` over results belongs to the model-index before it."""
    chunks: list[str] = []
    for chunk in filter(None, (part.strip() for part in _TOP_KEY.split(text))):
        if chunks and chunks[-1].startswith(("model-index:", "model_index:")) and _RESULTS.match(chunk):
            chunks[-1] = f"{chunks[-1]} {chunk}"
        else:
            chunks.append(chunk)
    return chunks


def _index_lines(text: str) -> Iterator[str]:
    """The model-index with the indentation that its keys have in every writer's cards."""
    yield from laid_out(filter(None, (part.strip() for part in _INDEX_KEY.split(" " + text))))


def _body_lines(text: str) -> Iterator[str]:
    position = 0
    for separator in _TABLE_SEPARATOR.finditer(text):
        columns = separator[0].count("|") - 1
        start = _header_start(text, position, separator.start(), columns)
        if start is None:
            continue
        yield from _prose_lines(text[position:start])
        yield ""
        yield text[start : separator.start()].strip()
        yield separator[0]
        rows, position = _rows(text, separator.end(), columns)
        yield from rows
        yield ""
    yield from _prose_lines(text[position:])


def _header_start(text: str, begin: int, end: int, columns: int) -> int | None:
    """Where the header row of `columns` cells that ends before `end` begins."""
    at = end
    for _ in range(columns + 1):
        at = text.rfind("|", begin, at)
        if at < 0:
            return None
    return at


def _rows(text: str, at: int, columns: int) -> tuple[list[str], int]:
    """The table's rows from `at` on, each of `columns` cells, and where the text goes on."""
    rows = []
    row = re.compile(rf"\s*(\|(?:[^|]{{0,2000}}\|){{{columns}}})(?=\s|$)")
    while match := row.match(text, at):
        rows.append(match[1])
        at = match.end()
    return rows, at


def _prose_lines(text: str) -> Iterator[str]:
    for chunk in _HEADING.split(text):
        if not chunk.strip():
            continue
        first, *items = _BULLET.split(chunk.strip())
        if first.startswith("#"):
            text = ""
            while items and not text and not _KNOWN_TITLE.match(first) and (title := _TITLE_GOES_ON.match(items[0])):
                first, text = f"{first} {title[0]}", items.pop(0)[title.end() :]
            yield from _heading_and_text(first.strip())
            yield text.strip()
        else:
            yield first.strip()
        for item in items:
            yield from _item_and_text(item.strip())
        yield ""


def _heading_and_text(line: str) -> Iterator[str]:
    known = _KNOWN_TITLE.match(line)
    parts = (known[1], line[known.end() :]) if known else _SENTENCE.split(line, maxsplit=1)
    if parts[0].strip("# "):
        yield from (part.strip() for part in parts if part.strip())
    else:
        yield line


def _item_and_text(line: str) -> Iterator[str]:
    """An item, and the text behind the list, which a blank line parted from it."""
    item, *text = _SENTENCE.split(line, maxsplit=1) if _SETTING.match(line) else (line,)
    yield item
    yield from ("", *text) if text else ()
