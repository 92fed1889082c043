"""One written setting -> its name and value: `name: value`, `name = value`, `--name value`, `**Name** value`.

Knows the shapes of a statement, not which names are settings (that is the vocabulary) nor where they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from etl.cards.inline import SHORT, plain, unescaped
from etl.cards.remembered import remembered
from etl.cards.yaml_nodes import Mapping, Scalar, Sequence, is_null, leaves
from etl.cards.yaml_text import YamlRefused, compose

_PAIR = re.compile(r"^(?P<name>[^:=：|\n]{1,70}?)\s*(?:[:：]|=(?!=))\s*(?P<value>\S[\s\S]*)$")
_FULL_STOP = re.compile(r"^\*\*([A-Z][^*_.:=|\n]{1,60})\.\*\*(?=\s+\S)")
"""`**Batch size.** 32.`: a label in bold that ends as sentences do."""
_ASSIGNMENT = re.compile(
    r"^\s*(?P<name>[A-Za-z_][\w.]{0,60})\s*(?::\s*[A-Za-z_][\w\[\], ]{0,40})?=\s*(?P<value>[^=].*)$"
)
_ELEMENT = re.compile(
    r"^\s*[A-Za-z_]\w{0,40}((?:\[(?:\"[\w.]{1,60}\"|'[\w.]{1,60}')\]){1,3})\s*=\s*(?P<value>[^=\s].*)$"
)
"""`cfg["learning_rate"] = 3e-4`: the elements of a dictionary, one a line."""
_FLAG = re.compile(
    r"(?<![\w-])--?(?P<name>[A-Za-z][\w.-]{1,60})(?:[ =]+(?P<value>\"[^\"]{0,300}\"|'[^']{0,300}'|\d{1,9}(?: \d{1,9}){1,63}+(?![^\s\\])|"
    r"\w{1,40}=[^\s\\]{1,80}(?: \w{1,40}=(?:'[^']{1,80}'|[^\s\\]{1,80})){1,16}+|"
    r"(?!-[A-Za-z-]|[12&]?>|\|)[^\s\\]{1,200}))?"
)
"""Its value may be several: numbers (`--steps 11 6`), or pairs (`--aug-cfg re_prob=0.35 scale='(0.3, 1.0)'`)."""
_OVERRIDE = re.compile(
    r"(?<![^\s'\"])\+{0,2}(?P<name>[A-Za-z_]\w{0,40}(?:\.\w{1,60}){1,6})=(?P<value>\"[^\"]{0,300}\"|'[^']{0,300}'|\[[^\]\n]{0,300}\]|[^\s\\'\"]{1,200})"
)
_SHELL_VARIABLE = re.compile(r"[\"']?\$(?:\w{1,60}|\{[^{}]{1,60}\}|\([^()]{1,60}\))?[\"']?")
_LAUNCHER = re.compile(
    r"(?<![\w-])(?:torchrun|accelerate launch|deepspeed|srun|mpirun|horovodrun|python3? -m torch\.distributed\.(?:launch|run))(?![\w.])"
)
_PROGRAM = re.compile(
    r"(?<=\s)[\w./${}][\w./${}-]{0,200}\.py(?=\s|$)|(?<=\s)python3? (?:-u )?-m (?!torch\.distributed)[\w.]"
)
ANNOUNCES_MORE = re.compile(r"(?<!\s)\s+with (?:these|the following) parameters:$", re.I)
"""`Loss: CosineSimilarityLoss with these parameters:`: what follows is the parameters, or the data they are for."""
_TRAILING_COMMENT = re.compile(r"(?<!\s)\s+#.*$", re.S)
_QUANTITY_AT_END = re.compile(r"^(\d[\d.,]{0,12}(?:[eE][-−]?\d{1,2})?[%kKM]?(?: [a-z]{2,10})?)\.$")
"""`2e-4.`, `1024 tokens.`: the full stop is the sentence's."""
_OPENING = {")": "(", "}": "{", "]": "["}
_EMPTY = frozenset(('""', "''"))
_GOES_ON = ("(", "[", "{")
"""How a line ends whose value stands on the lines below."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A written setting: name and value as written (markup off), and the line offset within its block."""

    name: str
    value: str
    offset: int = 0


@remembered(longest=SHORT, texts=65_536)
def pair(text: str) -> Setting | None:
    """`name: value` or `name = value` in one line of a list or paragraph; None for anything else."""
    match = _PAIR.match(plain(text) if any(c in text for c in "*`[<") or text[:1] == "_" else unescaped(text))
    if not match:
        return None
    name = match["name"].strip(" *`_-\"'{(")
    name = f"({name}" if ")" in name and "(" not in name else name  # `(Initial) learning rate`
    value = ANNOUNCES_MORE.sub("", without_comment_behind(" ".join(match["value"].split("\n")))).rstrip(" ,")
    value = value[:-1].rstrip() if value[-1:] == ";" and "&" not in value else value
    value = clean(_closed(_QUANTITY_AT_END.sub(r"\1", value) if value.endswith(".") else value))
    return Setting(name, value) if name and value else None


def with_colon(text: str) -> str:
    """A text whose bold label ends in a full stop, with a colon there: `**Batch size.** 32.`"""
    return _FULL_STOP.sub(r"**\1:**", text) if text[:2] == "**" and ".**" in text[:66] else text


def without_comment_behind(text: str) -> str:
    """A text without what follows a `#` behind a blank."""
    return _TRAILING_COMMENT.sub("", text) if "#" in text else text


