"""Settings in Python and JSON: keyword arguments of calls, items of dictionaries, nested ones with their keys joined by dots.

What must not move in: which blocks are code of a training (`setting_code`), other shapes of a setting (`settings_text`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from etl.reading.settings.settings_text import Setting, assigned, clean, without_comment_behind

_CALL = re.compile(
    r"\b(?P<class>(?:\w{0,40}(?:TrainingArguments|TrainerArguments|TrainingArgs))|(?:SFT|DPO|KTO|ORPO|CPO|PPO|GRPO|RLOO|Reward|Lora|LoRA)Config|(?:SFT|DPO|KTO|ORPO|CPO|GRPO|Reward)Trainer|(?:Recurrent|Maskable)?PPO|A2C|DQN|SAC|TD3|DDPG|TRPO|QRDQN|TQC|get_peft_model|OrderedDict|dict)\s*\("
)
_PYTHON_NAME = re.compile(r"^\s*(?P<name>[A-Za-z_]\w{0,60})\s*=\s*(?P<value>[\s\S]+)$")
_STRING = re.compile(r"'[^'\\\n]{0,200}'|\"[^\"\\\n]{0,200}\"")
_STRINGS = re.compile(rf"(?:{_STRING.pattern})(?:\s(?:{_STRING.pattern})){{1,20}}")
_COMMA_LOST = re.compile(r"(?<=[\w'\"\])}])(?=[ \t]{0,4}\n[ \t]{0,20}(?:'\w{1,60}'|\"\w{1,60}\")[ \t]{0,3}:)")
"""Where an item ends and the next begins on the line below: some write their settings one a line."""
_DICT_ITEM = re.compile(r"^\s*(?P<quote>['\"])(?P<name>[^'\"]{1,80})(?P=quote)\s*[:,]\s*(?P<value>[\s\S]+)$")
_VARIABLE = re.compile(r"^[A-Za-z_]\w*$")
_CONSTANT = re.compile(r"True|False|-?\d[\d.eE+-]{0,20}|\"[^\"]{0,80}\"|'[^']{0,80}'")
"""What a trainer is called with beside its model and data."""
_AGENTS = ("PPO", "A2C", "DQN", "SAC", "TD3", "DDPG", "TRPO", "TQC")
"""Classes of agents, called with their settings."""
_CONSTANTS = frozenset(("true", "false", "none", "null", "nan", "inf"))
"""Bare words that are values, in Python or in JSON; any other names a variable."""
_LEADING_COMMENTS = re.compile(r"(?:\s*#[^\n]*\n)*\s*")
_QUOTED = r"'(?:[^'\\]++|\\.)*+\\?'?|\"(?:[^\"\\]++|\\.)*+\\?\"?"
_MARKS = re.compile(rf"{_QUOTED}|[()\[\]{{}},]", re.S)
_PYTHON_MARKS = re.compile(rf"{_QUOTED}|#[^\n]*+|[()\[\]{{}},]", re.S)
"""Brackets and commas, and what hides them: strings, ended or not, and comments, which JSON has none of."""
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_CALL_HINTS = ("Args", "Arguments", "Config", "get_peft_model", "Dict", "dict", "_baselines3")
MAX_CALL_CHARACTERS = 20_000
MAX_CALL_SCANS = 8
"""All calls of a block together may be scanned so many times its length: calls in calls in calls are no settings."""


def call_arguments(lines: list[str]) -> list[Setting]:
    """Keyword arguments of TrainingArguments(...) and its like, and items of an OrderedDict([...])."""
    text = "\n".join(lines)
    found: list[Setting] = []
    if not any(hint in text for hint in _CALL_HINTS):
        return found
    variables: dict[str, str] | None = None
    longest = min(len(text), MAX_CALL_CHARACTERS)
    budget = MAX_CALL_SCANS * len(text)
    offset = counted = 0
    for match in _CALL.finditer(text):
        offset += text.count("\n", counted, match.end())
        counted = match.end()
        is_dict = match["class"] in ("OrderedDict", "dict")
        is_trainer = match["class"].endswith(("Trainer", *_AGENTS))
        if is_dict and text[match.end() : match.end() + 2].lstrip()[:1] not in ("[", "{"):
            continue
        inside = _balanced(text, match.end()) if budget > 0 else None
        budget -= longest if inside is None else len(inside)
        if inside is None:
            continue
        if is_dict:
            found.extend(_ordered_items(inside, offset))
            return found
        for part, at in _split_top(inside):
            if named := _PYTHON_NAME.match(_without_comment(part)):
                line = offset + inside.count("\n", 0, at + _lead(part))
                value = _listed(" ".join(named["value"].split()))
                if is_trainer and not _CONSTANT.fullmatch(value):
                    continue
                if _VARIABLE.match(value) and value.casefold() not in _CONSTANTS:
                    variables = _variables(lines) if variables is None else variables
                    value = variables.get(value, "")
                if value:
                    found.append(Setting(named["name"], clean(value), line))
    return found


def _variables(lines: list[str]) -> dict[str, str]:
    """What a program's variables are set to; one handed on under its own name (`lr=lr`) is set nowhere there."""
    return {name: value for name, value in filter(None, map(assigned, lines)) if name != value}


