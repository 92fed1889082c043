"""How a sentence writes the value of a setting, and what may stand between the setting's name and its value.

Parts of patterns only; what a setting looks like is said in `prose_patterns` and `prose_optimizers`.
"""

from __future__ import annotations

DIGITS = r"(?:10\s?(?:\^|<sup>)\s?\{?[-−–]?\d+(?:\}|</sup>)?|\d{1,3}(?: 000)+|\d+(?:,\d+)*(?:\.\d+)?(?:[eE][-−–]?\d+)?(?:\s?(?:[x×*·]|\\times)\s?10\s?(?:\^|<sup>)?\s?\{?[-−–]?\d+(?:\}|</sup>)?)?[kKM]?)"
ENDS = r"`?\*{0,2}(?![\w%]|[.,]\d|\s?[-–−]\s?\d|\s?e\s?[-–−]\s?\d|\s+(?:to|or)\s+\d|\s?(?:[x×*·]|\\times)\s?10\b|\s?(?:\^|<sup>)|\s+for the (?:head|encoder|decoder|classifier|backbone)\b)"
_OPEN = r"\*{0,2}`?(?:\\{1,2}\(|\${1,2}|\()?\*{0,2}"
NUMBER = rf"{_OPEN}`?({DIGITS}){ENDS}"
WORD_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty"
MILLIONS = rf"(?:half(?: a)?|{WORD_NUMBERS}|{DIGITS}) (?:million|thousand)"
COUNT = rf"(?:\*{{0,2}}`?(~?{DIGITS}\+?){ENDS}|({WORD_NUMBERS}))"
IS = r"(?:,? which)?(?: (?:of|was|is|has been|have been|equal to|as))?(?: (?:set|limited|fixed|restricted) (?:to|at))?(?: (?:around|about|approximately|just|only))?(?: ?=)?"
"""What may stand between a setting's name and its value."""
THAT_IS = r"[\s(,]{1,3}(?:(?:or|about|around|roughly|approx\.|approximately|equal|equivalent|correspond(?:s|ing)|which|is|was|to|in total)\s+){0,4}"
"""Between how long a training was and the same in another unit: `20000 steps (approx. 116 epochs)`."""
NOT_A_SUM = r"(?!\s*(?:tokens|frames|million|[kmM]\b|x|×|\*))"
