"""How tables of results are headed in other languages than English: data sets, metrics, values, models, counts.

Alternatives of regular expressions, in lower case, which `table_words` puts behind the English ones. Promises: each is
the whole of a header, but for `MEASURES` and `PLACES`, which are looked for inside. What must not move in: whose a
column is, and words of one card alone.
"""

from __future__ import annotations

import re

DATASETS = (
    r"数据集|資料集|数据集名称|测试集|測試集|评测集|データセット|評価データ(?:セット)?|テスト(?:セット|データ)|데이터 ?셋|데이터 ?세트|"
    r"датасет|набор данных|корпус|datens[aä]tz?e?|jeux? de données|conjunto de (?:datos|dados)|(?:insieme|set) di dati|"
    r"(?:tập|bộ) dữ liệu|veri (?:kümesi|seti)|zbiór danych|مجموعة البيانات|مجموعه داده|دیتاست"
)
TASKS = (
    r"任务|任務|评测任务|下游任务|基准|タスク(?:名)?|ベンチマーク|태스크|과제|벤치마크|задача|бенчмарк|aufgabe|tâches?|tareas?|tarefas?|compito|"
    r"nhiệm vụ|tác vụ|tugas|görev|zadanie|المهمة|وظیفه"
)
METRICS = (
    r"指标|指標|评测指标|评估指标|评价指标|評価指標|評価項目|メトリック|지표|평가 ?지표|메트릭|метрика|показатель|metrik(?:en)?|métricas?|metric[ah]e?|"
    r"chỉ số|độ đo|metryka|المقياس|معیار"
)
_PARTS = (
    r"类别|類別|标签|標籤|语言|語言|语种|领域|クラス|ラベル|カテゴリー?|言語|ドメイン|클래스|레이블|라벨|언어|카테고리|도메인|"
    r"класс|язык|категория|сущность|домен|klasse|sprache|kategorie|entität|langue|catégorie|entité|idioma|lengua|categoría|entidad|"
    r"intenç(?:ão|ões)|intenci(?:ón|ones)|absicht|intento|意图|意圖|インテント|의도|niyet|émotions?|emozion[ei]|情感|感情|감정|língua|categoria|entidade|lingua|entità|lớp|nhãn|ngôn ngữ|kelas|bahasa|sınıf|etiket|dil|klasa|język|kategoria|"
    r"befund|organ|krankheit|conjunto|clase|classe|jeu de test|maladie|organe|órgano|enfermedad|doença|疾病|疾患|器官|病种|질환|장기|заболевание|орган|эмоция|emoción|emoção|الفئة|اللغة|کلاس|زبان"
)
LABELS = f"{DATASETS}|{TASKS}|{METRICS}|{_PARTS}"
VALUES = (
    r"值|数值|分数|得分|成绩|结果|結果|値|スコア|得点|값|수치|점수|결과|значение|результат|оценка|werte?|ergebnis(?:se)?|résultats?|"
    r"valor(?:es)?|resultados?|puntuación|puntaje|pontuação|risultat[oi]|punteggio|giá trị|kết quả|điểm(?: số)?|nilai|hasil|skor|"
    r"değer|sonuç|wartość|wynik|القيمة|النتيجة|مقدار|نتیجه"
)
MODELS = r"모델.*|модель|modell|modèles?|modelos|modello|mô hình|النموذج|مدل"
THIS_MODEL = (
    r"[本当]モデル|このモデル|提案モデル|本 ?(?:模型|adapter)|我[们們]的?模型|[이본] 모델|우리 모델|\b(?:dieses|unser) modell\b|\b(?:ce|notre) modèle\b|"
    r"\b(?:este|nuestro|nosso) modelo\b|\b(?:questo|nostro) modello\b|\b(?:эта|наша|данная|ця) модель\b|\b(?:bu|bizim|ten|nasz) model\b|\bmodel (?:ini|kami)\b|"
    r"\bmô hình (?:này|của chúng tôi)|هذا النموذج|نموذجنا"
)
"""Searched for in labels of rows and columns."""
COUNTS = (
    r"^suporte$|^soporte$|^supporto$|文[档檔](?:数|數)|パラメータ|파라미터|매개변수|параметр|tham số|样本|数目|条数|大小|句数|サイズ|件数|データ数|文数|개수|크기|문장 ?수|размер|количество|(?<!\w)число|größe|anzahl|(?<!\w)taille|"
    r"tamaño|cantidad|tamanho|quantidade|dimension[ei]|số lượng|kích thước|(?<!\w)jumlah|(?<!\w)ukuran|boyut|sayısı|rozmiar|(?<!\w)liczba"
)
"""Of what there is so and so much: no results."""
MEASURES = re.compile(
    r"准确[率度]|準確[率度]|精[确確准]率|召回率|正[确確]率|正答率|正解率|適合率|再現率|精度|f ?[値值]|损失|損失|困惑度|[字词]错率|错误率|胜率|"
    r"정확도|정밀도|재현율|손실|오류율|точн[оі]ст|полнот|повнот|потер[яиь]|втрат[иа]?\b|f1?-?м[еі]ра|genauigkeit|verlust|trefferquote|exactitude?\b|\brappel\b|précision|precisión|exhaustividad|"
    r"\bperda\b|\bpérdida\b|\bperdita\b|acur[áa]cia|precisão|revocação|accuratezza|precisione|richiamo|độ chính xác|akurasi|presisi|do[ğg]ruluk|kesinlik|duyarl[ıi]l[ıi]k|"
    r"sensitivität|spezifität|sensibilidade?\b|especificidade?\b|sensibilité|spécificité|чувствительност|специфичност|灵敏度|敏感[性度]|特异[性度]|特異度|編輯距離|编辑距离|민감도|특이도|"
    r"dokładność|precyzja|czułość|strata\b|kayb[ıi]\b|الدقة|الإحكام|الاستدعاء|خسارة|دقت|صحت"
)
"""Searched for in lower-case texts."""
PLACES = r"结果|結果|效果评|評估|評測|결과|평가|результат|оценк|оцінк|метрик|качеств|đánh giá|kết quả|hasil|wynik|sonuç|النتائج|نتایج|精度|実験"
HEADINGS = (
    r"(?:模型)?(?:评估|评测|测试|实验|評估|評測|測試|實驗|評価|実験|평가|실험|테스트|학습)?[ ]?(?:结果|結果|指标|指標|性能|表现|表現|精度|결과|성능|지표)|评估|评测|評估|評測|評価|평가|"
    r"результаты(?: (?:оценки|тестирования|на тесте|экспериментов))?|метрики(?: качества)?|качество|оценка|результати(?: оцінювання)?|метрики якості|якість|оцінка|(?:eval\w*|test)?ergebnisse|bewertung|leistung|resultados(?: (?:da|de|de la|del) \w+)?|evaluación|avaliação|"
    r"métricas(?: (?:da|de|de la|del) \w+)?|résultats(?: d['’]évaluation)?|évaluation|risultati|valutazione|hasil(?: (?:evaluasi|pengujian))?|evaluasi|"
    r"kết quả(?: đánh giá)?|đánh giá|wyniki|ewaluacja|(?:(?:eğitim|test|değerlendirme) )?sonuçları?|değerlendirme|başarım|desempeño|rendimiento|desempenho|النتائج|التقييم|نتایج|ارزیابی"
)
"""What stands over a list of results, and nothing else: the whole heading."""
