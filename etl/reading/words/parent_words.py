"""What the words around a repo's name say: that it is a parent, and by which relation.

Vocabularies and how they are looked up; which texts are looked at is decided in `relations` and `about`.
"""

from __future__ import annotations

import re

from etl.cards.remembered import remembered
from etl.reading.words import foreign_words
from etl.reading.words.mentions import Kind, Mention
from warehouse.schema import Relation

_FORMAT = r"(?:gguf|ggml|gptq|awq|exl2|exl3|mlx|onnx|ctranslate2|openvino|coreml)"
_BEFORE: tuple[tuple[Relation, re.Pattern[str]], ...] = (
    (
        Relation.QUANTIZED,
        re.compile(
            rf"converted to (?:the )?{_FORMAT}\b.{{0,60}}?\bfrom\b|{_FORMAT}(?:[- ]\w+){{0,3}} (?:models?|files|weights|quants?|version|conversion)\s(?:for|of|from)\b|quanti[sz]\w+ (?:version|model|copy|of)|\bquants? of\b|quanti[sz]ed from|\b(?:is|was|been|version) converted from\b|\bis a port of\b|\b(?:is|was) (?:an?|the) (?:exact |model )?copy of(?=\W{{0,3}}$)|\b(?:forked from|is an? fork of)(?=\W{{0,3}}(?:the\W{{1,3}})?$)|\b(?:is|contains|provides) (?:an?|the) (?:\w+ )?conversion of\b|\b(?:bits?|awq|gptq|gguf|exl2|hqq|int[48]|fp8)[- ]quanti[sz]ed(?: \([^()\n]{{1,60}}\))?(?=\s?$)|\boriginal (?:fp|bf|float)\d\d model comes from(?: the fine-?tuned model)?",
        ),
    ),
    (
        Relation.MERGE,
        re.compile(
            r"(?<!on a )\b(?:(?:franken-?)?merge[rd]?|merging|blend|mix|fusion) of\b|\bmerged? (?:using|from|with|between)|models were included in the merge|\bprojector,? and(?=\W{0,3}$)|slerp|merge method|\bi (?:then |also )?merged in(?=\W{0,3}$)",
        ),
    ),
    (
        Relation.ADAPTER,
        re.compile(
            r"\badapters?(?:\]\([^()\s]{1,80}\))? (?:for|weights|of)\b|\blora adapters?\W{0,3}(?: \([^()]{1,80}\))? over(?=\W{0,4}$)|\b(?:lora|adaption|adaptation) weights for|\bcontrol(?:net| lora)? weights trained on(?=\W{0,3}$)|\blora (?:for|adapter)",
        ),
    ),
    (
        Relation.FINETUNE,
        re.compile(
            r"fined?-?\s?tun\w*\b|further (?:mlm )?(?:pre-?)?train\w*|continu(?:ed?|ing|al|ally) (?:pre-?)?train\w*|\bcontinued the pre-?training of(?=\W{0,3}$)|(?:instruct(?:ion)?|sft|dpo|rl)-tuned (?:model|version|variant) (?:of|from)|\bdpo(?:'?e?d)? from|\b(?:dpo|sft|orpo|kto|rlhf) (?:on top )?of\b|\baligned (?:version of|from)\b|\bstarting with\b|\bre-?trained(?=\s(?:the )?$)|\b(?:instruct(?:ion)?|preference|chat)[- ]tuned(?=\s$)|\bdistillation of\b|\bpruned from\b|\ban? abliterated(?=\s$)|\bbackbone is\b|\bpre-?trained weights (?:were taken )?(?:from|of)\b|\bpre-?trained with the supervision of(?=\W{0,3}$)|\boriginal pre-?trained model can be found(?: here\b:?)?|\bpre-?trained with(?=\W{0,3}(?:(?:\w+'s|the) )?\W{0,3}$)|^\W*the (?:language )?model used (?:is|was)\b|\b(?:starting|initial) checkpoint (?:is|was)(?: from)?\b|\binitial weig\w{2,3} (?:are|were) (?:taken |loaded )?from\b|\bmade using(?=\W{0,3}$)|\bdreambooth weights for\b|\btransfer learning from\b|(?:is|was) obtained from|\bextension of|extended version of|(?:evolved|adopted) from|\b(?:model|it) (?:is|was) adapted from(?=\W{0,3}$)|\bbuil(?:ds?|t) (?:on|upon|with)\b|distilled in [^.\n]{1,60} from\b|base model,? (?:we used?\b|used(?=\W{0,3}$))|trained (?:from|on top of)|(?<!models )\btrained on(?=\W{0,3}(?:the\W{1,3})?$)|initiali[sz]ed (?:the (?:pre-?)?training )?(?:from|with|using)|\bcontinuation of(?=\W{0,3}$)|warm-?\s?started (?:from|with)|\bbased? (?:up)?on\b|built (?:on|upon|from|around|off)|\bdistilled? (?:from|(?:version|variant) of)|\bdistillation version of|\btook the pre-?trained(?: \w+)?(?=\W{0,3}$)|\btrained on the (?:data ?set|data|corpus) on(?=\W{0,3}(?:the\W{1,3})?$)|\boriginal model weights (?:for \w+ language )?(?:are|come|were taken) from(?=\W{0,3}$)|\bmodel (?:was |is )?started from|adaptation of|(?<!license is )derived from|starting from|on the basis of|\bre-?training of|(?:foundation|base|backbone|teacher|student|parent|initial|underlying) model(?: used?(?: for \w+)?)? (?:is|was)|adapts the pre-?trained model|基于(?=[^。，；,]{0,24}$)|trained (?:by|using) .{0,40}\bbase\b|\btransformer pipeline(?= \($)|meaning that (?:both )?the encoder (?:and the decoder are|is an?)(?=\W{0,3}$)|model and the decoder is an?(?=\W{0,3}$)",
        ),
    ),
)
"""The words, in lower case, that stand before the name of a parent."""
_HINTS = (
    "tun", "train", "base", "merg", "quanti", "quants", "conver", "lora", "adapt", "distil", "deriv", "initial",
    "aligned", "abliterated", "backbone", "pruned", "start", "buil", "transfer", "version", "gguf", "gptq", "ggml",
    "awq", "exl", "mlx", "onnx", "openvino", "coreml", "ctranslate", "blend", "mix", "fusion", "slerp", "teacher",
    "student", "parent", "projector", "continuation", "foundation", "embedding model", "basis", "initial model", "underlying",
    "extension", "obtained", "evolved", "meaning that", "and the decoder", "dpo", "sft", "orpo", "kto", "rlhf", "checkpoint)", "port of", "copy of", "fork", "weights", "supervision", "model used", "model uses", "made using", "checkpoint", "original model weights", "基于"
)  # fmt: skip
"""Of which every text has one that tells of a parent: to look for them is cheap."""
_TRAINED_AFTER = re.compile(
    r"\**`?\)?,?\s+(?:\([^()\n]{1,120}\)\s+)?(?:(?:base|large|small|tiny|mini|medium|english|language|pre-?trained)\s+){0,2}(?:(?:model|checkpoint),?\s+)?(?:from hugging ?face\s+)?"
    r"(?:(?:(?:that|which) (?:was|is)\s+|(?:which|and) (?:is|was) (?:then|later)\s+|and then (?:is|was)\s+|after being\s+)?(?:(?:further|specifically)\s+)?"
    r"(?:(?:fined?-?\s?)?tuned|trained(?! from scratch)|distilled|adapted)\b|(?:has|have) been (?:further )?fine-?\s?tuned\b|and (?:then )?(?:further )?(?:fine-?\s?tune[sd]?|train(?:s|ed)?) (?:it|them)\b|"
    r"with (?:extended|additional) (?:pre-?)?training\b|\((?:\w+ )?checkpoint\))",
    re.I,
)
_CONVERTED_AFTER = re.compile(
    r"[*_`)]{0,3} (?:with ONNX weights\b|(?:model )?(?:quanti[sz]ed|converted) (?:to|in|into|with|using)\b)", re.I
)
"""What the copies for Transformers.js say of the model whose address they begin with."""
_COMBINED_AFTER = re.compile(r"[*`)]{0,3} is combined with [^.\n]{1,60} and fine-?tuned\b", re.I)
"""A wav2vec encoder below the layers of a SpeechBrain recipe, which lists what its pipeline is made of."""
_THIS_IS_A = re.compile(r"\bthis (?:model )?(?:is )?an? [*\"`_\[]{0,3}$", re.I)
_INTRODUCED = re.compile(
    r"\W{0,6}(?:(?:this|it)(?: is)?(?: an?| the)?(?: official)? |an? )?\W{0,4}$|"
    r"\W{0,6}(?:(?:this|it|at its core it) (?:model )?(?:is|uses) (?:an?|the) )?(?!(?:we|i|our|both)\b)(?:[\w-]+ ){1,4}\(\W?$",
    re.I,
)
_THIS = re.compile(r"\bthis [*`\"_]{0,3}$")
_WAS_TUNED = re.compile(r"[*`\"_]{0,3} (?:model|checkpoint) (?:was|is|has been) (?:then )?fine-?tuned\b", re.I)
"""This `bert-base-cased` model was fine-tuned: a name without owner is not the card's own."""
_NAMED = re.compile(
    r"(?:^|\b(?:is|this|of|from)\s+(?:an?\s+)?|\bmodel \(|\b(?:is|uses) an? (?:[\w-]+ ){0,3}[\w-]+ ?\()[\"*]*$"
)
_SUBJECT = re.compile(r"^\W*+(?:(?:the|our)\s+)?\W*+$", re.I)
_IS_TRAINED = re.compile(r"\W{0,3}\s*(?:model\s+)?(?:(?:was|is|has been|were)\s|trained\b)", re.I)
_SERVED_AS = re.compile(r"\W{0,3}\s*(?:model\s+)?(?:was|is) used as (?:the )?(?:teacher|base|student)\b", re.I)
_USED = re.compile(r"\buse[sd]?\b|\busing\b|\b(?:with|has)\W*$")
_AS_BASE = re.compile(
    r"\W{0,3}\s*(?:model\s+)?(?:by\s[^.,;:\n]{1,60}?\s|serving\s)?as (?:(?:a|an|the|its|our) )?(?:based?(?=\s*(?:[.,\n]|$|and\s))|sentence transformer embedding|starting|initial|initiali[sz]ation|(?:\w+ )?backbone\b|teacher(?= for\b)|(?:based?|backbone|foundation|teacher|student|parent|pre-?trained) (?:model|checkpoint|network))\b",
    re.I,
)
_CHECKPOINT_AFTER = re.compile(r"[*_`)]{0,3} (?:model )?checkpoints?\b", re.I)
_ON_DATA = re.compile(r"^[*_`)\]]{0,4} (?:data ?set|data|corpus) from (?:the )?[*_`\"]{0,3}$")
"""Between the data that a model was tuned on, as a link, and the checkpoint that it was tuned from."""
_JOINED_AFTER = re.compile(r"[*_`)]{0,3},? (?:and )?an? (?:\w+ ){0,2}projector\b", re.I)
_CONSISTS = re.compile(r"\bconsists of (?:an? |the )?\W{0,3}$")
"""A model that sees: an encoder of pictures, a projector, and a language model."""
_BASED_AFTER = re.compile(r"[*_`)]{0,3}-based\b", re.I)
_IS_A = re.compile(r"\b(?:is|are) (?:an? )?\W{0,3}$")
"""It is a [X]-based model."""
_VERSION = re.compile(
    r"(?:(?<!which )\b(?:is|are|sharing) (?:an? |the )?|^\W*(?:an? |the )?(?=\w+ version))(?P<kind>[^.\n]{0,60}?)\bversions? of (?:the )?(?:[\w-]{1,40}'s )?\W*$"
)
_SUCCESSOR = re.compile(
    r"\b(?:updated?|improved|larger|bigger|newer|new|next|better|robust|second|latest)\b|"
    r"^\W*(?:\d{1,3}(?:\.\d{1,2})?[bm](?: param\w{1,6})?|nano|tiny|mini|small|medium|base|large|xx?l|huge)\W*$"
)
"""A successor has its forerunner's name, and not always its weights."""
_CONVERTED = re.compile(
    r"\b(?:fp16|bf16|fp32|fp8|half|float16|converted|sharded|safetensors|pytorch|tensorflow|jax|flax|megatron|transformers|llama-?fied)\b"
)
"""A version that holds the same weights in another form."""
_PRETRAINED = re.compile(
    r"\b(?:we used?|originally) (?:the |a |an |two separate )?pre-?trained\W+(?:model\W+|checkpoint\W+)?$"
)
_USES = re.compile(r"^\W*this model uses (?:the )?\W*$")
_AND_TUNED = re.compile(r"^[*_`)]{0,3} and (?:is |was )?fine-?tuned\b", re.I)
"""All that the first sentence of a card may say of its parent."""
_ENDS = re.compile(r"^[\s`*)]*(?:model|checkpoint|weights)?[\s`*]*(?:\.|$)", re.I)
_GOES_ON = re.compile(r"\b(?:and|then|which|to)\b[^.]{0,80}\b(?:trained|fine-?tuned?|train|finetuned?)\b", re.I)
_LABEL = re.compile(
    r"^\W*(?:(?:model_)?name_or_path(?=\W{0,4}:)|(?P<trained>fine-?tuned from(?: model)?|(?:based?|parent|pre-?trained|foundation)[ _](?:model|llm)|(?:starting|initial|base|backbone) (?:checkpoint|weights)|(?:base|backbone)(?: (?:encoder|architecture|network))?(?=\W{0,4}:))|(?:quanti[sz]ed|converted|adapted|adopted|derived|merged|distilled) from(?: model)?|teacher(?=\W*:)|language model(?=\W*:)|(?:original|source|foundation|teacher|backbone) model)(?:\s*\(?s?\)?)?(?: name)?(?P<end>\b\W*)",
    re.I,
)
LIST_LABEL = re.compile(
    r"^\W*(?P<kind>base|original|parent|source|component|constituent|merged|foundation) models?(?: (?:used|merged))?\W*$|^\W*pre-?trained model\W*$|^\W*(?:models? merged|merged? models|merge(?: of)?)\W*$",
    re.I,
)
"""A line or heading that stands alone over the parents' names."""
_DATA_BEFORE = re.compile(r"\b(?:on|over|with|using|data ?sets?:?|by|at)\W+(?:(?:the|a|an|our)\W+)?$")
_BUILT_ON = re.compile(
    r"\b(?:based|built|top) (?:on|of)\W+(?:(?:the|a|an|our)\W+)?$|\b(?:initiali[sz]ed|started|merged?) with\W+(?:the\W+)?$|\bcontrol(?:net| lora)? weights trained on\W+$"
)
_DATA_AFTER = re.compile(r"\W{0,4}\s*(?:data ?sets?|corpus|corpora|library|framework)\b", re.I)
_GRANDPARENT = re.compile(
    r"^[*`)]{0,3}(?:,? which (?:in turn |itself )?(?:is|was|has been)\b|,? (?:model )?(?:is|was) (?:originally|initially|in turn)\b|,? itself\b|,? ?\(?(?: |(?<=\())based on (?:the )?\W*$)"
)
"""Right after a name: what "which is fine-tuned from" or "(based on" names is that one's parent."""
_PREVIOUS_IS = re.compile(
    r"^[`*)\]_]{0,4}\s?(?:model\b|checkpoint\b)?\s?(?::|(?:is|was|are|were)\s|\((?:an? |the |itself )?(?:[\w-]{1,20} ){0,4}?(?:fine-?\s?tun|train|distil|deriv|based)|"
    r"(?:further )?(?:fine-?\s?tuned|trained|derived|distilled|initiali[sz]ed)\b|,\s(?:which|itself|an?(?!(?: \w+){1,2} projector\b)|in turn|originally|fine-?\s?tuned|trained|distilled|derived|based)\b)",
    re.I,
)
"""Right after a name: it is that model which is based on what follows."""
_SHORT_WAY = re.compile(
    r"^[\s\W]*(?:(?:the|a|an|this|one|of|from|on|top|pre-?trained|base|original|models?|checkpoints?|weights|following|version|variant|our|large|merging|mixing|called|named)\b\W+){0,5}$"
)
_TURNS_AWAY = re.compile(r"\n|\w\W*:\s")
"""The sentence before an address that stands alone, or that is announced by other words."""
_ELSEWHERE = re.compile(
    r"\b(?:recommend\w*|yields?|while|whereas|tak(?:e|ing) a look|refer(?:ring)? to|check(?:ing)?(?: out)?|example of|including|this (?:\w+ )?model(?! from)|use the|"
    r"(?:analys[ie]s|approach|architecture|scripts?|code|notebook|recipe|tutorial|blog|guide|examples?|template|training procedure) (?:for|of|from|in|by|described)|to compare|"
    r"\bscratch\b|reported|same (?:one|way|data(?:set)?s?|procedure|method|manner|recipe|setup|approach|hyper-?parameters)|as (?:the )?(?:chosen|rejected))\b|"
    r"\w{2}[.!?][*\"')\]]{0,3}\s+[a-z]+[^.]{0,60}\b(?:use|see|try|called|visit)\b|"
    r"^ ?(?:adapters? )?versions?\W{0,4}:|\bvisit\b|"
    r"\b(?:see|like|(?<!look )at)\W{1,3}(?:(?:the|our)\W+)?$|^ (?:version|variant)s? of (?:[^.\n]|\.\d){3,80} (?:is|are)\W{1,3}$|"
    r"^\W*[^\W_][^.\n]{3,100} (?:can be found|(?:is|are) (?:available|released))\b"
)
"""Between the words and the name: what follows is pointed at, and is no parent."""
_OF_THIS = re.compile(
    r"\b(?:version|variant|checkpoint)s? of (?:this|our|the same) model\b|\b(?:ones|those|that|script|parameters|settings|data(?:set)?s?|corpus) used (?:to|for) (?:fine-?tun|(?:pre-?)?train)\w*\W+(?:the\W+)?$|"
    r"\b(?:please|you (?:can|may|could|should)) (?:also )?(?:check|try|see)\b|\bwant to use\b|\bsee (?:also )?(?:(?:our|the|my|this|a) )?(?:[\w-]+\s){0,3}\W{0,3}$|\bcheck(?:ing)? out\b|\bwithout (?:continu|further)"
)
"""Before a name: it is one that was made of this model, or one to be looked at instead of it."""
_NOT_THIS = re.compile(
    r"\b(?:not|never|n't|rather than|instead of|unlike)\s(?:being\s|directly\s)?$|"
    r"\b(?:unlike|compared (?:to|with)|in contrast to|better than)\s[^,.;]{1,60}(?:,\s(?:which|that)\s(?:is|was)\s)?$|"
    r"\b(?:as (?:an?|our|the) (?:\w+ )?baselines?,?\s(?:we |i )?|you (?:can|may|could|should)(?: also)? )$|"
    r"\b(?:generated|rewritten|translated|annotated|label+ed|scored|rated|judged|ranked|filtered|evaluated|transcribed)\s"
    r"(?:\w+\s){0,3}(?:by|with|using)\s(?:an?|the|our)\s$|\b(?:used?|works?|combined?|paired?) (?:it |this )?with (?:an?|the|our)\s$|"
    r"\bthe tokeni[sz]er\s$|\b(?:the tasks|config(?:uration)?)\s$|\b(?:tokeni[sz]er|vocabulary|code|demo|card|readme|format|template|licen[sc]e|data ?set|data|corpus|architecture|scripts?|notebook|app|benchmark|evaluation|prompts?|implementation)\s"
    r"(?:is|was|are|were|has been)\s(?:\w{1,12}ly\s)?$|(?<!our )(?<!these )(?<!two )\bmodels\s(?:(?:that|which) (?:are|were)\s)?$|\b(?:any|another|other) (?:\w+ )?model\s(?:(?:that|which) is\s)?$|\bthe (?:\w+ )?(?:one|sibling|sister|counterpart)\s(?:is|was)\s$|\bbaselines?\W{1,3}(?:we\s|i\s)?$|,\sboth\s$|\ban? (?:\w+ )?(?:judge|retriever|reranker|baseline)\s(?:model\s)?(?:that is\s)?$|\b(?:showcases?|previews?|results of the \w+ model)\s(?:[^.\n]{1,30}\s)?(?:(?:is|are|was|were)\s)?$|\(we\s$"
    r"|\b(?:previous|earlier|older) (?:version|model|release|one)\s(?:is|was)\s$|\bother models?,? [^.\n]{0,24}(?:is|was|are)\s$|\bdraft model\s$|"
    r"\b(?:will (?:also )?(?:release|publish|train)|plan(?:ning)? (?:to|on|a)|if you (?:want|need|are looking for))\b[^.,\n]{0,40}$|\bif you (?:want|need|are looking for) [^.\n]{1,60},\s$|"
    r"\bwhere (?!(?:we|i|it|the)\b)(?:(?!(?:is|was|are|were)\b)\w+\s){2,3}$|(?:^|[,;] )use an?\s(?:\w+\s){0,3}$|\bembeddings\s(?:of [\w ]{1,20} )?(?:was|were)\s$"
)
"""Before the words that tell of a parent: they are not said of this model."""
_DATA_THAT = re.compile(r"\b(?:data|datasets?|corpus|instructions|answers|texts)\s(?:that (?:is|are|was|were)\s)?$")
"""It is data that was distilled from what follows."""
_ADAPTER_IS = re.compile(
    r"\b(?:q?lora|adapters?)(?: (?:adapters?|weights|model|module))?\s(?:(?:that |which )?(?:was|were|is|are)\s)?$"
)
"""What was trained on a model, or is derived from it, is an adapter of it."""
_BESIDE = re.compile(
    r"\b(?:in addition to|compared (?:to|with)|improve[sd]? (?:on|over|upon)|outperforms?|better than|unlike|similar to|and to|than|"
    r"inspired by|loses to|vs\.?|compare[sd]? (?:it |ours |them )?(?:to|with|against)|reward model|"
    r"(?:data(?:set)?|corpus|texts?|prompts?|questions?|answers?)\b[^.\n]{0,40}\b(?:created|generated|annotated|translated|rewritten|labell?ed|filtered) (?:with|by|using)|(?:other|related|similar|more|sibling) models?:?|see(?: also)?|(?:base|basis|foundation|starting point) (?:model )?(?:for|of))\W+(?:(?:the|our|a)\W+)?(?:(?:previous|newer|latest)\W+)?$"
)
"""Before a name: the model is beside it, and not made from it, however that one was trained."""
_USE_IT = re.compile(r"\W{0,4}(?:please )?use (?:the |our )?\W{0,3}$")
"""A sentence that tells people to take another model."""
_TOKENIZER_AFTER = re.compile(r"\W{0,4}\s*(?:model'?s? )?tokeni[sz]er\b")
_CONNECTOR = re.compile(
    r"[\s,;&+/*_()\"'`\]]*(?:(?:and|or|plus|und|et|y)\b)?(?:\sthe (?:de|en)coder from\b)?[\s*_(\"'`\[]*(?:(?:the|a)\s+)?[*_\"'`\[]*$",
    re.I,
)
_WAS_MERGED = re.compile(r"\W{0,3}\s*(?:was|is|were|are|has been) (?:itself |also )?(?:merged|a merge)", re.I)
_STATES = re.compile(
    r"\b(?:is|are|was) (?:an?|the)\b[^.]{0,80}$|\b(?:is|was|been) converted from\b[^.]{0,40}$|\bmodel (?:is |was )?forked from\W{0,3}$|\bcontains the conversion of\W{0,3}$|\boriginal \w{4,7} model comes from\b[^.]{0,40}$"
)
MAX_CONNECTOR = 24
MERGED = re.compile(
    r"(?<!on a )\b(?:merger?|blend|mix|fusion) of\b|\b(?:merge|(?:then|we|i) merged)\W{0,3}\[|\bmerged? (?:using|with|via|from|between)\b|\bmerging\b|\bmodels (?:used|included) in (?:the|this) merge (?:are|were)\b",
    re.I,
)


