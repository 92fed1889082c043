from __future__ import annotations

import pytest

from etl.reading.vocabularies import rows
from etl.reading.words.metric_names import metric_name, metric_of_kind


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Accuracy", "accuracy"),
        ("acc ↑", "accuracy"),
        ("eval_accuracy", "accuracy"),
        ("Validation Accuracy", "validation_accuracy"),
        ("eval_loss", "validation_loss"),
        ("Loss", "loss"),
        ("F1-Score (%)", "f1"),
        ("F1 (macro)", "macro_f1"),
        ("Macro F1 (%) ↑", "macro_f1"),
        ("ROUGE-L", "rougel"),
        ("RougeLsum", "rougelsum"),
        ("NDCG@10", "ndcg_at_10"),
        ("cosine_ndcg@10", "cosine_ndcg@10"),
        ("pass@1", "pass@1"),
        ("Eval/rewards/margins", "rewards/margins"),
        ("eval_runtime", "eval_runtime"),
        ("Rewards/margins", "rewards/margins"),
        ("MCC", "matthews_correlation"),
        ("what nobody knows", "what_nobody_knows"),
        ("--", "--"),
        ("Tide Recall*", "tide_recall"),
        ("F1 (entity) †", "f1_(entity)"),
        ("ROUGE-L\\*", "rougel"),
        ("\\*Buoys (acc)", "buoys_(acc)"),
        ("quay\\_easy", "quay_easy"),
        ("***", "***"),
    ],
)
def test_spellings_of_one_metric_have_one_name(raw: str, name: str) -> None:
    assert metric_name(raw) == name


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        ("f1", "F1 Macro", "macro_f1"),
        ("f_score", "NER F Score", "ents_f"),
        ("f_score", "Labeled Attachment Score (LAS)", "dep_las"),
        ("accuracy", "TAG (XPOS) Accuracy", "tag_acc"),
        # spacy-huggingface-hub printed the unlabeled score under both names
        ("accuracy", "Labeled Dependencies Accuracy", "labeled_dependencies_accuracy"),
        ("rouge", "Rouge1", "rouge1"),
        ("precision", "mAP@0.5", "map@0.5"),
        ("wer", "Test WER (+LM)", "wer"),
        ("accuracy", "Validation accuracy", "accuracy"),
        ("loss", "eval_loss", "loss"),
        ("dialog_acts_accuracy", "Accuracy", "dialog_acts_accuracy"),
        ("acc_norm", "normalized accuracy", "acc_norm"),
        (None, "Test F1", "test_f1"),
    ],
)
def test_a_name_counts_before_its_kind_where_it_tells_which_of_the_kind(
    kind: str | None, name: str, found: str
) -> None:
    assert metric_of_kind(kind, name) == found


def test_no_spelling_has_two_meanings_and_every_kind_is_a_name() -> None:
    spellings = [
        (metric_name(spelling), row["canonical"])
        for row in rows("metrics")
        for spelling in (row["canonical"], *filter(None, row["synonyms"].split("|")))
    ]
    assert [pair for pair in spellings if pair[0] != pair[1]] == []
    kinds = {kind for row in rows("metrics") for kind in filter(None, row["kinds"].split("|"))}
    assert {kind for kind in kinds if metric_name(kind) != kind} == set()
