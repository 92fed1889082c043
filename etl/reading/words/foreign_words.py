"""What the words around a repo's name say of it in other languages than English: that a model was tuned from it.

Vocabularies only; `parent_words` asks here where it found nothing.
"""

from __future__ import annotations

import re

from etl.reading.vocabularies import in_english

_EDGES = " *_:：`-|"

_HINTS = (
    "se base sur", "basad", "basea", "basat", "basier", "ajustad", "ajuste fino", "affin", "feinabgestimm", "feinabstimm", "a partir d", "a partire da", "sur la base", "entrenad", "treinad",
    "tabanl", "ince ayar", "temel al", "berbasis", "hasil fine", "berdasarkan", "dostroj", "opart", "bazie", "podstawie", "bazuje",
)  # fmt: skip
_MARKS = (
    "微调", "模型进行", "微調", "基础", "基礎", "基座", "基于", "基於", "ベース", "チューニング", "追加学習", "事前学習", "기반", "베이스", "파인튜닝", "추가 학습", "미세 조정",
    "основе", "основі", "базе", "базі", "дообуч", "донавч", "basé", "tinh chỉnh", "dựa trên", "üzerine", "انطلاقا", "بناء على", "استنادا", "مبني على",
)  # fmt: skip
_BEFORE = re.compile(
    r"(?:basad[oa] en|baseado em|baseada em|basato su|basiert auf|basée? sur|se base sur|sur la base d[eu]|ajustad[oa] (?:de|a partir de|desde)|(?:entrenad|treinad)[oa] a partir d[eo]|"
    r"ajuste fino (?:\(fine-?tuning\) )?d[eo]l?|(?:ottenuto|addestrato) a partire da|(?:feinabgestimmte (?:version|variante) (?:von|des)|feinabstimmung (?:von|des))|"
    r"(?:versión|versão) (?:\w+ )?(?:ajustada|afinada|refinada|fine-?tuned) (?:de|do|da)|version (?:affinée|fine-?tunée) d[eu]|"
    r"affinée? (?:de|à partir de)|на основе|на базе|на основі|на базі|"
    r"(?:дообученн|донавчен)\w{1,4} (?:версия|модель|вариант|версія|варіант)|基[于於]|事前学習済みモデルとして|"
    r"(?:được )?(?:tinh chỉnh|fine-?tuned?) (?:lại )?từ|dựa trên|berbasis|berdasarkan|hasil fine-?tuning dari|"
    r"(?:dostrojenie|dostrojon\w{1,3} wersj\w{1,2}|opart\w{1,3} na|bazuje na|na bazie|na podstawie)|انطلاقا من|بناء على|استنادا إلى|مبني على)\W{0,4}"
    r"(?:(?:el|la|le|o|a|il|un|una|dem|der|den|modelo|modèle|modello|modell|модели|моделі|model|modelu|mô hình|نموذج)\W{1,3}){0,3}$"
)
_AFTER = re.compile(
    r"[\s*_`)]{0,4}(?:的?基[础礎]上|模型?上?)?[^。\n]{0,12}?(?:微[调調](?:得到|而[来來]的?|的)|模型[进進]行(?:训练|訓練|微[调調])|微調整した|を(?:ベース|ファインチューニング|微調整|元|もと)|"
    r"[为為](?:基[础礎座]|底座)|(?:을|를|에|을 |를 )?\s?(?:기반|베이스로|파인 ?튜닝|추가 학습|미세 ?조정)|"
    r"(?:[’']?\s?(?:modeli(?:nin)?|temel modeli) )?(?:üzerine|üzerinde|tabanlı|temel alınarak|temelli))"
)


def is_base_label(name: str) -> bool:
    """Whether a label, without its colon, calls what stands behind it the base model."""
    return in_english(name.strip(_EDGES)) == "base model"


def labels_base(line: str) -> bool:
    """Whether a line begins with such a label and its colon."""
    label, colon, _ = line.replace("：", ":", 1).partition(":")
    return bool(colon) and is_base_label(label)


def may_tell(lowered: str) -> bool:
    """Whether a text, in lower case, has any of the words."""
    for hint in _HINTS:
        if hint in lowered:
            return True
    return not lowered.isascii() and any(mark in lowered for mark in _MARKS)


def tells_tuned(before: str, after: str) -> bool:
    """Whether the words around a name, those before it in lower case, say that a model was tuned from it."""
    if _BEFORE.search(before[-80:]) or is_base_label(before):
        return True
    return not after[:40].isascii() and bool(_AFTER.match(after))
