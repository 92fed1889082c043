"""What words tell that a language model was trained by a method: in sentences, behind labels, in lists of what was done.

Vocabularies and patterns, and how they are looked up. Where a card is asked, and what else tells a method (tags, classes,
metrics, names), is in `training_methods`.
"""

from __future__ import annotations

import re

from etl.cards.inline import plain

_WORDS = {
    "dpo": r"DPO|[Dd]irect [Pp]reference [Oo]ptimi[sz]ation",
    "kto": r"KTO|Kahneman-Tversky Optimi[sz]ation",
    "orpo": r"ORPO|(?:Odds Ratio|Monolithic) Preference Optimi[sz]ation",
    "sft": r"SFT|[Ss]upervised [Ff]ine-?[ -]?[Tt]uning|[Ss]upervised[- ]fine-?tuned",
    "grpo": r"GRPO|Group Relative Policy Optimi[sz]ation",
    "rloo": r"RLOO",
    "cpo": r"CPO|Contrastive Preference Optimi[sz]ation",
    "simpo": r"SimPO",
    "ipo": r"IPO",
    "ppo": r"PPO|[Pp]roximal [Pp]olicy [Oo]ptimi[sz]ation",
    "reward": r"[Rr]eward [Mm]odel(?:l?ing)?",
    "gkd": r"GKD",
    "xpo": r"XPO",
}
_ANY = "|".join(f"(?P<{m}>{p})" for m, p in _WORDS.items())
_BY = "|".join(f"(?P<{m}>{p})" for m, p in _WORDS.items() if m != "reward")
"""What a model can be trained by: a reward model is what trains, or what is trained, and no method."""
_SENTENCE = re.compile(
    rf"\b(?:[Tt]rained|[Ff]ine-?tuned|finetuned|[Aa]ligned|optimi[sz]ed|post-?trained|tuned|learned)\b(?:[^.\n\]]|\](?:\([^()\s]{{0,150}}+\))?+){{0,80}}?\b"
    rf"(?:(?:with|using|via|by|through|applying|under|utili[sz]ing|leveraging|employing)\b[^.\n]{{0,40}}?(?<![\w-])|on (?=\w+, ))(?:{_BY})(?![\w])"
)
_APPLIED = re.compile(
    r"\b(?:perform(?:ed)?|(?:[Ww]e|I) (?:further |then |also )?utili[sz]ed|appl(?:y|ied)(?! to)|conduct(?:ed)?|refined|under(?:went|gone)|incorporat(?:es?|ed|ing)|leverag(?:es?|ed|ing)|"
    rf"employ(?:s|ed)?|followed by an?|then an?|reinforcement learning (?:using|with|via|through))\b[^.\n]{{0,60}}?(?<![\w-])(?:{_BY})(?![\w-])"
)
"""What was done to a model: `further refined using DPO`, `we performed supervised fine-tuning`."""
_DONE_TO_IT = re.compile(
    rf"(?<![\w-])(?:{_BY})(?: ?\([^()]{{1,30}}\))? (?:has|have|was|were) (?:been )?(?:applied|performed)\b"
)
LABELLED = re.compile(
    r"\W{0,6}(?:(?:(?:fine-?tuning|(?:post-?)?training|tuning|alignment) )?(?:methods?|approach|algorithm|technique|objective|stages|pipeline)|(?:fine-?tuning|post-?training)(?=\W{0,4}:))\W{1,6}"
    rf"(?:[\w-]+ (?:\([^()]{{1,30}}\) )?(?:\+ |and |& |→ |-> |via )?){{0,2}}?(?-i:{_BY})(?![\w-])",
    re.I,
)
"""`Fine-tuning method: DPO`, `Method: QLoRA (4-bit) → SFT`."""
_OF_A_STAGE = re.compile(
    r"\W{0,6}(?:training )?(?:hyper-?param(?:eter)?s|settings|config(?:uration)?|details|(?:stage|phase|step) \w{1,5}(?:\W{1,3}\b[\w-]{2,20}(?: [\w&-]{2,20}){0,3})?)"
    rf"\W{{1,3}}\((?-i:{_BY})\)\W{{0,4}}$",
    re.I,
)
"""What settings are headed by, or a stage of the training: `Hyperparameters (DPO):`, `Step 2: Instruction alignment (SFT)`."""
_TUNED_BY = re.compile(
    rf"(?<![\w-])(?:{_BY})[- ](?:fine-?)?(?:tuned|trained|aligned)\b(?! (?:data|models|checkpoints|baselines?|policies|agents?)\b)"
)
"""`an ORPO-tuned version of`, `DPO tuned on`."""
STEP = re.compile(
    rf"\W{{0,6}}(?:(?:stage|phase|step) \d\W{{1,4}})?(?:[A-Za-z]\w{{0,15}}-[\w-]{{1,20}} ){{0,3}}(?-i:{_BY})(?: ?\([^()]{{1,40}}\))?\W{{0,3}}(?:$|(?:of|on|with|using|over|for) )",
    re.I,
)
"""An item that begins with a method, and says no more than on what."""
_STEPS = re.compile(r"\b(?:trained|(?:fine-?)?tun(?:ed|ing)|align(?:ed|ment)|training)\b[^\n]{0,120}:$", re.I)
"""The words over a list of what was done to this model, one after the other."""
_NOT_IT = re.compile(
    r"\b(?:no|not|never|without|can|could|should|may|might|will|would|plan\w*|instead|e\.g|example|you|if|how|huggingface\.co)\b|n't\b"
)
"""Before such words: advice, what was left undone, or another model."""
_IS_TUNED = re.compile(r"\s*(?:This|It)(?: model)? is an? (?:[\w-]{1,20} ){0,3}(?:fine-?)?tuned (?:model|version)\b")
_TARGET = re.compile(r"\]\([^()\s]{0,200}\)")
"""What such a sentence links to is its base and its data: `This is a fine tuned model of [base](...) using DPO`."""
_NOT_DONE = re.compile(
    r"\b(?:not|never|cannot|can|could|should|may|might|will|would|unlike|compar\w{1,4}|than|reward model|teacher)\b|n't\b|\bmodels (?:that were |which were )?$|\bwhich $|\bbased on [^.]{0,80}, which (?:was |is |has been )$",
    re.I,
)
"""Before such words: what was not done to this model, may be, or was done to others."""
_OF_ANOTHER = re.compile(r"\b(?:model|models|teacher) (?:that was |which was )?trained\b|\b(?:from|of|by|to) an? $")
"""Between the training and the method: the training of another."""
_OF_DATA = re.compile(
    r"(?: (?!(?:on|with|using|over|from) )[\w-]{1,20})? (?:data|datasets?|generators?|teachers?)\b|-tuned\b"
)
JOINED = re.compile(
    rf"(?:\s?\([^()]{{1,30}}\)|'s)?\s?(?:,\s(?:and\s)?(?:then\s)?|\s?(?:and then|and|then|followed by|&|\+|→|->)\s)(?:with\s)?(?:{_ANY})(?![\w])"
)
"""`SFT, DPO and PPO`: each is a method of the same sentence."""
METHOD_WORDS = re.compile(rf"(?<![\w-])(?:{_ANY})(?![\w])")
_IS_A = re.compile(
    rf"\bis (?:a|an|the) (?:(?:[\w-]+ ){{0,4}}?|\[)(?<![\w-])(?:{_ANY})(?![\w])(?:[ -](?:model|version|fine-?tune\w*|checkpoint))?"
)