@remembered(longest=1_000, texts=16_384)
def may_tell(text: str) -> bool:
    """Whether a text has any of the words that tell of a parent."""
    text = text.lower()
    for hint in _HINTS:
        if hint in text:
            return True
    return foreign_words.may_tell(text)


def told(mention: Mention, carried: Relation | None) -> Relation | None:
    """The relation that a mention's sentence tells; `carried` is that of the mention before it, for "A, B and C"."""
    if carried is not None and _joins(mention, carried):
        return carried
    if is_grandparent(mention):
        return None
    if _DATA_AFTER.match(mention.after) or (not mention.is_link and (_is_data(mention) or _is_subject(mention))):
        return None
    if _OF_THIS.search(mention.before.lower()):
        return None
    relation, gap = _told_before(mention.before)
    if _ELSEWHERE.search(gap) or _TOKENIZER_AFTER.match(mention.after):
        relation = None
    if mention.kind is Kind.SPELLED and not _SHORT_WAY.match(gap):
        relation = None
    if mention.kind is Kind.ADDRESS and _TURNS_AWAY.search(gap):
        relation = None
    found = relation or _told_after(mention) or _told_abroad(mention)
    is_base = found is Relation.FINETUNE and _AS_BASE.match(mention.after)  # of the adapter named before it
    return Relation.ADAPTER if is_base and carried is Relation.ADAPTER else found


