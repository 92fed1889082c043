"""The author's text of a value -> the number or truth value it states, if it states one. Nothing is guessed."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from etl.cards.remembered import remembered

_RELEASE = re.compile(r"^[<>=~!v ]*(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(.*)$")
_PRERELEASE = re.compile(r"^[.-]?(?:dev|a|b|rc|alpha|beta|post\d+\.dev)\d*", re.I)
_DIGIT = re.compile(r"\d|nan|inf", re.I)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_SPACED_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[ \u00a0\u202f_'’]\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")
_POWER = re.compile(
    r"([-+]?\d+(?:\.\d+)?)?\s*(?:(?:[x×*·]|\\times)\s*)?10\s*(?:\^|\*\*|<sup>)\s*\{?\(?\s*([-+]?\d{1,3})\s*\)?\}?(?:</sup>)?"
)
_RAISED = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(?:[x×*·]\s*10|e)\s?(-\d{1,2})")
"""1.5 x 10<sup>-4</sup> or 1e<sup>-5</sup>, the marks off."""
_SUFFIX = {"k": 3, "m": 6, "b": 9, "t": 12}
_SUFFIXED = re.compile(r"([-+]?(?:[1-9]\d{0,2}(?:,\d{3})+|\d+(?:\.\d+)?))\s?([kKmMbBT])")
_SCALE = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}
"""Letters and words for powers of ten."""
_SCALED = re.compile(r"(\d+(?:\.\d+)?|half a|[a-z]{3,5}) (thousand|million|billion|trillion)")
_WITH_REMARK, _IN_COLLECTION = "number_with_remark", "number_in_collection"
_SPREAD = re.compile(r"^(.*?\d\s*%?)\s*(?:±|\+/-|\+-|\\pm)\s*[\d.,]+\s*%?$")
_GAIN = re.compile(r"^(.*?\d)\s*\([-+][\d.]+\)$")
_REMARKED = re.compile(
    r"^((?:[~≈]\s?|[-+])?(?:\d[\d.,]*|\.\d+)(?:[eE]-?\d+|\s?[x×]\s?10\^?-\d{1,2})?\s*%?)\s*\([^()]{1,60}\)\.?$"
)
_PERCENT_BEFORE = re.compile(r"^([~≈]?)\s?%\s?(\d[\d.,]{0,12})(?=\s*(?:\(|$))")
"""`%54.42`, as Turkish writes it."""
_ABOUT = re.compile(r"^(?:[~≈]|(?i:approximately|approx\.|about) )\s?((?:\d[\d.,]*|\.\d+)\s?[%kKMBT]?)$")
_WITH_UNIT = re.compile(
    r"^([~≈]?[-+]?\d{1,6}(?:[.,]\d{1,6})?) ?(dB|BPM|bpm|°[CF]?|degrees|[µnc]m|mm|km|Å|m/s|km/h|k(?:cal|J)/mol|m?eV|HU|mmHg|mg/dL|px|pixels|Hz|nats|bpb|years|[kM]Wh?|W/m[²2]|m[³3]/s|hPa|[µm]g/m[³3]|ppm)$"
)
"""How far off an estimate is, in what it estimates. No `m`, which is a million, too; no time and no bytes, which are no results."""
_PERCENT_FIRST = re.compile(r"[~≈]?[-+]?\d[\d.,]{0,12} ?%")
_BEGINS = "0123456789~≈-+"
_BY_WHICH = re.compile(r" ?\((?:[-+−][\d.]|[↑↓▲▼])[^()]{1,40}\)$")
"""By how much a result differs from another: `0.86 (↓ 10.9%)`."""
_FOOTNOTED = re.compile(r"^(\d{1,4}\.\d{1,20}\s?%?)(?:\^(?:[\da-z]|\[\d\])|\s?\[\^?[\w-]{1,20}\])$")
"""84.2¹, 84.2[^1]: what has a fraction is raised to no power here."""
_TEX_SPREAD = re.compile(r"\s*_\s*\{\s*(?:\\pm)?\s*([\d.]{1,12})\s*\}")
_TEX_MARKED = re.compile(r"\\(?:math(?:bf|rm|it)|text(?:bf|it|rm)?|bm|boldsymbol|underline)\s*\{([^{}]{1,60})\}")
_NAMED_NUMBER = re.compile(r"^\{\s*['\"][^'\"{}]{1,60}['\"]\s*:\s*([-+\w.]+(?:\([-+\w.]+\))?)\s*\}$")
_TYPED_NUMBER = re.compile(
    r"^(?:(?:np|numpy)\.(?:float|int)\d{0,3}|(?:tf\.|torch\.)?[Tt]ensor|array)\(([-+\w.]+)(?:, shape=\(\))?(?:, [^()]{1,40})?\)$"
)
"""As numpy 2, torch and TensorFlow print a number within a collection: np.float64(0.9), tensor(0.9, device='cuda:0')."""
_SPECIAL = {
    "nan": math.nan,
    ".nan": math.nan,
    "inf": math.inf,
    "+inf": math.inf,
    "-inf": -math.inf,
    ".inf": math.inf,
    "-.inf": -math.inf,
    "infinity": math.inf,
    "-infinity": -math.inf,
}
MAX_NUMBER = 80
"""A longer text states no number, whatever stands in it."""
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNTED = {**_WORDS, "half": 0.5, "half a": 0.5}
_TRUE = frozenset(("true", "yes", "on", "enabled"))
_FALSE = frozenset(("false", "no", "off", "disabled"))
_SIGNS = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "‐": "-",
        "‑": "-",
        "﹣": "-",
        "－": "-",
        "＋": "+",
        "．": ".",
        "，": ",",
        "٫": ".",
        "％": "%",
        "（": "(",
        "）": ")",
    }
    | dict.fromkeys("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
)
"""Signs of other scripts; what has no width (marks of direction, joints between words) is no sign."""
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SUPERSCRIPT = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}")


def number(text: str | None) -> float | None:
    """The number that the whole text states; None where it states none; NaN where it says nan.

    Read: 5e-05, 1,234, 82.4 %, %82.4, 0,85 (decimal comma), 3×10^-5, 10⁻⁵, 2k, 1.5 million, 0.54 ± 0.02, 0.54 (+0.05), 24.0 (23.4 / 24.6), 17.2 dB, 3.1 mm, ~0.75,
    {'accuracy': 0.9}, np.float64(0.9), other scripts' digits. A percent sign does not divide by 100: the number is the
    one as written.
    """
    if not text:
        return None
    try:
        return float(text) if text[-1] in "0123456789." and "_" not in text and text.isascii() else _special(text)[0]
    except ValueError:
        return _special(text)[0]


PLAIN = "0123456789.-"
"""A text of nothing else needs no repair to be read as a number."""


def repairs(text: str) -> tuple[str, ...]:
    """What had to be done to read the text's number, as codes of findings; nothing where it states none."""
    return _special(text)[1]


