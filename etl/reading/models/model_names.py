"""What a model's name says: its words, its sizes, its language, and how it was tuned or packed.

Two names that state different sizes are two models, however alike they are. Pure text; which names are this model's
is known in `this_model`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from etl.cards.remembered import remembered

_WORD = re.compile(r"[a-z]+|\d+(?:\.\d+)?")
_PART = re.compile(r"[a-z0-9]+(?:\.\d+[a-z]*)*")
_GREEK = str.maketrans({"α": " alpha ", "β": " beta ", "γ": " gamma ", "δ": " delta ", "ω": " omega "})
_ACCENTS = re.compile(r"[\u0300-\u036f]+")
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "œ": "oe"})
_NOISE = frozenset(
    ("model", "the", "a", "of", "for", "card", "hf", "our", "gguf", "gptq", "awq", "ggml", "exl", "original")
)
_VARIANT_A = re.compile(r"[a-z0-9]-a(?![a-z0-9])")
"""`Tern-A` beside `Tern-B`: no article."""
_COUNT = re.compile(r"(?:\d{1,2}x)?\d{1,4}(?:\.\d{1,3})?[bm]")
"""7b, 1.3b, 560m, 8x7b: numbers of parameters."""
SIZE = re.compile(r"(?<![\w.])(?:\d{1,2}x)?\d{1,4}(?:\.\d{1,3})?[bm](?![\w])", re.I)
_SCALES = {
    **{word: word for word in ("nano", "tiny", "mini", "small", "medium", "base", "large", "huge", "giant")},
    "xs": "x small",
    "xxs": "xx small",
    "s": "small",
    "l": "large",
    "xl": "x large",
    "xxl": "xx large",
    "xsmall": "x small",
    "xlarge": "x large",
    "xxlarge": "xx large",
}
_SHORT = {"s": "small", "l": "large", "cn": "chinese", "ins": "instruct", "inst": "instruct"}
_CASED = frozenset(("cased", "uncased", "finetuned", "fine", "tuned", "pretrained"))
_NAMED_IN_FULL = (
    "swahili thai indonesian malay hungarian bulgarian croatian serbian slovenian slovak lithuanian latvian estonian "
    "icelandic irish welsh basque galician urdu bengali tamil telugu marathi nepali mongolian kazakh uzbek georgian "
    "armenian hausa yoruba igbo amharic kinyarwanda zulu xhosa afrikaans albanian macedonian"
)
_LANGUAGES = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "zh": "chinese",
    "ja": "japanese",
    "ko": "korean",
    "ru": "russian",
    "pt": "portuguese",
    "nl": "dutch",
    "pl": "polish",
    "tr": "turkish",
    "ar": "arabic",
    "hi": "hindi",
    "vi": "vietnamese",
    "sv": "swedish",
    "fi": "finnish",
    "cs": "czech",
    "ca": "catalan",
    "uk": "ukrainian",
    "ro": "romanian",
    "el": "greek",
    "fa": "persian",
    "he": "hebrew",
    "italian": "italian",
    "multilingual": "multilingual",
    "danish": "danish",
    "norwegian": "norwegian",
    **{word: word for word in _NAMED_IN_FULL.split()},
}
LANGUAGES = {**_LANGUAGES, **{word: word for word in _LANGUAGES.values()}}
_KIND = re.compile(
    r"(?:long|mini)?chat|rerank(?:er)?|instruct(?:ion)?|inst|ins|sft|ft|dpo|rlhf|orpo|kto|simpo|rm|\d{1,2}bits?|int[48]|(?:nv|mx)?fp[468]|w[48]a(?:4|8|16)|awq|gptq|gguf|\d{1,4}k"
)
_KINDS = dict.fromkeys(("instruction", "inst", "ins"), "instruct")
SHAPE = re.compile(
    r"\d[\d.]*|nano|tiny|mini|small|medium|base|large|huge|giant|x|xx|xl|xxl|[vp]|[bmk]|vit|patch|xlsr|(?:un)?cased|px|hf"
)
"""What may follow a family's name in its model's: sizes, versions, shapes."""
_POSSESSIVE = re.compile(r"['\u2019]s\b")
_UNDERLINED = re.compile(r"(?<=[a-z\W_]\d)_(?=\d(?:\d|[a-z])?(?![a-z0-9]))|(?<=[\W_]\d)_(?=\d{1,2}b\b)")
"""`1_6b` and `v0_2`: ids that must not have a point."""
_GLUED = re.compile(r"(?<=[a-z][a-z])v(?=\d)")
"""`BertV2` is `Bert v2`."""
_VERSION = re.compile(r"(?<![a-z0-9])v\d")
_POINT_ZERO = re.compile(r"(?<=\d)\.0(?![\d.])")
"""Version 2.0 is version 2."""
_BITS = re.compile(r"\b(\d{1,2})[-_ ](bits?)\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart. `words` in their order (a size alone is no name); the sets hold what tells models apart."""

    words: tuple[str, ...]
    counts: frozenset[str] = frozenset()
    scales: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    is_versioned: bool = False

    text: str = field(init=False, compare=False)
    """The words with a blank on either side of each, to look for one name inside another."""
    glued: str = field(init=False, compare=False)
    """The words without blanks: `LongLLaMA` is `long_llama`."""

    def __post_init__(self) -> None:
        """What is asked of each name many times is put together once."""
        object.__setattr__(self, "text", f" {' '.join(self.words)} ")
        object.__setattr__(self, "glued", "".join(self.words))

    @property
    def contexts(self) -> frozenset[str]:
        """How many tokens it says that the model was stretched to: `64k`."""
        return frozenset(kind for kind in self.kinds if kind[-1] == "k" and kind[:-1].isdigit())

    def differs(self, other: Name) -> bool:
        """Whether the other states a size or a language as this name does, and another."""
        if self.scales and other.scales and not self.scales & other.scales:
            return True
        if self.languages and other.languages - self.languages:
            return True
        counts = [(mine, theirs) for mine in self.counts for theirs in other.counts]
        return bool(counts) and not any(_is_same_count(mine, theirs) for mine, theirs in counts)