def _told_abroad(mention: Mention) -> Relation | None:
    before = mention.before.lower()
    told_so = mention.is_link and foreign_words.tells_tuned(before, mention.after)
    told_so = told_so or (mention.kind is Kind.CODE and foreign_words.is_base_label(before))
    return Relation.FINETUNE if told_so and not _BESIDE.search(before) else None


def is_introduced(mention: Mention) -> bool:
    """Whether a sentence begins with a name, or with "this is" and a name."""
    return bool(_INTRODUCED.match(mention.before))


def is_listed_after(mention: Mention) -> bool:
    """Whether only the words after a name made it a parent; in a list of news and plans they often do not.

    Where the sentence goes "this model is a X model that was fine-tuned", those before it say of which model it tells.
    """
    if _THIS_IS_A.search(mention.before):
        return False
    return bool(_TRAINED_AFTER.match(mention.after)) and _told_before(mention.before)[0] is None


def is_label(line: str) -> re.Match[str] | None:
    """Whether a line begins with words such as "Base model:", which the name of a parent follows."""
    return _LABEL.match(line) or (_LABEL.match("base model:") if foreign_words.labels_base(line) else None)


def is_grandparent(mention: Mention) -> bool:
    """Whether a name is of the parent of the model that is named before it."""
    return mention.follows and bool(_GRANDPARENT.match(mention.before.lower()))


