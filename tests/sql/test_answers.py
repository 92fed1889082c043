from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest

from tests.warehouse.facts import dpo_run, method, parent, result, setting, step, tag, version
from tests.warehouse.kit import Made, rows_of
from warehouse.database import Session
from warehouse.schema import Fact, GeneratorField, QuantizedFile


def table(con: Session, name: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    return rows_of(con, f"SELECT {columns} FROM {name} WHERE {where}")


def test_margins_by_method_counts_copies_apart_and_leaves_out_accuracies_above_one(made: Made) -> None:
    made.card("a/x", *dpo_run(5e-7, 2.0, result("rewards/accuracies", 0.75)))
    made.card("b/y", *dpo_run(5e-7, 4.0, result("rewards/accuracies", 75.0)))
    made.card("q/x-gguf", *dpo_run(5e-7, 2.0, about="reprinted", about_model="a/x"))
    columns = (
        "training_method, n_runs, n_groups, n_copies_excluded, enough_data, reason, median_margin, median_accuracy"
    )
    assert table(made.opened(), "margins_by_method", columns) == [
        ("dpo", 2, 2, 1, False, "only 2 groups (5 are needed)", 3.0, 0.75)
    ]


def test_learning_rates_are_summed_up_by_method_and_base(made: Made) -> None:
    for n, rate in enumerate((1e-5, 2e-5, 3e-5)):
        made.card(f"lab{n}/m", setting("learning_rate", rate), method("sft"), parent("x/base"))
    made.card("lab9/m", setting("learning_rate", 0.0), method("sft"), parent("x/base"))
    columns = "training_method, base_model, n_runs, n_groups, least, median, greatest, n_distinct"
    assert table(made.opened(), "learning_rates_by_method", columns) == [("sft", "x/base", 3, 3, 1e-5, 2e-5, 3e-5, 3)]


def test_a_rate_falls_into_the_nearest_bin(made: Made) -> None:
    for n, rate in enumerate((5e-7, 4.2e-7, 1.2e-6, 9e-6, 2e-5, 1e-4)):
        made.card(f"a/{n}", *dpo_run(rate, 1.0 + n))
    found = table(made.opened(), "dpo_margins_by_learning_rate_bin", "learning_rate_bin, least_margin, greatest_margin")
    assert found == [(5e-7, 1.0, 2.0), (1e-6, 3.0, 3.0), (1e-5, 4.0, 4.0), (2e-5, 5.0, 5.0), (1e-4, 6.0, 6.0)]


def test_strata_hold_the_base_and_the_writer_still(made: Made) -> None:
    made.card("a/x", *dpo_run(5e-7, 2.0), parent("x/base"), card_generator="trl")
    made.card("b/y", *dpo_run(5e-6, 4.0), parent("x/base"), card_generator="trl")
    columns = "base_model, card_generator, n_runs, n_learning_rates, median_margin"
    assert table(made.opened(), "dpo_margins_by_base_and_generator", columns) == [("x/base", "trl", 2, 2, 3.0)]


def test_growth_is_told_as_a_share_of_the_log_and_of_the_last_margin(made: Made) -> None:
    made.card("a/b", *dpo_run(5e-7, 2.0), *(step(n, "rewards/margins", m) for n, m in enumerate((0.5, 1.0, 2.0, 2.0))))
    assert table(made.opened(), "reward_margin_growth", "position, share_of_log, share_of_last_margin") == [
        (0, 0.25, 0.25),
        (1, 0.5, 0.5),
        (2, 0.75, 1.0),
        (3, 1.0, 1.0),
    ]


def test_headline_and_last_row_are_compared(made: Made) -> None:
    pairs = {"close": (0.5, 0.503), "different": (0.5, 0.6), "equal": (0.5, 0.5), "not a number": (math.nan, 0.5)}
    for verdict, (headline, last) in pairs.items():
        made.card(f"a/{verdict[:3]}", setting("seed", 1), result("loss", headline), step(0, "validation_loss", last))
    found = table(made.opened(), "(FROM final_vs_last_log ORDER BY canonical_run_id)", "metric, verdict")
    assert found == [("loss", verdict) for verdict in pairs]


def test_overfitting_is_a_validation_loss_that_rises_while_the_training_loss_falls(made: Made) -> None:
    def log(validation: list[float], training: list[float]) -> list[Any]:
        return [
            *(step(n, "validation_loss", v) for n, v in enumerate(validation)),
            *(step(n, "training_loss", v) for n, v in enumerate(training)),
        ]

    made.card("a/over", setting("seed", 1), *log([1.0, 0.8, 1.2], [1.0, 0.5, 0.1]))
    made.card("a/fine", setting("seed", 1), *log([1.0, 0.8, 0.81], [1.0, 0.5, 0.2]))
    made.card("a/short", setting("seed", 1), *log([1.0, 2.0], [1.0, 0.3]))
    columns = "canonical_run_id, best_step, round(rise, 6), overfits"
    assert table(made.opened(), "overfitting_runs", columns) == [
        ("a/fine#0", 200, 0.0125, False),
        ("a/over#0", 200, 0.5, True),
    ]


def test_a_sweep_that_scales_the_rate_with_the_batch_has_slope_one(made: Made) -> None:
    for group in range(5):
        for n in range(3):
            batch = 8 * 2**n
            made.card(
                f"lab{group}/m{n}",
                setting("learning_rate", (group + 1) * 1e-6 * batch),
                setting("total_train_batch_size", batch),
            )
    ((n_runs, n_groups, enough, slope),) = table(
        made.opened(), "batch_size_vs_learning_rate", "n_runs, n_groups, enough_data, within_group_slope"
    )
    assert (n_runs, n_groups, enough) == (15, 5, True)
    assert slope == pytest.approx(1.0, abs=1e-9)


def test_one_sweep_among_groups_that_do_not_vary_shows_no_scaling(made: Made) -> None:
    for n, owner in enumerate(("a", "b", "c", "d", "e", *["sweeper"] * 4)):
        batch = setting("total_train_batch_size", 8 * 2**n)
        made.card(f"{owner}/m{n}", setting("learning_rate", 1e-6 * (n + 1)), batch)
    columns = "n_groups, n_groups_varying, reason, within_group_slope"
    reason = "only 1 group varies its batch size (5 are needed)"
    assert table(made.opened(), "batch_size_vs_learning_rate", columns) == [(6, 1, reason, None)]


def test_choices_are_counted_by_year_and_by_library_version(made: Made) -> None:
    for n, year in enumerate((2023, 2023, 2024)):
        made.card(
            f"lab{n}/m",
            setting("lr_scheduler_type", "Cosine" if n else "linear"),
            version("transformers", "4.35.2"),
            listing={"created_at": datetime(year, 5, 1)},
        )
    con = made.opened()
    assert table(con, "choices_by_year", "year, value, n_runs, share_of_runs") == [
        (2023, "cosine", 1, 0.5),
        (2023, "linear", 1, 0.5),
        (2024, "cosine", 1, 1.0),
    ]
    columns = "transformers_version, value, n_runs, round(share_of_runs, 3)"
    assert table(con, "choices_by_transformers_version", columns) == [
        ("4.35", "cosine", 2, 0.667),
        ("4.35", "linear", 1, 0.333),
    ]


def test_seeds_are_counted_by_runs_and_groups(made: Made) -> None:
    for n, seed in enumerate((42, 42, 7)):
        made.card(f"lab{n}/m", setting("seed", seed))
    assert table(made.opened(), "seeds_in_use", "seed, n_runs, n_groups") == [(42.0, 2, 2), (7.0, 1, 1)]


def test_versions_are_paired_within_a_run_and_dated_by_the_repo(made: Made) -> None:
    for n, month in enumerate((3, 2)):
        made.card(
            f"lab{n}/m",
            setting("seed", 1),
            version("transformers", "4.35.2"),
            version("pytorch", "2.1.0+cu118"),
            listing={"created_at": datetime(2024, month, 9)},
        )
    made.card(
        "q/copy",
        version("transformers", "4.35.2", about="reprinted", about_model="lab0/m", run=None),
        about="reprinted",
        about_model="lab0/m",
        listing={"created_at": datetime(2024, 1, 1)},
    )
    con = made.opened()
    assert table(con, "framework_version_pairs", "framework, version, other_framework, other_version, n_runs") == [
        ("pytorch", "2.1", "transformers", "4.35", 2)
    ]
    columns = "CAST(first_month AS VARCHAR), CAST(last_month AS VARCHAR), n_runs, n_copies_excluded, first_model_id"
    assert table(con, "first_seen_versions", columns, "framework = 'transformers'") == [
        ("2024-02-01", "2024-03-01", 2, 1, "lab1/m")
    ]
    columns = "CAST(month AS VARCHAR), n_runs, n_copies_excluded, share_of_runs"
    assert table(con, "framework_adoption_by_month", columns, "framework = 'transformers'") == [
        ("2024-01-01", 0, 1, None),
        ("2024-02-01", 1, 0, 1.0),
        ("2024-03-01", 1, 0, 1.0),
    ]


@pytest.fixture
def family(made: Made) -> Session:
    """base <- tuned <- merged, a quantized copy of tuned, and two that name each other."""
    made.card("lab/base", license="apache-2.0", library_name="transformers")
    made.card("lab/tuned", parent("LAB/Base"), license="mit")
    made.card("third/merged", parent("lab/tuned", "merge"), parent("far/away", "merge"))
    made.card("q/tuned-gguf", parent("lab/tuned", "quantized"), license="mit", listing={"downloads": 7})
    made.card("loop/a", parent("loop/b"))
    made.card("loop/b", parent("loop/a"))
    return made.opened()


def test_lineage_climbs_to_every_ancestor_once_and_cuts_circles(family: Session) -> None:
    assert table(family, "(FROM lineage ORDER BY ALL)", "model_id, ancestor_id, depth, relation") == [
        ("lab/tuned", "lab/base", 1, "finetune"),
        ("loop/a", "loop/b", 1, "finetune"),
        ("loop/b", "loop/a", 1, "finetune"),
        ("q/tuned-gguf", "lab/base", 2, None),
        ("q/tuned-gguf", "lab/tuned", 1, "quantized"),
        ("third/merged", "far/away", 1, "merge"),
        ("third/merged", "lab/base", 2, None),
        ("third/merged", "lab/tuned", 1, "merge"),
    ]


def test_bases_are_counted_with_their_copies_apart(family: Session) -> None:
    columns = "n_runs, n_groups, n_copies_excluded, n_merges, n_descendants, is_listed"
    assert table(family, "most_fine_tuned_bases", columns, "parent_id = 'lab/tuned'") == [(1, 1, 1, 1, 2, True)]


def test_the_longest_lines_come_first(family: Session) -> None:
    columns = "model_id, generations, n_ancestors, furthest_ancestor_id"
    assert table(family, "deepest_lineages", columns) == [
        ("third/merged", 2, 3, "lab/base"),
        ("q/tuned-gguf", 2, 2, "lab/base"),
    ]


def test_licences_are_compared_with_the_parents(family: Session) -> None:
    columns = "parent_license, child_license, relation, n_runs, is_same"
    found = table(family, "licence_changes_along_lineage", columns, "parent_license IS NOT NULL")
    assert found == [
        ("apache-2.0", "mit", "finetune", 1, False),
        ("mit", "mit", "quantized", 1, True),
        ("mit", None, "merge", 1, False),
    ]


def test_quantizers_are_counted_by_whose_models_they_take(family: Session) -> None:
    columns = "quantizer, original_author, n_runs, n_groups, is_own, downloads"
    assert table(family, "quantizers", columns) == [("q", "lab", 1, 1, False, 7)]


def test_quantizations_are_measured_in_bits_per_parameter(made: Made) -> None:
    offer = QuantizedFile(
        file_or_branch="m.Q4_K_M.gguf", method="Q4_K_M", bits=4.0, group_size=None, act_order=None, damp_percent=None,
        calibration_dataset=None, sequence_length=None, size_text="4 GB", size_bytes=4 * 10**9, description=None,
        source="table", line=1,
    )  # fmt: skip
    made.card("q/m", offer, listing={"parameters": 7 * 10**9})
    columns = "method, bits, n_runs, n_files, median_gigabytes, round(median_bits_per_parameter, 3)"
    assert table(made.opened(), "quantization_offers", columns) == [("Q4_K_M", 4.0, 1, 1, 4.0, 4.571)]


def score(value: float, **given: Any) -> Any:
    return result("accuracy", value, run=None, **({"source": "model_index", "dataset_id": "ARC"} | given))


def test_a_base_and_its_fine_tunes_are_compared_on_one_scale(made: Made) -> None:
    made.card("lab/base", score(0.5))
    made.card("b/tuned", score(62.0, unit="%"), parent("lab/base"))
    made.card("q/base-gguf", score(0.5, about="reprinted", about_model="lab/base"), parent("lab/base", "quantized"))
    columns = "base_model, model_id, dataset, base_score, score, round(difference, 6), conflict"
    assert table(made.opened(), "base_model_fine_tune_scores", columns) == [
        ("lab/base", "b/tuned", "arc", 0.5, 0.62, 0.12, False)
    ]


def test_data_sets_under_one_id_are_told_apart_by_their_names(made: Made) -> None:
    forums = (score(0.2, dataset_name="Forum A"), score(0.6, dataset_name="Forum B"))
    made.card("lab/base", *forums)
    made.card("b/tuned", *forums, score(0.4, dataset_id="alone", dataset_name="Alone"), parent("lab/base", "finetune"))
    made.card("c/tuned", score(0.3, dataset_id="alone", dataset_name="alone (v2)"), parent("lab/base", "finetune"))
    columns = "model_id, dataset, score, conflict"
    assert sorted(table(made.opened(), "base_model_fine_tune_scores", columns)) == [
        ("b/tuned", "alone", 0.4, False),
        ("b/tuned", "forum a", 0.2, False),
        ("b/tuned", "forum b", 0.6, False),
        ("c/tuned", "alone", 0.3, False),
    ]


def test_what_names_no_data_that_others_have_is_not_compared(made: Made) -> None:
    nothing = [
        score(0.1, dataset_id="imagefolder", dataset_name="imagefolder", dataset_config="default"),
        score(0.2, dataset_id="unknown"),
        score(0.3, dataset_id=None, dataset_name="Weighted avg", source="table"),
        score(0.4, dataset_id=None, dataset_name="test set", source="table"),
        *(result(m, 0.5, run=None, source="table", dataset_name="Heron") for m in ("precision", "recall", "f1")),
    ]
    made.card("a/tuned", *nothing, score(0.6, dataset_id="unknown", dataset_name="Bench"), parent("lab/base"))
    made.card("b/tuned", *nothing, score(0.7, dataset_id="unknown", dataset_name="bench"), parent("lab/base"))
    columns = "model_id, dataset, score"
    assert table(made.opened(), "base_model_fine_tune_scores", columns) == [
        ("a/tuned", "bench", 0.6),
        ("b/tuned", "bench", 0.7),
    ]


def test_a_name_with_precision_and_recall_is_no_class_where_an_index_knows_it(made: Made) -> None:
    row = [result(m, 0.5, run=None, source="table", dataset_name="Heron") for m in ("precision", "recall", "f1")]
    made.card("a/tuned", *row, parent("lab/base"))
    made.card("b/tuned", *row, parent("lab/base"))
    made.card("c/other", score(0.6, dataset_id="heron"))
    assert table(made.opened(), "base_model_fine_tune_scores", "model_id, metric, dataset")[:3] == [
        ("a/tuned", "f1", "heron"),
        ("b/tuned", "f1", "heron"),
        ("a/tuned", "precision", "heron"),
    ]


def test_two_sources_that_do_not_meet_are_a_conflict(made: Made) -> None:
    made.card("a/differs", score(0.5), score(0.7, source="table"))
    made.card("a/scales", score(0.5), score(50.2, source="table"))
    columns = "model_id, source, least, other_source, other_least"
    assert table(made.opened(), "result_conflicts", columns) == [("a/differs", "model_index", 0.5, "table", 0.7)]


def test_what_rounding_may_have_changed_is_no_conflict(made: Made) -> None:
    made.card("a/few-digits", score(0.000486973), score(0.0005, source="table"))
    made.card("b/powers", score(4.86973e-4), score(5e-4, source="table", value_text="5e-4"))
    made.card("c/percentages", score(0.01673), score(1.7, source="table", value_text="1.7%", unit="%"))
    made.card("d/too-far", score(0.000486973), score(0.0006, source="table"))
    made.card("e/no-plain-number", score(0.000486973), score(0.0005, source="table", value_text="0.0005 (best)"))
    assert table(made.opened(), "result_conflicts", "model_id") == [("d/too-far",), ("e/no-plain-number",)]


SUSPICIOUS: dict[str, list[Fact]] = {
    "reward accuracy above 1": [result("rewards/accuracies", 75.0), setting("seed", 1)],
    "margin has the wrong sign": [
        setting("seed", 1),
        result("rewards/chosen", -1.0),
        result("rewards/rejected", -3.0),
        result("rewards/margins", -2.0),
    ],
    "margin is not chosen minus rejected": [
        setting("seed", 1),
        result("rewards/chosen", -1.0),
        result("rewards/rejected", -3.0),
        result("rewards/margins", 4.0),
    ],
    "steps fall back": [step(0, "training_loss", 1.0, step=50), step(1, "training_loss", 1.0, step=40)],
    "learning rate above 1": [setting("learning_rate", 5.0)],
    "learning rate at or below zero": [setting("learning_rate", 0.0)],
    "negative loss": [setting("seed", 1), result("loss", -0.5)],
    "share above 100": [setting("seed", 1), result("accuracy", 912.0)],
    "error rate above 100 %": [setting("seed", 1), result("wer", 131.0)],
    "share barely above 1": [setting("seed", 1), result("accuracy", 1.01)],
    "share below zero": [setting("seed", 1), result("f1", -0.2)],
}


def test_what_cannot_be_is_suspicious_and_an_ordinary_card_is_not(made: Made) -> None:
    for suspicion, facts in SUSPICIOUS.items():
        made.card(f"a/{suspicion}", *facts)
    made.card("a/ordinary", *dpo_run(5e-7, 2.0), step(0, "training_loss", 1.0), step(1, "training_loss", 0.5))
    found = table(made.opened(), "suspicious_cards", "model_id, suspicion")
    assert sorted(found) == [(f"a/{suspicion}", suspicion) for suspicion in sorted(SUSPICIOUS)]


def test_each_repo_and_field_has_one_state_that_says_why(made: Made) -> None:
    made.fields = [
        GeneratorField("trl", None, None, "hyperparameters", "seed", False, None),
        GeneratorField("trainer", None, "4.57", "hyperparameters", "seed", True, "42"),
        GeneratorField("trainer", "5.0", None, "hyperparameters", "seed", False, None),
    ]
    made.card("a/stated", setting("seed", 1), card_generator="trl")
    made.card("a/unparsable", setting("seed", "auto"), card_generator="trl")
    made.card("a/silent", card_generator="trl")
    made.card("a/default", card_generator="trainer", card_generator_version="4.35.0")
    made.card("a/later", card_generator="trainer", card_generator_version="5.1.0")
    made.card("a/unknown", card_generator="trainer")
    made.card("a/hand", card_generator="hand-written")
    made.card("a/copy", setting("seed", 1, about="reprinted"), card_generator="trl", about="reprinted")
    made.card("a/empty", card_status="empty")
    for status in ("no_card", "gated", "failed", "too_large"):
        made.listing(f"b/{status}")
        made.look(f"b/{status}", status)
    made.listing("b/unseen")
    con = made.opened()
    found = table(con, "(FROM field_coverage ORDER BY ALL)", "model_id, state", "name = 'seed'")
    assert found == [
        ("a/copy", "generator_cannot_state"),
        ("a/default", "absent_means_default"),
        ("a/empty", "no_card"),
        ("a/hand", "absent"),
        ("a/later", "generator_cannot_state"),
        ("a/silent", "generator_cannot_state"),
        ("a/stated", "stated"),
        ("a/unknown", "absent"),
        ("a/unparsable", "stated_unparsable"),
        ("b/failed", "not_fetched"),
        ("b/gated", "gated"),
        ("b/no_card", "no_card"),
        ("b/too_large", "not_fetched"),
        ("b/unseen", "not_fetched"),
    ]
    columns = "frame_listed, frame_readable, frame_can_state, frame_used, n_default, n_unparsable"
    assert table(con, "field_statement_share", columns, "name = 'seed'") == [(14, 8, 5, 1, 1, 1)]
    assert table(con, "field_statement_share", "n_runs, n_copies_excluded, frame_stated", "name = 'seed'") == [
        (1, 1, 2)
    ]
    by_row = rows_of(
        con,
        "SELECT table_name, name, count(*), "
        "count(*) FILTER (state NOT IN ('no_card', 'gated', 'not_fetched')), "
        "count(*) FILTER (state NOT IN ('no_card', 'gated', 'not_fetched', 'generator_cannot_state')), "
        "count(*) FILTER (state = 'stated'), count(*) FILTER (state = 'absent_means_default'), "
        "count(*) FILTER (state = 'stated_unparsable') FROM field_coverage GROUP BY ALL ORDER BY ALL",
    )
    assert by_row == rows_of(con, f"SELECT table_name, name, {columns} FROM field_statement_share ORDER BY ALL")


def test_completeness_and_statuses_are_counted_over_all_repos(made: Made) -> None:
    made.card("a/full", setting("seed", 1), parent("x/y"), card_generator="trl", license="mit")
    made.card("b/bare", card_generator="trl")
    made.listing("c/none")
    made.look("c/none", "no_card")
    con = made.opened()
    columns = "card_generator, n_runs, n_groups, with_license, with_base_model, with_settings, with_results"
    assert table(con, "card_completeness", columns, "card_generator IS NOT NULL") == [("trl", 2, 2, 0.5, 0.5, 0.5, 0.0)]
    assert table(con, "card_statuses", "card_status, n_runs, n_served") == [("ok", 2, 2), ("no_card", 1, 0)]


def test_cards_that_stand_word_for_word_in_two_repos_are_told(made: Made) -> None:
    made.card("a/one", tag("x"), body_digest="d1", card_title="T")
    made.card("b/two", tag("x"), body_digest="d1", card_title="T")
    made.card("c/three", body_digest="d2")
    columns = "n_runs, n_groups, card_title, example_model_id, other_model_id"
    assert table(made.opened(), "duplicate_cards", columns) == [(2, 2, "T", "a/one", "b/two")]


def test_a_share_is_told_to_be_a_fraction_or_a_percentage(made: Made) -> None:
    told: list[tuple[float, str | None, str, float | None]] = [
        (0.824, None, "fraction", 0.824),
        (82.4, None, "percentage", 0.824),
        (0.9, "%", "percentage", 0.009),
        (912.0, None, "unclear", None),
        (math.nan, None, "unclear", None),
    ]
    for n, (value, unit, *_) in enumerate(told):
        made.card(f"a/{n}", result("accuracy", value, unit=unit), result("loss", 5.0))
    found = table(made.opened(), "(FROM metric_scales ORDER BY model_id)", "scale, round(as_fraction, 9)")
    assert found == [(scale, fraction) for *_, scale, fraction in told]


def test_growth_is_summed_up_by_the_last_row_of_each_tenth_of_the_log(made: Made) -> None:
    for n, growth in enumerate(((1.0, 2.0, 3.0, 4.0), (2.0, 2.0, 2.0, 2.0))):
        log = (step(k, "rewards/margins", m) for k, m in enumerate(growth))
        made.card(f"lab{n}/m", *dpo_run(5e-7, growth[-1]), *log)
    columns = "stage, n_runs, median_margin, median_share_of_last_margin, lower_quartile_of_share, frame_used"
    assert table(made.opened(), "reward_margin_growth_by_stage", columns) == [
        (0.3, 2, 1.5, 0.625, 0.25, 2),
        (0.5, 2, 2.0, 0.75, 0.5, 2),
        (0.8, 2, 2.5, 0.875, 0.75, 2),
        (1.0, 2, 3.0, 1.0, 1.0, 2),
    ]


def test_overfitting_is_counted_by_epochs_and_undecided_where_the_training_loss_is_not_logged(made: Made) -> None:
    def card(name: str, epochs: float, validation: tuple[float, ...], training: tuple[float, ...] = ()) -> None:
        logged = (("validation_loss", validation), ("training_loss", training))
        log = [step(n, m, v) for m, values in logged for n, v in enumerate(values)]
        made.card(name, setting("num_epochs", epochs), *log)

    card("a/over", 3, (1.0, 0.8, 1.2), (1.0, 0.5, 0.1))
    card("b/fine", 3, (1.0, 0.8, 0.7), (1.0, 0.5, 0.2))
    card("c/unknown", 3, (1.0, 0.8, 1.3))
    card("d/long", 40, (1.0, 0.5, 0.75), (0.9, 0.4, 0.1))
    columns = "epochs, n_runs, n_undecided, share_overfitting, round(median_rise, 6), frame_used"
    assert table(made.opened(), "overfitting_by_epochs", columns) == [
        ("above 1, up to 3", 2, 1, 0.5, 0.25, 3),
        ("above 30", 1, 0, 1.0, 0.5, 3),
    ]


def test_a_headline_that_an_earlier_row_prints_is_told_apart(made: Made) -> None:
    log = [step(n, "validation_loss", v) for n, v in enumerate((0.7, 0.5, 0.6))]
    made.card("a/kept", setting("seed", 1), result("loss", 0.5), *log, card_generator="trl")
    made.card("b/last", setting("seed", 1), result("loss", 0.6), *log[:1], log[2], card_generator="trl")
    con = made.opened()
    found = table(con, "final_vs_last_log", "canonical_run_id, verdict, equal_step")
    assert found == [("a/kept#0", "earlier row", 200), ("b/last#0", "equal", None)]
    columns = "metric, card_generator, n_runs, share_equal, share_earlier_row, share_different"
    assert table(con, "final_vs_last_log_by_generator", columns) == [("loss", "trl", 2, 0.5, 0.5, 0.0)]


def test_margins_are_told_under_every_rule_of_what_a_copy_is(made: Made) -> None:
    made.card("lab/m", *dpo_run(5e-7, 2.0123), parent("x/base"))
    made.card("lab/n", *dpo_run(6e-7, 3.0456), parent("x/base"))
    made.card("q/m-gguf", *dpo_run(5e-7, 2.0124, about="reprinted", about_model="lab/m"), body_digest="d2")
    made.card("re/upload", *dpo_run(5e-7, 2.0123))
    columns = "rule, n_runs, n_groups, n_copies_excluded, median_margin"
    assert table(made.opened(), "margins_by_copy_rule", columns) == [
        ("nothing", 4, 1, 0, pytest.approx(2.01235)),
        ("card", 4, 1, 0, pytest.approx(2.01235)),
        ("subject", 3, 1, 1, 2.0123),
        ("results", 3, 1, 1, 2.0124),
        ("any", 2, 1, 2, pytest.approx(2.52895)),
        ("group", 1, 1, 3, 2.0123),
    ]


def test_fine_tunes_are_set_beside_their_siblings_where_the_base_states_nothing(made: Made) -> None:
    made.card("a/one", score(0.5), parent("far/base"))
    made.card("b/two", score(0.7), score(0.72, source="table"), parent("far/base"))
    made.card("c/three", score(0.7, dataset_id="other"), parent("far/base"))
    columns = "model_id, base_score, round(score, 6), n_family, round(family_median, 6), conflict, sources"
    assert table(made.opened(), "base_model_fine_tune_scores", columns) == [
        ("a/one", None, 0.5, 2, 0.605, False, "model_index"),
        ("b/two", None, 0.71, 2, 0.605, True, "model_index, table"),
    ]


def test_a_headline_without_a_data_set_is_compared_where_the_card_names_only_one(made: Made) -> None:
    made.card("a/differs", score(0.5), result("accuracy", 0.7))
    made.card("b/two-sets", score(0.5), score(0.8, dataset_id="other"), result("accuracy", 0.7))
    columns = "model_id, dataset, source, other_source, is_dataset_taken_over"
    assert table(made.opened(), "result_conflicts", columns) == [("a/differs", "arc", "model_index", "summary", True)]


def test_a_frame_narrows_from_the_listed_to_the_used(made: Made) -> None:
    made.fields = [GeneratorField("trl", None, None, "hyperparameters", "seed", False, None)]
    made.card("a/used", setting("seed", 1), card_generator="hand-written")
    made.card("a/word", setting("seed", "auto"), card_generator="hand-written")
    made.card("a/silent", card_generator="hand-written")
    made.card("a/unable", card_generator="trl")
    made.card("a/empty", card_status="empty")
    made.listing("a/gated")
    made.look("a/gated", "gated")
    frame = "frame_listed, frame_fetched, frame_readable, frame_can_state, frame_stated, frame_used"
    con = made.opened()
    assert table(con, "seeds_in_use", frame) == [(6, 5, 4, 3, 2, 1)]
    assert table(con, "seeds_in_use_by(generator := 'hand-written')", frame) == [(3, 3, 3, 3, 2, 1)]


def scales(made: Made, *results: Any) -> list[tuple[Any, ...]]:
    made.card("a/b", *results)
    return rows_of(made.opened(), "SELECT scale, as_fraction FROM metric_scales ORDER BY position")


def test_a_small_share_beside_percentages_is_a_percentage(made: Made) -> None:
    assert scales(made, result("recall@1", 0.5), result("recall@10", 60.0, line=3)) == [
        ("percentage", 0.005),
        ("percentage", 0.6),
    ]


def test_another_list_of_the_card_may_be_on_another_scale(made: Made) -> None:
    assert scales(made, result("accuracy", 91.0, line=10), result("f1", 0.5, line=20)) == [
        ("percentage", 0.91),
        ("fraction", 0.5),
    ]


def test_an_error_rate_barely_above_one_is_unclear_and_says_nothing_of_what_stands_beside_it(made: Made) -> None:
    assert scales(made, result("wer", 1.02), result("cer", 0.6)) == [("unclear", None), ("fraction", 0.6)]


def test_an_error_rate_may_be_above_a_hundred_percent_and_an_accuracy_may_not(made: Made) -> None:
    assert scales(made, result("wer", 113.5), result("accuracy", 113.5)) == [("percentage", 1.135), ("unclear", None)]


def test_a_share_below_zero_is_unclear_unless_it_is_a_correlation(made: Made) -> None:
    assert scales(made, result("f1", -0.2), result("matthews_correlation", -0.2)) == [
        ("unclear", None),
        ("fraction", -0.2),
    ]


def test_copies_are_counted_by_each_rule_beside_the_one_in_use(made: Made) -> None:
    made.card("lab/m", *dpo_run(5e-7, 2.0123), body_digest="d1")
    made.card("q/m-gguf", *dpo_run(5e-7, 2.0123, about="reprinted", about_model="lab/m"), body_digest="d2")
    made.card("re/upload", *dpo_run(5e-7, 2.0123), body_digest="d1")
    columns = "is_total, n_printings, n_by_subject, n_by_results, n_by_card, n_runs, n_copies_excluded"
    assert table(made.opened(), "copy_rules", columns, "is_total") == [(True, 3, 2, 1, 2, 1, 2)]