def _closed(value: str) -> str:
    """A value without the bracket that closes what was opened on a line above: `report_to="wandb")`."""
    opening = _OPENING.get(value[-1:])
    return value[:-1].rstrip() if opening and opening not in value else value


def clean(value: str) -> str:
    """A value without the marks that only set it apart: backticks, bold, quotes around the whole; of quotes alone, nothing."""
    value = value.strip()
    if value in _EMPTY:
        return ""
    for mark in ("**", "`", '"', "'"):
        if (
            len(value) > 2 * len(mark)
            and value.startswith(mark)
            and value.endswith(mark)
            and mark not in value[len(mark) : -len(mark)]
        ):
            value = value[len(mark) : -len(mark)].strip()
    return value


def yaml_settings(lines: list[str]) -> list[Setting]:
    """The leaves of a YAML or JSON block, nested keys joined by dots; lists of scalars joined by ', '.

    Of a list of mappings only the paths of `datasets` are settings (what was trained on); Empty values state nothing.
    """
    if lines and lines[0][:1] == " " and any(line[:1] not in (" ", "#", "") for line in lines[1:]):
        lines = [lines[0].lstrip(), *lines[1:]]  # pasted with the cursor behind the margin
    try:
        root = compose("\n".join(lines).replace("\t", "  "))
    except YamlRefused:
        return []
    if not isinstance(root, Mapping):
        return []
    return list(_yaml_leaves(root))


def _yaml_leaves(root: Mapping) -> Iterator[Setting]:
    for key, node in root.pairs:
        if isinstance(node, Sequence) and any(isinstance(x, Mapping) for x in node.items):
            paths = [p.text for x in node.items if isinstance(x, Mapping) and isinstance(p := x.get("path"), Scalar)]
            if key.text in ("datasets", "dataset") and paths:
                yield Setting(f"{key.text}.path", ", ".join(paths), key.line)
            continue
        for name, leaf in leaves(node, key.text):
            if isinstance(leaf, Sequence):
                texts = [x.text for x in leaf.items if isinstance(x, Scalar)]
                if texts:
                    yield Setting(name, ", ".join(texts), leaf.line)
            elif not is_null(leaf):
                yield Setting(name, " ".join(map(str.strip, leaf.text.strip().split("\n"))), leaf.line)
            elif isinstance(leaf, Scalar) and leaf.text:
                yield Setting(name, leaf.text, leaf.line)


def flags(lines: list[str]) -> list[Setting]:
    """`--name value` flags of a command."""
    found = []
    begin, end = _launched("\n".join(lines))
    at = 0
    for offset, line in enumerate(lines):
        for match in _FLAG.finditer(line[:4000]):
            if begin <= at + match.start() < end:
                continue
            if match["value"] is not None and not _SHELL_VARIABLE.fullmatch(match["value"]):
                found.append(Setting(match["name"], clean(match["value"]), offset))
        at += len(line) + 1
    return found


def overrides(lines: list[str]) -> list[Setting]:
    """`actor.optim.lr=1e-6`: what a command changes in a nested configuration, as Hydra takes it."""
    found = ((n, match) for n, line in enumerate(lines) for match in _OVERRIDE.finditer(line[:4000]))
    return [
        Setting(match["name"], value, n)
        for n, match in found
        if (value := clean(match["value"])) and not _SHELL_VARIABLE.fullmatch(value)
    ]


def _launched(text: str) -> tuple[int, int]:
    """Where the flags of a launcher stand, between its name and the program that it starts."""
    launcher = _LAUNCHER.search(text)
    program = _PROGRAM.search(text, launcher.end()) if launcher else None
    return (launcher.end(), program.start()) if launcher and program else (0, 0)


def assignments(lines: list[str]) -> list[Setting]:
    """`name = value` or `name: value` lines of a block of settings."""
    found: list[Setting] = []
    for offset, line in enumerate(lines):
        one = assigned(line)
        if one and "=" in one[1] and (several := _all_assigned(line)):
            found.extend(Setting(name, value, offset) for name, value in several)
            continue
        if one:
            setting: Setting | None = Setting(*one)
        else:
            setting = pair(line.strip().lstrip("-* ").rstrip(","))
        if setting and setting.value != setting.name and not setting.value.endswith(_GOES_ON):
            found.append(Setting(setting.name, setting.value, offset))
    return found


def elements(lines: list[str]) -> list[Setting]:
    """`cfg["name"] = value` lines of a program that fills a dictionary; nested keys joined by dots."""
    found = ((n, _ELEMENT.match(line)) for n, line in enumerate(lines) if "]" in line)
    return [
        Setting(".".join(re.findall(r"[\w.]+", match[1])), clean(without_comment_behind(match["value"])), n)
        for n, match in found
        if match
    ]


def assigned(line: str) -> tuple[str, str] | None:
    """Name and value of `name = value`, without the comma and the comment behind it."""
    match = _ASSIGNMENT.match(line)
    if not match:
        return None
    value, _, _ = match["value"][1:].partition("#")
    return match["name"], clean((match["value"][0] + value).rstrip().removesuffix(","))


def _all_assigned(line: str) -> list[tuple[str, str]]:
    """The assignments of a line that is nothing but such with commas between: `r = 16, lora_alpha = 32`; else none."""
    parts = line[:1000].split(", ")
    found = [assigned(part) for part in parts if part.count("(") == part.count(")")]
    is_all = len(found) == len(parts) and all(x and "=" not in x[1] for x in found)
    return [x for x in found if x] if is_all else []