def is_about_previous(mention: Mention) -> bool:
    """Whether the words before a name go on about the name before it: `A is based on B`, `A: fine-tuned from B`."""
    return mention.follows and bool(_PREVIOUS_IS.match(mention.before))


def is_merged(mention: Mention) -> bool:
    """Whether it is the named model that was merged from others."""
    return bool(_WAS_MERGED.match(mention.after))


def is_stated(mention: Mention) -> bool:
    """Whether the sentence says "this is": a card that only offers copies says where they are."""
    before = mention.before.lower()
    if _STATES.search(before) or _CONVERTED_AFTER.match(mention.after):
        return True
    version = _VERSION.search(before)
    return bool(version and _CONVERTED.search(version["kind"]))


@remembered(longest=200, texts=8_192)
def _told_before(before: str) -> tuple[Relation | None, str]:
    """The relation whose words stand nearest before a name, and what stands between; None if there are none."""
    best, begin, where = None, -1, -1
    before = before.lower()
    flowing = before.replace("\n", " ")  # words go on over the end of a line
    for relation, pattern in _BEFORE:
        for match in pattern.finditer(flowing):
            if match.end() > where:
                best, begin, where = relation, match.start(), match.end()
    if best is Relation.FINETUNE:
        is_data = flowing.startswith(("distil", "deriv", "obtain"), begin) and _DATA_THAT.search(flowing, 0, begin)
        if is_data or _NOT_THIS.search(flowing, max(begin - 90, 0), begin):
            best = None
        elif flowing.startswith(("trained", "derived"), begin) and _ADAPTER_IS.search(
            flowing, max(begin - 60, 0), begin
        ):
            best = Relation.ADAPTER
    return best, before[max(where, 0) :]


