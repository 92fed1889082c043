"""The words by which tables of results are told: places, metrics, headers of labels, models and values.

Data for `eval_tables` and `table_layouts`, and the questions asked of one text. What must not move in: anything that
looks at a whole table or card.
"""

from __future__ import annotations

import re

from etl.cards.remembered import remembered
from etl.reading.vocabularies import english
from etl.reading.words.result_languages import (
    COUNTS,
    DATASETS,
    LABELS,
    MEASURES,
    METRICS,
    MODELS,
    PLACES,
    TASKS,
    VALUES,
)

# What is searched for in lower-case texts has no re.I: the search then skips to letters that may begin a match.
PLACE = re.compile(
    r"eval|result|benchmark|performance|quantitative|metric|score|accurac|test|leaderboard|comparison|mt-?bench|perplexity|quality|"
    r"評価|评估|性能|测评|评测|分数|得分|ベンチマーク|성능|evalua|résultat|resultad|risultat|ergebnis|validation|"
    + PLACES,
)
METRIC = re.compile(
    r"acc(?:uracy)?\b|acc_|(?:\b|_)(?:f1|wer|cer|em|mcc|mrr|iou|mae|r?mse|ppl)\b|f1[_ -]|f-?(?:score|measure)|precision|recall|\bwer\b|\bcer\b|\bter\b|\bwil\b|\bmer\b|bleu|chr-?f|rouge|meteor|perplexity|\bppl\b|auc|\bmcc\b|"
    r"matthews|pearson|spearman|kappa|auroc|auprc|\bm?ap(?:@|\b|50|75)|\bmrr\b|ndcg|\bem\b|exact.?match|(?:\b|_)exact\b|\bscores?\b|\bloss\b|_loss|error|\biou\b|dice|psnr|ssim|\bfid\b|\bstoi\b|\bs[adi]ri?\b|\bsi[-_]?s[nd]ri?\b|pesq|\b(?:ut|dns|sp|c)mos\b|^mos\b|"
    r"\bmae\b|\bmse\b|\brmse\b|\br2\b|r²|hits?@|top-?[15]\b|mmlu|\barc\b|arc[-_ ]|hellaswag|truthful|winogrande|gsm-?8k|human-?eval|mbpp|bbh|(?<![a-z])drop\b|agieval|"
    r"c-?eval|cmmlu|boolq|piqa|openbookqa|lambada|mt-?bench|alpaca-?eval|ifeval|gpqa|musr|\bmath\b|ceval|squad|glue|mnli|sst-?2|qnli|qqp|\brte\b|cola|sts-?b|"
    r"\bc?-?mteb\b|\bbeir\b|average|\bavg\b|\bmean\b|win ?rate|pass@|toxi|brier|rank ?ic|eer\b|\bder\b|dcf\b|\bvalue\b|(?<!top|min|cal)_[pfr]$|\buas\b|\blas\b|_uas|_las|gen len|success|reward|r@\d|elo\b|\bkld\b|kl[ -]div|\bmean kl\b|\bagreement\b|[a-z]%$|"
    r"sensitivity(?! (?:analysis|to\b))|specificity|\bs?mape\b|\bmase\b|\bwql\b|\bcrps\b|\b[tf][pn]r\b|\bhd ?95\b|hausdorff|\bassd\b|\bcmap\b|\buar\b|\bmota\b|\bhota\b|\bidf1\b|\brmsd\b|\bcider(?:-d)?\b|"
    r"\bqwk\b|\bc-index\b|\bjaccard\b|\blpips\b|\babs ?rel\b|\bnll\b|\bece\b|\blog ?loss\b|\b(?:mean|average|episodic) return\b",
)
LABEL_HEADER = re.compile(
    r"^(?:m[eé]tri(?:cs?|ques?|cas?|k)|benchmarks?|tasks?|datasets?|data sets?|test[- ]?sets?|tests?|eval\w*|types?|names?|categor\w+|class(?:es)?|labels?|languages?|lang|splits?|subsets?|"
    rf"{LABELS}|"
    r"held-?out(?: (?:sets?|data|texts?))?|(?:data ?set|task|benchmark|test|class|label|entity|metric)s?[ _-]names?|named entit(?:y|ies)(?: types?)?|(?:(?:translation )?direction|environment|game|criterion|skill|field|capabilit(?:y|ie)|difficult(?:y|ie))s?|"
    r"entity|entities|domains?|groups?|measures?|corpus|subjects?|benchmark \(metric\)|ner|pos|intent|tag|levels?|decod\w+(?: (?:methods?|strateg\w+|algorithms?))?|"
    r"(?!model)(?:[\w-]{1,20} ){1,3}(?:languages?|data ?sets?|subsets?|corpora|corpus)|(?:(?:mono|multi|cross)-?lingual|downstream|eval\w*) tasks?|sets?|ne[ -]types?|lang(?:uage)?[ _-]?pairs?|test[ _]names?|(?:label|class|entity|tag)[ _](?:index|idx|id|name|type)s?|emotions?|dimensions?|suites?|augmentations?|annotators?|accents?|dialects?|topics?|aspects?|slots?|(?:training )?stages?|(?:classification )?(?:threshold\w*|breakpoints?)|k|top-?k(?: \w+)?|prompt\w*(?: (?:approach|strateg\w+|style|method|type))?|sources?|folds?|"
    r"(?:question|query|answer|sentence|error|prompt)[ _](?:words?|kinds?|categor(?:y|ies))|inputs?(?: used)?|regions?|organs?|body parts?|(?:anatomical )?(?:structures?|sites?)|cohorts?|species|diseases?|patholog(?:y|ies)|findings|lesions?|scenarios?|speakers?|noise (?:types?|levels?)|(?:forecast )?horizons?|lead times?|phases?|countr(?:y|ies)|cit(?:y|ies)|defects?|attacks?(?: types?)?|actions?|gestures?|activit(?:y|ies)|"
    r"(?:test )?conditions?|assays?|endpoints?|severit(?:y|ies)|seasons?|months?|hospitals?|sensors?|(?:imaging )?modalit(?:y|ies)|sex|gender|age(?:[- ]groups?)?|weather|cell[- ]types?|tissues?|"
    r"tumou?rs?(?: types?)?|instruments?|genres?|crops?|scenes?|objects?|tickers?|opponents?|(?:doc(?:ument)?|page|sound|event|image)[- ]types?|diagnos[ie]s|finding|subtypes?|evaluation[- ]sets?)"
    r"(?: ?\([^()]{1,20}\))?$",
    re.I,
)
MODEL_HEADER = re.compile(
    r"^(?:models?|methods?|systems?|approach(?:es)?|names?|checkpoints?|candidates?|builds?|model[ _]names?|models? ?/.*|version|algorithms?|llms?|モデル.*|模型.*|modelo|variants?|"
    rf"{MODELS})$",
    re.I,
)
_DATA_OR_TASK = r"(?:tasks?|data ?sets?|benchmarks?|test ?sets?|languages?|context(?: length)?)"
OF_PARTS = re.compile(r"languages? ?[/\\] ?models?$", re.I)
"""The corner of a table of models against what each of them was made for."""
CROSSED = re.compile(rf"{_DATA_OR_TASK} ?[/\\] ?(?:{_DATA_OR_TASK}|runs?)$", re.I)
"""The corner of a table of one model's results, tasks or runs against data sets: `Task/Dataset`."""
MODEL_SIZE_HEADER = re.compile(
    r"^\W*+(?:(?:model |no\.? of |number of )?(?:size|param(?:eter)?s?)(?: ?\([^()]{1,12}\))?)?\W*+$", re.I
)
"""A column that tells a model's size: what several rows of one name are told apart by. It may have no header."""
PACKING_HEADER = re.compile(r"^(?:quanti[sz]ations?|precisions?|formats?|(?:data ?|d)types?)$", re.I)
TUNED_HEADER = re.compile(r"fine-? ?tun(?:ing|ed)\??$", re.I)
CONDITION = re.compile(
    r"[~≈<>≤≥]{0,2} ?-?\d{1,6}(?:\.\d{1,4})?(?: ?[-–~] ?\d{1,6})? ?(?:%|[kKMx]|dB|ms|s|h|Hz|kHz|px)?"
)
"""Under which condition something was measured: a number, with its unit."""
NO_CONDITION = re.compile(
    r"size|param|layer|version|year|date|seed|run\b|rate|batch|epoch|step|iter|\blr\b|rank|\bno\b|\bid\b|index|dim|data|train|sample|example|token|hour|bit|head|width|depth|resolution|flops|#|^\W*$",
    re.I,
)
"""Headers of numbers by which models are told apart, or runs."""
METRIC_HEADER = re.compile(rf"^(?:m[eé]tri(?:cs?|ques?|cas?|k)|metric names?|measures?|{METRICS})$", re.I)
DATASET_HEADER = re.compile(
    r"^(?:data|(?:data|test|eval\w*)[ -]?sets?|corpus|corpora|benchmarks?|tasks?|splits?|subsets?|(?:data ?set|task|benchmark)s?[ _-]names?|"
    rf"{DATASETS}|{TASKS})$",
    re.I,
)
OF_DATA = re.compile(r"^data ?sets?$", re.I)
LEVEL = re.compile(r"^\W*+(?:metrics?|setups?|settings?|models?|methods?|splits?|data ?sets?)?\W*+$", re.I)
"""The first cell of a second header row."""
VALUE_HEADER = re.compile(
    r"^(?:values?|valeurs?|valore|scores?|results?|measured|achieved|performance|%|number|(?:metric|final|best|test|measured|achieved|current) (?:value|result|score)s?|score \(%\)|percentage|accuracy.*|f1.*|"
    rf"values? ?\(%\)|% values?|(?:{VALUES})(?: ?\(%\))?)$",
    re.I,
)
SKIP_COLUMN = re.compile(
    r"^n$|^n[_ ](?:train|test|val|eval|samples|patients|images)|\(n\)$|std|stderr|standard.err|deviation|^sd$|^varia(?:tion|nce)|^change|^diff|^delta|^[δ∆]|^(?:(?:relative|absolute|abs\.?|rel\.?) )?(?:gain|improvement|uplift)s?\b|^\W*reference\b(?![- ](?:free|less|based))|^\|.*\|$|±|support|^count|^number|^num\b|^#|^(?:true|false) (?:pos|neg)|^snt$|^wrd$|^sparsity|^proportion|^sampling|^weights?(?: ?\(%\))?$|^total (?:images|pages|files|sentences|questions|mentions)$|version|n-?shot|^filter|^shots?$|confidence|\bp[- ]?values?\b|param|size|dimension|flops|(?:\b|_)g?ma(?:cs?|cts)\b|^act(?:ivations)? \(m\)|\bfps|vocab|\bd_(?:model|ff)\b|\bmem\b|of total|^rank$|^years?$|\bdate\b(?!\))|\blinks?\b|\burls?\b|license|speed|latency|throughput|^tps$|^t/s$|"
    r"(?<!\()\btimes?\b|runtime|memory|vram|tokens?(?:/s|\b(?!\)))|samples?$|examples?$|gpu|\bcontext\b|(?<! \d\d\d )length(?![ _-]?contr)|\bhours?\b|\bcosts?\b|download|training data|epoch|step|\bbsz\b|batch|^seq(?:[- ]?len\w*)?$|^(?:input|target|source|src|tgt|max)[ _]len$|\bseq(?:uence)? len|\bbytes\b|/ ?sec|^layers?$|^dims?$|^heads?$|notes?$|comment|description|\([^()]{0,30}\b(?:paper|baseline|sota|teacher)\b|参数|维度|大小|数量|^pric|\bprice\b|^released?$|^ranking$|^targets?$|^goals?$|^images$|^instances$|^turns?$|^(?:eval[_ ])?episodes$|^trials$|^successes$|^rollouts$|\bhorizon$|^position$|^place$|co2|kwh|速度|延迟|耗时|显存|^thresholds?$|\(#\)|^mentions |^annotations?$|(?:objects?/|\bper )image\b|^\W*[↑↓]\W*$|^\s*$|"
    + COUNTS,
)
COUNTED = re.compile(r"(?:documents|rows|queries|sentences|utterances|clips|prompts|cases|(?:time[- ])?series)", re.I)
"""What was measured on, of which there is so and so much: no result beside a metric."""
SHAPES = frozenset("LHA")
"""Layers, hidden size and attention heads, where two of them stand side by side."""
_SPREAD = re.compile(r"\(?(?:mean|avg\.?|average) ?(?:±|\+/-|\+-|and) ?(?:std|sd)\b[^()]{0,12}\)?|\(std\W\)")
"""`F1 (mean ± std)` heads the values themselves."""
NOT_RESULTS = re.compile(
    r"hyper|dataset statistic|data ?set (?:size|stat|split|struct|overview|summary|info)|training data|sample|usage|architecture|model detail|quantiz|provided files|speed|timings?\b|latency|throughput|"
    r"hardware|(?<!language )inference|label scheme|environment|training set metrics|requirement|contamination|memory|prompt|corpora|training corpus|composition|data mix|^\W*examples?\b|annotator|training procedure|training results|rewards? (?:function|design|shaping|structure|scheme|composition|formula|weights?\b)",
)
ABOUT_MODEL = re.compile(r"model detail|usage|architecture|training results")
"""Headings of what a model is, or of how it was trained, below which its results may be announced all the same."""
SPEED = re.compile(r"speed|latency|throughput|hardware")
"""What a list of models may be sorted by; their accuracies are results all the same."""
SAMPLES = re.compile(r"^\W*(?:samples|examples)\W*$", re.I)
SCLITE = ("snt", "wrd", "corr", "sub", "del", "ins", "err", "s_err")
"""The columns that sclite prints, and ESPnet with it: counts of sentences and words, then rates in per cent."""
ERROR_RATE = re.compile(r"\b(?:wer|cer|ter)\b")
LM_EVAL_TASK = frozenset(("task", "tasks", "groups", "group"))
CLASS_LABEL = re.compile(
    r"^(?:[A-Z]{1,6}(?:-[A-Z]{1,6})?|[BI]-\w+|\w+ avg|(?:micro|macro|weighted|samples)[ _-]?(?:avg|average|f1)?|overall|all|total|test|dev|valid(?:ation)?|train|"
    r"accuracy|average|[a-z_]+|\d+|positive|negative|neutral|label_\d+|(?:cosine|dot|manhattan|euclidean)(?:[ -]\w+){1,2}|[a-z]{2}|.* set)$",
    re.I,
)
"""Labels of classes, splits and averages, which no model bears."""
_FAMILY = (
    r"(?:\w{0,12}berta?|\w{0,8}gpt|llama|mistral|mixtral|gemma|qwen|falcon|bloom|opt|m?t5|byt5|m?bart|pegasus|electra|deberta|xlnet|xlm|whisper|"
    r"wav2vec|hubert|resnet|vit|clip|blip|yolo|swin|(?:bi)?lstm|gru|cnn|rnn|crf|svm|xgboost|fasttext|word2vec|glove|elmo|transformer|bm25|tf-?idf|"
    r"adamw?|sgd|spacy|stanza|flair|claude|gemini)"
)
SYSTEM_LABEL = re.compile(
    rf"^\W*(?:{_FAMILY}(?:[-_ ]?v?\d[\d.]*[bm]?)?|baseline|ours|(?:pre-?trained|fine-?tuned|tuned|student|teacher|proposed)(?: model)?|"
    r"(?:before|after)(?: (?:fine-?tuning|training|tuning))?)\W*$",
    re.I,
)
"""Families of models, and what people call one model beside another: no classes and no data."""
PART_HEADER = re.compile(
    r"^(?:dev|test|train|valid?|validation|eval|overall|total|all|both|average|avg\.?|mean|(?:micro|macro|weighted|samples)[ _-]?(?:avg|average|f1)?|"
    r"per|org|loc|misc|gpe|positive|negative|neutral|[a-z]+[- ]level|entity|(?:label|class)[_ ]?\d+|\d|[\w .-]{0,20}\bdata ?set(?: \([\w -]{2,20}\))?|[a-z ]{3,20} set|[\w.-]{2,20} (?:dev|test|valid(?:ation)?)|(?:val|dev|test)[- ]\w{1,12})$",
    re.I,
)
"""Headers of splits, averages, kinds of entities and sentiments: where rows are metrics, what they are measured on."""
BASE_MODELS = re.compile(r"\bbase (?:pre-?trained )?models?\b|\bpre-?trained (?:models?|llms?)\b", re.I)
TUNED_MODELS = re.compile(r"\b(?:instruct(?:ion)?[- ](?:fine-?)?tuned|instruct|chat) models?\b", re.I)
SETTINGS_HEADER = re.compile(
    r"^(?:(?:model |training )?hyper-?\s?param|param|config|setting|argument|option|feature|attribute|property)", re.I
)
REPORT = frozenset(("precision", "recall", "support"))
"""The columns by which scikit-learn's classification report is known: its rows are classes, whatever they are called."""
ENTITY = re.compile(
    r"(?:[BIES]-)?(?:per|pers|person|people|loc|location|org|organi[sz]ation|misc|miscellaneous|gpe|date|time|money|event)\b",
    re.I,
)
"""Kinds of named entities: where two of them head rows, the rows are classes."""
MEASURE = re.compile(
    r"^(?:% ?)?(?:(?:macro|micro|weighted|balanced|mean|avg\.?)[ _-])?(?:acc(?:uracy)?|f1(?:[ _-]score)?|precision|recall|(?:roc[ _-])?auc|mcc|wer|cer|bleu|rouge[ _-]?[12l]|"
    r"psnr|ssim|em|exact(?: match)?|pearson|spearman|map|mrr|m?iou|mse|mae|rmse|perplexity)(?:[ _-](?:macro|micro|weighted))?(?: ?\(?%\)?)?$",
    re.I,
)
"""A metric and no benchmark: what a row is that stands below data sets or classes."""
MEASURED = re.compile(
    r"\b(?:acc(?:uracy)?|f1(?:[ _-]?scores?)?|precision|recall|auc|mcc|wer|cer|bleu|rouge[ _-]?[12l]|em|exact match|perplexity|ppl|scores?|loss|m?ap|mrr|ndcg|m?iou|mse|mae|rmse|psnr|ssim|pearson|spearman)\b"
    r"|[()%]",
    re.I,
)
"""The metric in a header that says whose it is, too: `Heron F1`, `WER (ours)`."""
_TOLD = re.compile(
    r"\b(acc(?:uracy)?|f1|precision|recall|auc|mcc|wer|cer|bleu|chr-?f|rouge[ _-]?[12l]|exact match|perplexity|m?ap|mrr|m?iou|mae|rmse|psnr|ssim|pearson|spearman)\b",
    re.I,
)
OTHERS_HINTS = (
    "baseline",
    " et al",
    "sota",
    "state",
    "human",
    "random",
    "majority",
    "previous",
    "prior",
    "teacher",
    "paper",
)
OTHERS = re.compile(
    r"(?:(?:(?:the|[a-z][\w-]{2,15}) )?baselines?|(?:previous |prior |current )?(?:sota|state[- ]of[- ]the[- ]art)|humans?(?: (?:performance|baseline|level))?|"
    r"random(?: (?:guess(?:ing)?|baseline|chance|performance))?|majority(?: (?:class|baseline|vote))?|(?:previous|prior)(?: (?:best|work|results?|models?))?|"
    r"[a-z][\w.&, -]{0,40} et al\b.{0,20}|teacher(?: model)?|(?:original |reference |the )?papers?|reported in (?:the )?paper)(?: models?)?",
    re.I,
)
"""Whose a column of results is, where it is none of this model's."""
FAMILY = re.compile(rf"{_FAMILY}(?![a-z])", re.I)
"""How the name of a model of a known family begins."""
_BERTS = frozenset(
    ("bert", "mbert", "multibert", "albert", "distilbert", "mobilebert", "tinybert", "scibert", "biobert")
)
"""Of all that end so, these are what others are made from: `FinBERT` is a name."""
OTHERS_PLACE = re.compile(
    r"^\W*(?:the |our )?(?:(?:baselines?|teacher|(?:previous|old|prior|last) (?:model|version|release|results?))\b|比較対象|对比对象|비교 ?대상|results of (?:the )?(?:baseline|teacher|previous|base)\b|(?:base|original) model\W*$|(?:by|in|for|as a) comparison\b(?!.{0,80}\b(?:our|this)\b).{1,120}?\b(?:was|were|has|have|had|gives?|gave|giving|achiev\w+|scor\w+|reach\w+|obtain\w+)\b)",
    re.I,
)
"""How a heading or the line above a table begins that is about another model."""
HARDWARE = re.compile(r"(?:gpus?|cpus?|devices?|hardware|machines?|batch(?: size)?|precision)\b", re.I)
SIZED = re.compile(r"\b\d{1,4}(?:\.\d{1,3})?[bm]\b", re.I)
"""A number of parameters, as names of models have it."""
OVER_PARTS = re.compile(
    r"^(?:(?:[a-z]{3,12} )?data ?sets?|labels?|class(?:es)?|entit(?:y|ies)|languages?|lang|domains?|splits?|subsets?|categor(?:y|ies)|corpus|emotions?|test ?sets?|contrasts?|age groups?|genders?)$",
    re.I,
)
"""The first header over data sets or classes that stand beside it, above rows of metrics."""
ACCURACY = re.compile(r"(?:overall |total )?acc(?:uracy)?", re.I)
"""The row of a classification report that stands below precision and recall, and is neither."""
VALUE_LABELS = frozenset(("value", "values", "score", "scores", "result", "results"))
"""What heads the only row of a table with its metrics beside one another: no data set."""
CHANGE = re.compile(
    r"(?:^|\s)(?:improvement|gain|difference|delta|change)s?(?: \([^()]{1,20}\))?$|^[\s*]{0,4}[Δ∆]", re.I
)
"""A row of what changed from one model to another."""
AVERAGES = re.compile(r"^(?:micro|macro|weighted|samples)[ _-]?(?:avg|average)$", re.I)
LANGUAGE_HEADER = re.compile(
    r"^(?:[a-z]{2}|english|german|french|italian|spanish|dutch|portuguese|danish|swedish|norwegian|finnish|polish|czech|russian|ukrainian|romanian|hungarian|greek|turkish|"
    r"arabic|hebrew|persian|farsi|hindi|bengali|bangla|urdu|marathi|gujarati|punjabi|tamil|telugu|kannada|malayalam|nepali|chinese|japanese|korean|vietnamese|thai|indonesian|"
    r"malay|swahili|yoruba|hausa|amharic|afrikaans|catalan|basque|galician)$",
    re.I,
)
LANGUAGES = re.compile(r"lang(?:uage)?s?|langues?|idiomas?|sprachen?|语言|語言|言語|언어", re.I)
"""What heads languages."""
DECODING = re.compile(r"\b(?:search|decoding|decode|rescor(?:er|ing)|beam|greedy|1best|nbest|lm)\b", re.I)
"""Ways of decoding: `greedy search`, `with 4-gram LM`. No model is called so."""
RATE = re.compile(r"\brates?\b")
_SKIP_ROW = re.compile(
    r"^(?:accuracy )?recovery(?: ?\(%\))?$|^(?:peak |max(?:imum)? |gpu )?(?:memory|vram)(?: (?:usage|use))?(?: ?\([^()]{1,12}\))?$|^(?:relative |absolute )?(?:improvement|gain|am[eé]lioration|verbesserung|mejora|melhoria|miglioramento|提升|改善|향상)s?(?: \(%\))?$|(?:samples?|tokens?|texts?) ?/ ?s|\bfps\b|per[_ ]sec|latency|throughput|[_ ]runtime|(?:inference|training) (?:time|speed)|model size|_mem_[cg]pu_|\bparam(?:eter)?s?(?: ?\([^()]{1,12}\))?$|"
    r"^(?:train(?:ing)?|test|eval\w*|predict\w*)[ _]samples$|^evaluated (?:rows|items|samples|examples|questions|prompts|documents)$|^(?:total |number of |training |teacher |synthetic |calibration )+(?:steps|iterations|iters|epochs|samples|examples|tokens|characters|files|images|pairs|sentences|documents)\b|^total[ _]steps$|^n$|(?:characters|files|chunk size)$|real[- ]time factor|\brtf\b|^release (?:date|year)$|co2|\bkwh?\b|total_flo|\bn_total$|\.number$|^stopped_at|^(?:max(?:imum)? )?context (?:length|window|size)$|^(?:size|speed) \([^()]{1,20}\)$|^training (?:steps|time)$|^(?:[\w-]{1,20} ){0,3}threshold(?: \([^()]{1,60}\))?$|learning[_ ]rate$|batch[_ ]size$|参数|模型大小|日期"
)
EXAMPLE_KEYS = frozenset(("answer", "label", "text", "sentence", "sequence", "token", "token_str", "word"))
EVALUATOR_KEYS = re.compile(r"(?:configs?|generation_kwargs|versions|n[-_]shot|n[-_]samples|higher_is_better)\.")
"""Below which JSON tells how an evaluator was set, beside its results."""
PARAMETERS = re.compile(r"param(?:eter)?s|arguments|config", re.I)
STATED_ABSENT = frozenset(("n/a", "na", "tbd", "no log"))
CODE = re.compile(r"`([^`]{0,200})`")