@remembered(longest=200, texts=32_768)
def name(text: str) -> Name:
    """The name that a short text is."""
    text = text[:300].casefold().translate(_GREEK)
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    text = _UNDERLINED.sub(".", _POSSESSIVE.sub("", text))
    text = _GLUED.sub(" v", text)
    noise = _NOISE - {"a"} if _VARIANT_A.search(text) else _NOISE
    parts = _PART.findall(_BITS.sub(r"\1\2", text))
    is_size = all(map(_COUNT.fullmatch, parts))
    return Name(
        ()
        if is_size
        else tuple(_SHORT.get(word, word) for word in _WORD.findall(_POINT_ZERO.sub("", text)) if word not in noise),
        frozenset(part for part in parts if _COUNT.fullmatch(part)),
        frozenset(_scales(parts)),
        frozenset(LANGUAGES[part] for part in parts if part in LANGUAGES),
        frozenset(_KINDS.get(part, part.removesuffix("s")) for part in parts if _KIND.fullmatch(part)),
        bool(_VERSION.search(text)),
    )


def is_common(word: str) -> bool:
    """Whether a word says of what size, language or tuning a model is: no model is known by it."""
    return word in _SCALES or word in LANGUAGES or word in _CASED or bool(_KIND.fullmatch(word))


def unsized(words: str) -> frozenset[str]:
    """The words of a name without its numbers of parameters."""
    return frozenset(name(SIZE.sub(" ", words)).words)


def unversioned(words: str) -> str:
    """A name's words glued, without its numbers of parameters and the mark of a version: `Tulu-v2 13B` is `tulu2`."""
    return "".join(word for word in name(SIZE.sub(" ", words)).words if word != "v")


def together(names: list[Name]) -> Name:
    """All that several names of one model say of it."""
    return Name(
        (),
        frozenset().union(*(n.counts for n in names)),
        frozenset().union(*(n.scales for n in names)),
        frozenset().union(*(n.languages for n in names)),
        frozenset().union(*(n.kinds for n in names)),
        any(n.is_versioned for n in names),
    )


def _is_same_count(one: str, other: str) -> bool:
    """Whether two sizes are one, as people round them: 10.7b is called 10b and 11b, but 1.3b is not 1.5b."""
    if one == other:
        return True
    if one[-1] != other[-1] or "x" in one + other or ("." in one) == ("." in other):
        return False
    return abs(float(one[:-1]) - float(other[:-1])) < 1


def _scales(parts: list[str]) -> list[str]:
    """The words of size, `x-small` as one: it is not `small`."""
    found = []
    for i, part in enumerate(parts):
        if part in _SCALES:
            before = parts[i - 1] if i and parts[i - 1] in ("x", "xx") else ""
            found.append(f"{before} {_SCALES[part]}".strip())
    return found