def _told_after(mention: Mention) -> Relation | None:
    before = mention.before.lower()
    if _BESIDE.search(before) or _USE_IT.match(before):
        return None
    if _TRAINED_AFTER.match(mention.after) and (mention.kind is not Kind.SPELLED or _NAMED.search(before)):
        return Relation.FINETUNE
    if "/" not in mention.repo and _THIS.search(before) and _WAS_TUNED.match(mention.after):
        return Relation.FINETUNE
    if _CONVERTED_AFTER.match(mention.after):
        return Relation.QUANTIZED
    if _SERVED_AS.match(mention.after) or _COMBINED_AFTER.match(mention.after):
        return Relation.FINETUNE
    if mention.is_link and _CHECKPOINT_AFTER.match(mention.after) and _ON_DATA.match(before):
        return Relation.FINETUNE
    if _JOINED_AFTER.match(mention.after) and _CONSISTS.search(before):
        return Relation.MERGE  # as InternVL's own front matter calls it
    if _BASED_AFTER.match(mention.after) and _IS_A.search(before):
        return Relation.FINETUNE
    if _AS_BASE.match(mention.after) and (mention.follows or not before.strip(" *_-[`") or _USED.search(before)):
        return Relation.FINETUNE
    version = _VERSION.search(before)
    if version and not _SUCCESSOR.search(version["kind"]):
        return Relation.QUANTIZED if _CONVERTED.search(version["kind"]) else Relation.FINETUNE
    if _USES.match(before) and (_ENDS.match(mention.after) or _AND_TUNED.match(mention.after)):
        return Relation.FINETUNE
    if _PRETRAINED.search(before) and (_ENDS.match(mention.after) or _GOES_ON.search(mention.after.split(". ")[0])):
        return Relation.FINETUNE
    return None


def _joins(mention: Mention, carried: Relation) -> bool:
    """Whether nothing but "and" stands between a name and the one before it; models are merged "with" others, too."""
    before = mention.before
    if carried is Relation.MERGE:
        before = before.replace(" with ", " and ")
    elif "," in before:
        return False  # models that were tuned are listed; a model is tuned from one, or from an encoder and a decoder
    return 0 < len(before) <= MAX_CONNECTOR and bool(_CONNECTOR.match(before))


def _is_data(mention: Mention) -> bool:
    """An id in plain text or code marks that is trained on, or with, rather than from."""
    before = mention.before.lower()
    return bool(_DATA_BEFORE.search(before) and not _BUILT_ON.search(before))


def _is_subject(mention: Mention) -> bool:
    """`owner/name` was trained with ...: the sentence's subject is the card's own model."""
    return bool(_SUBJECT.match(mention.before) and _IS_TRAINED.match(mention.after)) and not _SERVED_AS.match(
        mention.after
    )
