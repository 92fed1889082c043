"""What the words around a repo's name say of it in other languages than English: that a model was tuned from it.

Vocabularies only; `parent_words` asks here where it found nothing.
"""

from __future__ import annotations

import re

_HINTS = ("se base sur", "basad", "basea", "basat", "basier", "ajustad", "affin", "a partir de")
_MARKS = (
    "微调", "模型进行", "微調", "基础", "基座", "基于", "ベース", "チューニング", "追加学習", "事前学習", "기반", "베이스", "파인튜닝", "추가 학습", "основе", "базе", "дообуч",
    "basé"
)  # fmt: skip
_BEFORE = re.compile(
    r"(?:basad[oa] en|baseado em|baseada em|basato su|basiert auf|basée? sur|se base sur|ajustad[oa] (?:de|a partir de|desde)|"
    r"(?:versión|versão) (?:\w+ )?(?:ajustada|afinada|refinada|fine-?tuned) (?:de|do|da)|version (?:affinée|fine-?tunée) d[eu]|"
    r"affinée? (?:de|à partir de)|на основе|на базе|"
    r"дообученн\w{1,4} (?:версия|модель|вариант)|基于|事前学習済みモデルとして)\W{0,4}(?:(?:el|la|le|o|a|il|un|una|dem|der|den|modelo|modèle|modello|modell|модели|model)\W{1,3}){0,3}$"
)
_AFTER = re.compile(
    r"[\s*_`)]{0,4}(?:的?基础上|模型?上?)?[^。\n]{0,12}?(?:微调(?:得到|而来|的)|模型进行(?:训练|微调)|微調整した|を(?:ベース|ファインチューニング|元|もと)|"
    r"(?:을|를|에|을 |를 )?\s?(?:기반|베이스로|파인튜닝|추가 학습|미세조정))"
)
_LABEL = re.compile(
    r"^\W*(?:基座模型|基础模型|底座模型|ベースモデル|베이스 모델|базовая модель|modelo base|modèle de base|basismodell)\W*$",
    re.I,
)


def may_tell(lowered: str) -> bool:
    """Whether a text, in lower case, has any of the words."""
    for hint in _HINTS:
        if hint in lowered:
            return True
    return not lowered.isascii() and any(mark in lowered for mark in _MARKS)


def tells_tuned(before: str, after: str) -> bool:
    """Whether the words around a name, those before it in lower case, say that a model was tuned from it."""
    if _BEFORE.search(before[-80:]) or _LABEL.match(before):
        return True
    return not after[:40].isascii() and bool(_AFTER.match(after))
