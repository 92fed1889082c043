"""How other languages than English head a training, its settings, and the versions it was run with.

Alternatives of regular expressions, in lower case, which `places` and `framework_versions` seek beside the English
ones. The names of single settings stand in `vocabulary/settings.csv`, those of what people list beside them in `vocabulary/abroad.csv`.
"""

from __future__ import annotations

import re

_OF = r"(?:de (?:l['’]|la |los )?|du |des |do |da |del |della |dell['’]|di )?"
HYPERPARAMETERS_ABROAD = r"h[iy]perpar[aáâ]m|г[иі]перпарам|siêu tham số|المعلمات الفائقة"
"""Beside them stand words that mean it alone, or only as a part of longer ones: these are `places`' own."""
SETTINGS_ABROAD = (
    r"(?:训练|微调|lora ?)(?:参数|配置|设置|设定|超参)|(?:訓練|微調|lora ?)(?:參數|配置|設定|設置)|(?:学習|訓練|トレーニング|チューニング|lora ?)(?:の?設定|パラメータ|条件)|"
    r"(?:학습|훈련|파인튜닝|lora) ?(?:설정|구성|파라미터|매개변수)|"
    r"(?:параметры|настройки|конфигурация) (?:обучения|дообучения|тренировки|lora)|(?:параметри|налаштування|конфігурація) (?:навчання|тренування|донавчання)|"
    r"trainings(?:parameter|konfiguration|einstellung)|"
    rf"(?:param[eè]tres|par[aáâ]metros|parametri|configura\w{{2,6}}) {_OF}(?:entra|entre|treina|treino|addestra|training\b|q?lora\b|fine-?tun|ajuste fino)|"
    r"eğitim (?:parametre|ayar|yapılandırma|konfig)|(?:parameter|konfigurasi|pengaturan) pelatihan|(?:tham số|cấu hình|thiết lập) huấn luyện|"
    r"(?:parametry|konfiguracja|ustawienia) (?:treningu|uczenia)|(?:معلمات|إعدادات) التدريب"
)
TRAINING_ABROAD = (
    r"学習|トレーニング|ファインチューニング|训练|微调|訓練|微調|학습|훈련|파인 ?튜닝|미세 ?조정|обучени|тренировк|навчанн|тренуванн|entrena|entraîn|ajuste fino|"
    r"allenament|addestrament|treinament|treino\b|feinabstimmung|feintuning|trening|uczeni[ae]|dostraja|dostrojeni|eğitim|ince ayar|pelatihan|huấn luyện|tinh chỉnh|التدريب"
)
ENVIRONMENT_ABROAD = (
    r"(?:训练|訓練|实验|實驗|学習|実験|トレーニング)の?(?:环境|環境)|(?:학습|훈련|실험) ?환경|trainingsumgebung|entorno de entrenamiento|environnement d['’]entraînement|"
    r"ambiente (?:de treinamento|de treino|di addestramento)|среда обучения|окружение обучения|середовище навчання|eğitim ortamı|lingkungan pelatihan|môi trường huấn luyện|"
    r"środowisko (?:treningowe|uczenia)|بيئة التدريب"
)
"""Headings over the versions with which a model was trained."""
_STEMS = re.compile(
    "entrena|ajuste|lenament|strament|trein|fein|trening|uczeni|dostr|pelatihan|trainings|configura|parametr|konfig|ustawien|"
    "ambiente|entorno|environnement|lingkungan"
)
"""Of which every alternative in ASCII has one."""


def may_be_abroad(text: str) -> bool:
    """Whether a text in lower case may hold one of these alternatives: most texts need not be searched for them."""
    return not text.isascii() or bool(_STEMS.search(text))