def stated(text: str) -> re.Match[str] | None:
    """The method by which a text says that its model was trained, or which it says that the model is of."""
    told = _SENTENCE.search(text) or _IS_A.search(text) or _TUNED_BY.search(text)
    if told is None or _NOT_DONE.search(text, text.rfind(". ", 0, told.start()) + 1, told.start()):
        return None
    method = told.start(method_of(told))
    return None if _OF_ANOTHER.search(text, told.start(), method) or _OF_DATA.match(text, told.end()) else told


def headed_by(text: str) -> re.Match[str] | None:
    """The method in brackets by which a line heads settings, or a stage of the training."""
    return _OF_A_STAGE.match(text) if "(" in text else None


def applied(text: str) -> re.Match[str] | None:
    """The method that a text says was applied."""
    told = _APPLIED.search(text) or _DONE_TO_IT.search(text)
    if told is None:
        return None
    sentence = text[text.rfind(". ", 0, told.start()) + 1 : told.end()]
    if _IS_TUNED.match(sentence):
        sentence = _TARGET.sub("]", sentence)
    return None if _NOT_IT.search(sentence) else told


def announces_steps(lead: str) -> bool:
    """Whether the words over a list say that what it lists was done to this model."""
    lead = plain(lead[-400:])[-160:]
    return bool(_STEPS.search(lead)) and not (_NOT_IT.search(lead) or "ompar" in lead)


def method_of(told: re.Match[str]) -> str:
    """The method whose words a pattern found."""
    return next(m for m, words in told.groupdict().items() if words)