@remembered(longest=MAX_NUMBER, texts=16_384)
def _special(text: str) -> tuple[float | None, tuple[str, ...]]:
    """The number of a text that is not written as Python writes it, and what had to be done to read it."""
    if len(text) > MAX_NUMBER:
        return _NONE
    plain = folded(text)
    is_other = plain != text.strip()
    if "%" in plain[:2]:
        plain = _PERCENT_BEFORE.sub(r"\1\2%", plain)
    if plain[:1] == plain[-1:] == "$" and len(plain) > 2:
        plain = _untexed(plain[1:-1])
    lowered = plain.casefold()
    if lowered in _WORDS:
        return float(_WORDS[lowered]), ()
    if lowered in _SPECIAL:
        return _SPECIAL[lowered], ()
    if match := _SCALED.fullmatch(lowered):
        count = match[1] if match[1][0].isdigit() else _COUNTED.get(match[1])
        return (float(f"{count}e{_SCALE[match[2]]}"), ("power_of_ten",)) if count is not None else _NONE
    if not _DIGIT.search(plain):
        return _NONE
    for shape, code in _SHAPES:
        if match := shape.match(plain):
            value, done = _special(match[1].strip())
            return (value, (code, *done)) if value is not None else _NONE
    bare = plain.rstrip("*†‡")
    if bare[-1:] == "." and bare.count(".") == 2:  # of a sentence
        bare = bare[:-1]
    value, done = _plain_number(bare.removesuffix("%").strip())
    if value is None:
        return _NONE
    signs = (("percent_sign",) if bare.endswith("%") else ()) + (("other_digits",) if is_other else ())
    return value, signs + done


def _untexed(text: str) -> str:
    """What stands between TeX's dollar signs without its marks: `\\mathbf{85.1}_{\\pm 0.2}` -> `85.1 ± 0.2`."""
    text = _TEX_MARKED.sub(r"\1", text) if "\\" in text else text
    return _TEX_SPREAD.sub(r" ± \1", text).replace("\\pm", "±").replace("\\%", "%").strip()