@remembered(longest=200, texts=32_768)
def is_metric(text: str) -> bool:
    """Whether the text names a metric or a well-known benchmark."""
    lowered = text.lower()
    return bool(METRIC.search(lowered) or MEASURES.search(lowered))


def is_architecture(word: str) -> bool:
    """Whether a lower-case word names a family of models that many models belong to."""
    return word in _BERTS if word.endswith("bert") else bool(FAMILY.fullmatch(word))


@remembered(longest=200, texts=8_192)
def speaks_of_results(text: str) -> bool:
    """Whether a heading or a lead announces results."""
    return bool(PLACE.search(text.lower()))


def measure_told(place: str) -> str:
    """The only measure that the words over a table name; blank where there is none, or several."""
    told = {found.casefold() for found in _TOLD.findall(place)}
    return told.pop() if len(told) == 1 else ""


@remembered(longest=200, texts=8_192)
def is_skipped(header: str) -> bool:
    """Whether the header is that of a column which holds no results: deviations, counts, sizes, costs."""
    return bool(SKIP_COLUMN.search(_SPREAD.sub("", english(header).lower())))


@remembered(longest=200, texts=8_192)
def is_skipped_row(label: str) -> bool:
    """Whether a row is one of speeds, counts or sizes, and of no results."""
    return bool(_SKIP_ROW.search(english(label).lower()))
