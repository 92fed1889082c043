"""The answers of `sql/answers/`: what there is to ask, and asking it.

Promises: an answer's name, theme, question and parameters are those of its file's header; a parameter's value is
never part of a statement.

What must not move in: an answer's SQL (`sql/answers/`), how rows are printed (`warehouse.formats`).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

from warehouse.database import Result, Session, WarehouseError, run_query
from warehouse.sql_files import SqlFile, sql_files

_FOUND = {
    "method": "SELECT training_method AS value FROM training_runs",
    "base": "SELECT base_model AS value FROM training_runs UNION ALL SELECT parent_id FROM parents",
    "generator": "SELECT card_generator AS value FROM models",
}
"""Where the words stand that a parameter is compared with (without case, as the macro `fits` does)."""

_NEAREST = 200
"""Words that are compared by difflib, chosen by the database: there are hundreds of thousands of base models."""


class NoSuchAnswer(WarehouseError):
    """There is no answer of this name."""


class BadParameter(WarehouseError):
    """An answer has no such parameter, or the value is not of its kind."""


def answers() -> tuple[SqlFile, ...]:
    """All answers, by theme and name."""
    return tuple(sorted(sql_files("answers"), key=lambda a: (a.theme, a.name)))


def answer_named(name: str) -> SqlFile:
    """The answer of this name. Raises NoSuchAnswer, with the names that are close."""
    known = {a.name: a for a in sql_files("answers")}
    if name in known:
        return known[name]
    close = difflib.get_close_matches(name, known, n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else "; 'cardhouse answers' lists them"
    raise NoSuchAnswer(f"there is no answer {name!r}{hint}")


def ask(
    con: Session,
    name: str,
    parameters: Mapping[str, str] | None = None,
    *,
    seconds: float | None = None,
) -> Result:
    """The rows of one answer, with its parameters set (`method="kto"`) or at their defaults.

    Raises NoSuchAnswer, BadParameter.
    """
    answer = answer_named(name)
    return run_query(con, *query(answer, parameters or {}), seconds=seconds)


def query(answer: SqlFile, parameters: Mapping[str, str]) -> tuple[str, list[Any]]:
    """The statement that asks an answer, and its parameters' values."""
    names = ", ".join(f'"{column}"' for column, _ in answer.columns)
    if not parameters:
        return f"SELECT {names} FROM {answer.name}", []  # noqa: S608  (a file's name)
    defaults = dict(answer.defaults)
    strange = [p for p in parameters if p not in defaults]
    if strange:
        known = ", ".join(defaults) or "none"
        raise BadParameter(f"{answer.name} has no parameter {strange[0]!r} (it has: {known})")
    given = ", ".join(f"{name} := ?" for name in parameters)
    values = [_value(name, text, defaults[name]) for name, text in parameters.items()]
    return f"SELECT {names} FROM {answer.name}_by({given})", values  # noqa: S608  (a file's and its parameters' names)


def unmatched(con: Session, parameters: Mapping[str, str]) -> list[str]:
    """For each parameter whose word nothing in the warehouse bears, a sentence that names those near it."""
    said = []
    for name, word in parameters.items():
        near = _near(con, name, word) if name in _FOUND else []
        if name in _FOUND and word.lower() not in {value.lower() for value in near}:
            close = [value for value in near if word.lower() in value.lower()] or _alike(word, near)
            hint = f"; did you mean {' or '.join(close[:3])}?" if close else ""
            said.append(f"nothing has the {name} {word!r}{hint}")
    return said


def _near(con: Session, name: str, word: str) -> list[str]:
    """The words of the kind that hold this one or are likest to it, best first."""
    query = (
        f"SELECT value FROM ({_FOUND[name]}) WHERE value IS NOT NULL GROUP BY value "  # noqa: S608  (declared above)
        "ORDER BY lower(value) = lower(?) DESC, contains(lower(value), lower(?)) DESC, "
        "greatest(jaro_winkler_similarity(lower(value), lower(?)), "
        "jaro_winkler_similarity(lower(split_part(value, '/', -1)), lower(?))) DESC, "
        f"count(*) DESC, value LIMIT {_NEAREST}"
    )
    return [value for (value,) in run_query(con, query, [word] * 4).rows]


def _alike(word: str, known: list[str]) -> list[str]:
    """Those of the known words that are spelled nearly so; of a repo's id the part after the slash may be meant."""
    spelled = {form.lower(): value for value in reversed(known) for form in (value.rpartition("/")[2], value)}
    return list(dict.fromkeys(spelled[form] for form in difflib.get_close_matches(word.lower(), spelled, n=3)))


def _value(name: str, text: str, default: str) -> Any:
    """A parameter's value, a number where its default is one."""
    if not default.replace(".", "", 1).isdigit():
        return text
    try:
        number = float(text) if "." in default else int(text)
    except ValueError:
        number = -1
    if not 0 <= number < math.inf:
        raise BadParameter(f"the parameter {name!r} is a number of 0 or more, not {text!r}")
    return number