_NONE: tuple[None, tuple[str, ...]] = (None, ())
_SHAPES = (
    (_SPREAD, _WITH_REMARK),
    (_GAIN, _WITH_REMARK),
    (_REMARKED, _WITH_REMARK),
    (_FOOTNOTED, _WITH_REMARK),
    (_WITH_UNIT, _WITH_REMARK),
    (_ABOUT, _WITH_REMARK),
    (_NAMED_NUMBER, _IN_COLLECTION),
    (_TYPED_NUMBER, _IN_COLLECTION),
)
"""Numbers with something around them, and what it is to read them."""


def _plain_number(text: str) -> tuple[float | None, tuple[str, ...]]:
    if _NUMBER.fullmatch(text):
        return float(text), ()
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(",", "")), ("thousands_separator",)
    if _SPACED_THOUSANDS.fullmatch(text):
        return float(re.sub(r"[\s_'’]", "", text)), ("thousands_separator",)
    if _DECIMAL_COMMA.fullmatch(text):
        return float(text.replace(",", ".")), ("decimal_comma",)
    if match := _POWER.fullmatch(text) or _RAISED.fullmatch(text):
        return float(f"{match[1] or 1}e{match[2]}"), ("power_of_ten",)
    if match := _SUFFIXED.fullmatch(text):
        return float(f"{match[1].replace(',', '')}e{_SUFFIX[match[2].lower()]}"), ("power_of_ten",)
    return _NONE


def _power_sign(match: re.Match[str]) -> str:
    return "^" + match[0].translate(_SUPERSCRIPTS)


def folded(text: str) -> str:
    """The text with signs and digits of other scripts as ASCII, raised ones behind `^`, and without marks of no width."""
    if text.isascii():
        return text.strip()
    text = _SUPERSCRIPT.sub(_power_sign, text.translate(_SIGNS))
    return "".join(str(unicodedata.digit(c)) if not c.isascii() and c.isdigit() else c for c in text).strip()


def unit(text: str | None) -> str | None:
    """The unit written behind a number (`%`, `dB`, `mm`), or in a header (`F1 (%) ↑`); None where none is known."""
    if text and "%" in text[:2] and _PERCENT_BEFORE.match(text):
        return "%"
    if not text:
        return None
    if text[-1].isalpha() and text[0] in _BEGINS and (match := _WITH_UNIT.match(text)):
        return match[2]
    if text[-1].isalnum() and text[-1] != "B":
        return None
    if text[-1] == ")" and text[0] in _BEGINS:
        if _PERCENT_FIRST.match(text):
            return "%"
        text = _BY_WHICH.sub("", text)
    end = folded(text).rstrip(")] ↑↓⬆⬇\ufe0f")[-2:]
    return "%" if end.endswith("%") else "dB" if end == "dB" else None


def truth(text: str | None) -> bool | None:
    """The truth value the text states; None if it states none."""
    return _truth(text) if text else None


@remembered(longest=MAX_NUMBER, texts=16_384)
def _truth(text: str) -> bool | None:
    lowered = text.strip().casefold()
    return True if lowered in _TRUE else False if lowered in _FALSE else None


def whole(text: str | None) -> int | None:
    """The whole number the text states; None if it states none (a step is no 3.5)."""
    value = number(text)
    return (
        int(value)
        if value is not None and math.isfinite(value) and value == int(value) and abs(value) < 2**62
        else None
    )


def is_filler(text: str) -> bool:
    """True for template phrases that state nothing: [More Information Needed], TODO, Unknown."""
    if text.strip() in ("[]", "{}", "()"):
        return False
    lowered = text.strip("[]*_ .").casefold()
    return not lowered or lowered in _FILLERS or lowered.startswith(_NOT_TOLD)


_NOT_TOLD = (
    "todo", "more information needed", "optional", "not recorded", "not reported", "not documented", "not disclosed",
    "not stated", "reported in", "fp32, fp16 mixed precision, bf16", "(fp32, fp16 mixed precision, bf16",
)  # fmt: skip
_FILLERS = frozenset(
    ("more information needed", "needs more information", "needed", "unknown", "not specified", "tbd", "tba")
)


class Release(NamedTuple):
    """What a version says."""

    major: int | None
    minor: int | None
    patch: int | None
    local: str | None
    is_prerelease: bool


@remembered(longest=100, texts=8_192)
def release(version: str) -> Release:
    """A version's release numbers and labels, taken apart (PEP 440 in spirit)."""
    public, _, local = version.partition("+")
    match = _RELEASE.match(public)
    major, minor, patch = (int(g) if g else None for g in match.groups()[:3]) if match else (None, None, None)
    rest = match[4] if match else ""
    return Release(major, minor, patch, local or None, bool(_PRERELEASE.match(rest)) or ".dev" in public)