def dict_items(text: str) -> list[Setting]:
    """The items of a Python or JSON dictionary written in the text, nested keys joined by dots."""
    begin = text.find("{")
    if begin < 0:
        return []
    inside = _balanced(text, begin + 1, "{")
    if inside is None:
        return []
    return list(_dict_items(_COMMA_LOST.sub(",", inside), text.count("\n", 0, begin + 1), "", 0))


def _dict_items(inside: str, offset: int, prefix: str, depth: int) -> Iterator[Setting]:
    for part, at in _split_top(inside):
        match = _DICT_ITEM.match(_without_comment(part))
        if not match:
            continue
        line = offset + inside.count("\n", 0, at + _lead(part))
        name = f"{prefix}.{match['name']}" if prefix else match["name"]
        value = match["value"].strip()
        if value.startswith("{") and value.endswith("}") and len(value) > 2 and depth < 8:
            yield from _dict_items(value[1:-1], line, name, depth + 1)
        elif not _VARIABLE.match(value) or value.casefold() in _CONSTANTS:
            yield Setting(name, clean(_listed(_one_string(" ".join(value.split())))), line)


def _one_string(text: str) -> str:
    """Python strings that follow each other as the one string they are: `'a, ' 'b'`, as pprint folds long ones."""
    if text[:1] not in ("'", '"') or not _STRINGS.fullmatch(text):
        return text
    joined = "".join(piece[1:-1] for piece in _STRING.findall(text))
    return f'"{joined}"' if '"' not in joined else joined


def _ordered_items(inside: str, offset: int) -> Iterator[Setting]:
    """`[('batch_size', 64), ('policy', 'MlpPolicy')]`, or the same as a dictionary since Python 3.12."""
    inside = inside.strip()
    if inside.startswith("{"):
        yield from _dict_items(inside[1:-1], offset, "", 0)
        return
    for part, at in _split_top(inside.strip("[]")):
        item = part.strip().removeprefix("(").removesuffix(")")
        if match := _DICT_ITEM.match(item):
            value = _one_string(" ".join(match["value"].split()))
            if value.startswith("{") and value.endswith("}") and len(value) > 2:
                yield from _dict_items(value[1:-1], offset, match["name"], 1)
                continue
            yield Setting(
                match["name"],
                clean(_listed(value)),
                offset + inside.count("\n", 0, at + len(part) - len(part.lstrip())),
            )


def _listed(value: str) -> str:
    """A JSON or Python list of scalars as its items joined by ', '; anything else as it is."""
    if not (value.startswith("[") and value.endswith("]")) or len(value) > 2000:
        return value
    try:
        items = json.loads(re.sub(r",\s*\]$", "]", value.replace("'", '"')))
    except (ValueError, RecursionError):
        return value
    if not items or any(isinstance(x, list | dict) for x in items):
        return value
    return ", ".join(str(x) for x in items)


def _balanced(text: str, begin: int, opening: str = "(") -> str | None:
    """What stands between an opening bracket just before `begin` and its partner."""
    depth = 1
    marks = _PYTHON_MARKS if opening == "(" else _MARKS
    for mark in marks.finditer(text, begin, begin + MAX_CALL_CHARACTERS):
        depth += _DEPTH.get(mark[0], 0)
        if depth == 0:
            return text[begin : mark.start()]
    return None


def _split_top(text: str) -> Iterator[tuple[str, int]]:
    """The parts between commas outside brackets and quotes, each with where it begins."""
    depth = begin = 0
    for mark in _PYTHON_MARKS.finditer(text):
        depth += _DEPTH.get(mark[0], 0)
        if mark[0] == "," and depth == 0:
            yield text[begin : mark.start()], begin
            begin = mark.end()
    if text[begin:].strip():
        yield text[begin:], begin


def _lead(part: str) -> int:
    """How many characters of blanks and comments stand before what the part says."""
    match = _LEADING_COMMENTS.match(part)
    return match.end() if match else 0


def _without_comment(part: str) -> str:
    """The part without comments: lines of them, and what follows a `#` behind the last quote of a line."""
    lines = (line for line in part.split("\n") if not line.lstrip().startswith("#"))
    return "\n".join(map(_without_line_comment, lines))


def _without_line_comment(line: str) -> str:
    quoted = max(line.rfind("'"), line.rfind('"')) + 1
    return line[:quoted] + without_comment_behind(line[quoted:]) if "#" in line else line
