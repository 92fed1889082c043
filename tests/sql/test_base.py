from __future__ import annotations

import math
from typing import Any

import pytest

from tests.warehouse.facts import dataset, dpo_run, method, parent, result, setting, step, tag, version
from tests.warehouse.kit import T0, Made, rows_of
from warehouse.database import Session
from warehouse.schema import GeneratorField


def row(con: Session, columns: str, table: str = "training_runs", where: str = "true") -> tuple[Any, ...]:
    (found,) = rows_of(con, f"SELECT {columns} FROM {table} WHERE {where}")
    return found


# -- subjects -----------------------------------------------------------------------------------------------


def test_whom_a_copy_is_about(made: Made) -> None:
    made.card("Lab/Model", *dpo_run(5e-7, 2.0))
    made.card("q/other-case", *dpo_run(5e-7, 2.0, about="reprinted", about_model="lab/MODEL"))
    made.listing("old/name", hub_id="x")
    made.card("new/name", listing={"hub_id": "x", "listed_at": T0.replace(month=2)})
    made.card("q/renamed", about="reprinted", about_model="Old/Name")
    made.card("q/outside", about="reprinted", about_model="far/away")
    made.card("q/unnamed", parent("lab/m", "quantized", about="reprinted"), about="reprinted")
    made.card("q/nobody", about="reprinted")
    found = rows_of(made.opened(), "SELECT model_id, subject_id, resolved_by FROM subjects WHERE about = 'reprinted'")
    assert sorted(found) == [
        ("q/nobody", None, "unknown"),
        ("q/other-case", "Lab/Model", "listed"),
        ("q/outside", "far/away", "as_given"),
        ("q/renamed", "new/name", "renamed"),
        ("q/unnamed", "lab/m", "quantized_parent"),
    ]


# -- settings -----------------------------------------------------------------------------------------------


def test_a_setting_stated_twice_with_different_values_is_null_and_named(made: Made) -> None:
    made.card("a/differs", setting("learning_rate", 1e-5), setting("learning_rate", 2e-5), setting("seed", 1))
    made.card("b/agrees", setting("learning_rate", 2e-5), setting("learning_rate", 2e-5, source="prose"))
    made.card("c/left-alone", setting("train_batch_size", 16), setting("train_batch_size", "None"))
    made.card("d/never-said", setting("learning_rate", 2e-5, value_text="0.00002"), setting("seed", "null"))
    made.card("e/left-to-the-trainer", setting("train_batch_size", "auto"), setting("train_batch_size", 8))
    columns = "model_id, learning_rate, train_batch_size, seed, conflicts"
    assert rows_of(made.opened(), f"SELECT {columns} FROM training_runs ORDER BY model_id") == [
        ("a/differs", None, None, 1.0, "learning_rate"),
        ("b/agrees", 2e-5, None, None, None),
        ("c/left-alone", None, 16.0, None, None),
        ("d/never-said", 2e-5, None, None, None),
        ("e/left-to-the-trainer", None, 8.0, None, None),
    ]


def test_two_runs_of_one_card_keep_their_settings_apart(made: Made) -> None:
    made.card("a/b", setting("learning_rate", 1e-5, run=0), setting("learning_rate", 2e-5, run=1))
    con = made.opened()
    assert rows_of(con, "SELECT run, learning_rate, conflicts FROM training_runs ORDER BY run") == [
        (0, 1e-5, None),
        (1, 2e-5, None),
    ]


TRAINER = [
    GeneratorField("transformers-trainer", None, None, "hyperparameters", name, True, "1")
    for name in ("num_devices", "gradient_accumulation_steps")
]


BATCHES: list[tuple[dict[str, float], str, float | None, str]] = [
    ({"train_batch_size": 8, "num_devices": 8, "total_train_batch_size": 64}, "transformers-trainer", 64, "agrees"),
    ({"train_batch_size": 8}, "transformers-trainer", 8, "unchecked"),
    ({"train_batch_size": 8}, "hand-written", None, "unchecked"),
    ({"train_batch_size": 8, "gradient_accumulation_steps": 2, "num_devices": 4}, "hand-written", 64, "unchecked"),
    ({"train_batch_size": 8, "num_devices": 8, "total_train_batch_size": 65}, "x", 65, "unchecked"),
    (
        {"train_batch_size": 8, "num_devices": 8, "total_train_batch_size": 65},
        "transformers-trainer",
        None,
        "differs",
    ),
    ({"train_batch_size": 8, "total_train_batch_size": 32}, "transformers-trainer", 32, "implies_devices"),
    ({"train_batch_size": -1, "total_train_batch_size": 0}, "transformers-trainer", None, "differs"),
    ({"train_batch_size": math.nan}, "transformers-trainer", math.nan, "unchecked"),
]


def test_the_effective_batch_size_is_derived_and_checked_against_the_stated_total(made: Made) -> None:
    made.fields = list(TRAINER)
    for n, (settings, generator, *_) in enumerate(BATCHES):
        made.card(f"a/{n}", *(setting(k, v) for k, v in settings.items()), card_generator=generator)
    found = rows_of(
        made.opened(),
        "SELECT coalesce(effective_batch_size, -9), batch_size_check FROM training_runs ORDER BY model_id",
    )
    expected = [(-9 if effective is None else effective, check) for *_, effective, check in BATCHES]
    assert [check for _, check in found] == [check for _, check in expected]
    assert [n for n, _ in found] == pytest.approx([n for n, _ in expected], nan_ok=True)


# -- results ------------------------------------------------------------------------------------------------


def test_headline_and_last_row_of_the_log_stand_apart(made: Made) -> None:
    made.card(
        "a/b",
        *dpo_run(5e-7, 2.0),
        step(0, "training_loss", 0.9),
        step(0, "rewards/margins", 1.0),
        step(1, "training_loss", None),
        step(1, "rewards/margins", 1.9),
    )
    found = row(made.opened(), "reward_margin, last_reward_margin, last_training_loss, last_step, n_log_rows")
    assert found == (2.0, 1.9, None, 200, 2)


def test_what_keras_calls_validation_loss_is_the_headline_where_nothing_else_is(made: Made) -> None:
    made.card("a/keras", setting("seed", 1), result("validation_loss", 0.4), result("validation_accuracy", 0.9))
    made.card("b/both", setting("seed", 1), result("loss", 0.3), result("validation_loss", 0.4))
    found = rows_of(made.opened(), "SELECT model_id, loss, accuracy FROM training_runs ORDER BY model_id")
    assert found == [("a/keras", 0.4, 0.9), ("b/both", 0.3, None)]


def test_a_result_that_says_nan_stays_nan(made: Made) -> None:
    made.card("a/b", setting("seed", 1), result("loss", math.nan, "nan"))
    assert math.isnan(row(made.opened(), "loss")[0])


def test_results_in_tables_alone_make_no_run(made: Made) -> None:
    made.card("a/b", result("accuracy", 0.9, source="table"))
    assert rows_of(made.opened(), "SELECT model_id FROM training_runs") == []


# -- methods ------------------------------------------------------------------------------------------------


EVIDENCE: list[tuple[list[Any], str | None, int]] = [
    ([method("dpo", "tag")], "dpo", 3),
    ([method("sft", "sentence"), method("dpo", "tag")], "dpo", 3),
    ([method("sft", "tag"), method("dpo", "name")], "sft", 3),
    ([method("dpo", "tag"), method("kto", "setting")], "kto", 5),
    ([method("dpo", "tag"), method("kto", "tag")], None, 3),
    ([method("dpo", "name")], "dpo", 1),
]


def test_the_strongest_evidence_decides_the_method_and_sft_gives_way(made: Made) -> None:
    for n, (evidence, *_) in enumerate(EVIDENCE):
        made.card(f"a/{n}", setting("seed", 1), *evidence)
    found = rows_of(made.opened(), "SELECT training_method, method_strength FROM training_runs ORDER BY model_id")
    assert found == [(expected, strength) for _, expected, strength in EVIDENCE]


def test_names_of_results_tell_the_trainer(made: Made) -> None:
    told = {"dpo": [], "kto": ["kl"], "orpo": ["log_odds_ratio"], "orpo2": ["nll_loss"]}
    for name, more in told.items():
        made.card(f"a/{name}", *dpo_run(5e-7, 1.0), *(result(m, 0.1) for m in more))
    found = rows_of(made.opened(), "SELECT model_id, training_method, method_evidence FROM training_runs ORDER BY 1")
    assert [(name, method_) for name, method_, _ in found] == [
        ("a/dpo", "dpo"),
        ("a/kto", "kto"),
        ("a/orpo", "orpo"),
        ("a/orpo2", "orpo"),
    ]
    assert all(evidence.startswith("metrics: rewards/") for *_, evidence in found)


def test_what_a_card_says_of_one_stage_decides_that_stage_alone(made: Made) -> None:
    made.card(
        "a/b",
        *(setting("learning_rate", rate, run=run) for run, rate in enumerate((2e-5, 5e-7))),
        method("dpo", "tag"),
        method("sft", "tag"),
        method("sft", "sentence", run=0),
    )
    found = rows_of(made.opened(), "SELECT run, training_method FROM training_runs ORDER BY run")
    assert found == [(0, "sft"), (1, "dpo")]


def test_a_repo_that_is_no_language_model_has_no_method(made: Made) -> None:
    made.card("a/task", setting("seed", 1), method("ppo"), pipeline_tag="reinforcement-learning")
    made.card("a/library", setting("seed", 1), method("ppo"), library_name="stable-baselines3")
    found = rows_of(made.opened(), "SELECT training_method, method_evidence FROM training_runs")
    assert found == [(None, None), (None, None)]


def test_the_name_of_a_merge_says_nothing_of_its_training(made: Made) -> None:
    made.card("a/b-dpo", setting("seed", 1), method("dpo", "name"), tag("merge"))
    assert row(made.opened(), "training_method") == (None,)


def test_the_hubs_own_tag_is_evidence_too(made: Made) -> None:
    made.card("a/b", setting("seed", 1), listing={"tags": ("DPO",)})
    assert row(made.opened(), "training_method, method_evidence") == ("dpo", "hub_tag: DPO")


# -- copies -------------------------------------------------------------------------------------------------


def test_a_quantized_copy_is_the_same_run_and_the_own_card_counts(made: Made) -> None:
    made.card("lab/m", *dpo_run(5e-7, 2.0))
    made.card("a/m-gguf", *dpo_run(5e-7, 2.0, about="reprinted", about_model="lab/m"))
    con = made.opened()
    assert rows_of(con, "SELECT model_id, is_canonical, canonical_run_id, reason FROM run_copies ORDER BY 1") == [
        ("a/m-gguf", False, "lab/m#0", "copy: same subject"),
        ("lab/m", True, "lab/m#0", "canonical"),
    ]


def test_a_reupload_with_the_same_exact_results_is_the_same_run_and_the_older_repo_counts(made: Made) -> None:
    made.card("b/second", *dpo_run(5e-7, 2.0123), listing={"created_at": T0.replace(year=2025)})
    made.card("a/first", *dpo_run(5e-7, 2.0123), listing={"created_at": T0.replace(year=2024)})
    made.card("c/other", *dpo_run(5e-7, 2.0124))
    con = made.opened()
    assert rows_of(con, "SELECT model_id, canonical_run_id, n_printings FROM run_copies ORDER BY 1") == [
        ("a/first", "a/first#0", 2),
        ("b/second", "a/first#0", 2),
        ("c/other", "c/other#0", 1),
    ]


def test_equal_default_settings_and_round_results_make_no_copies(made: Made) -> None:
    for owner in ("a", "b"):
        made.card(
            f"{owner}/m", setting("learning_rate", 5e-5), result("accuracy", 1.0), result("loss", math.nan, "nan")
        )
    assert rows_of(made.opened(), "SELECT DISTINCT reason FROM run_copies") == [("only printing",)]


def test_copies_of_one_original_outside_the_warehouse_are_one_run(made: Made) -> None:
    for owner in ("a", "b"):
        made.card(f"{owner}/m", setting("seed", 1, about="reprinted", about_model="far/away"))
    assert row(made.opened(), "count(*), count(DISTINCT canonical_run_id)", "run_copies") == (2, 1)


def test_logs_of_one_shape_are_told_apart_even_where_every_number_stands_in_them_twice(made: Made) -> None:
    for name, value in (("a/one", 0.1234), ("b/two", 0.4321)):
        made.card(
            name,
            setting("seed", 1),
            *(step(n, m, value) for n in range(2) for m in ("training_loss", "validation_loss")),
        )
    assert row(made.opened(), "count(DISTINCT canonical_run_id)", "run_copies") == (2,)


def test_headlines_are_told_apart_even_where_two_metrics_share_one_number(made: Made) -> None:
    for name, value in (("a/one", 0.9123), ("b/two", 0.8123)):
        shared = (result(m, value) for m in ("accuracy", "recall"))
        made.card(name, setting("seed", 1), result("loss", 0.4567), *shared)
    assert row(made.opened(), "count(DISTINCT canonical_run_id)", "run_copies") == (2,)


def test_a_chain_of_different_likenesses_is_one_run(made: Made) -> None:
    log = [step(n, "training_loss", 0.1234 + n / 100) for n in range(4)]
    made.card("a/own", *dpo_run(5e-7, 2.0123))
    made.card("b/headline-and-log", *dpo_run(5e-7, 2.0123), *log)
    made.card("c/log", setting("learning_rate", 5e-7), *log)
    con = made.opened()
    assert rows_of(con, "SELECT DISTINCT canonical_run_id FROM run_copies") == [("a/own#0",)]
    assert row(con, "reason", "run_copies", "model_id = 'c/log'") == ("copy: linked through a third printing",)


def test_an_author_sweeping_one_base_on_one_data_set_is_one_group(made: Made) -> None:
    for n, rate in enumerate((1e-6, 2e-6, 5e-6)):
        made.card(f"lab/m{n}", *dpo_run(rate, 1.0 + n), parent("x/Base"), dataset("d/two"), dataset("d/One"))
    made.card("other/m", *dpo_run(1e-6, 9.0), parent("x/base"), dataset("d/one"), dataset("d/two"))
    con = made.opened()
    assert rows_of(con, "SELECT group_id, count(*) FROM training_runs GROUP BY ALL ORDER BY 2") == [
        ("other | x/base | d/one, d/two", 1),
        ("lab | x/base | d/one, d/two", 3),
    ]


def test_what_everybody_loads_files_of_their_own_with_is_no_data_set_of_a_run(made: Made) -> None:
    made.card("lab/m", *dpo_run(1e-6, 1.0), parent("x/base"), dataset("generator"))
    made.card("lab/n", *dpo_run(2e-6, 2.0), parent("x/base"), dataset("generator"), dataset("d/one"))
    con = made.opened()
    assert rows_of(con, "SELECT model_id, datasets, group_id FROM training_runs ORDER BY 1") == [
        ("lab/m", None, "lab | x/base | ?"),
        ("lab/n", "d/one", "lab | x/base | d/one"),
    ]


def test_the_front_matters_base_counts_before_the_hubs_and_quantized_parents_are_no_bases(made: Made) -> None:
    made.card(
        "lab/m",
        setting("seed", 1),
        parent("front/base"),
        parent("q/parent", "quantized"),
        parent("body/base", source="prose"),
        listing={"base_models": ("finetune:hub/base",)},
    )
    assert row(made.opened(), "base_model") == ("front/base",)


def test_an_adapter_that_others_call_fine_tuned_is_an_adapter(made: Made) -> None:
    made.card("a/lora", parent("x/base", "adapter"), parent("x/base", "finetune", source="prose"))
    made.card("a/odd", parent("x/base", "merge"), parent("x/base", "finetune", source="prose"))
    assert rows_of(made.opened(), "SELECT model_id, relation, n_sources FROM parents ORDER BY 1") == [
        ("a/lora", "adapter", 2),
        ("a/odd", None, 2),
    ]


def test_several_stated_versions_of_one_library_are_none(made: Made) -> None:
    made.card(
        "a/b", setting("seed", 1), version("transformers", "4.35.0"), version("trl", "0.7"), version("trl", "0.8")
    )
    assert row(made.opened(), "transformers_version, trl_version") == ("4.35.0", None)


def test_a_warmup_in_per_cent_is_a_share_of_one_in_the_runs_settings(made: Made) -> None:
    told = setting("lr_scheduler_warmup_ratio", 10, value_text="10%")
    made.card("a/b", told, setting("learning_rate", 1e-5))
    made.card("a/c", setting("lr_scheduler_warmup_ratio", 0.1), setting("learning_rate", 1e-5))
    remarked = setting("lr_scheduler_warmup_ratio", 10, value_text="10 % of all steps")
    made.card("a/d", remarked, setting("learning_rate", 1e-5))
    both = setting("lr_scheduler_warmup_ratio", 0.1, value_text="0.1 (10%)")
    made.card("a/e", both, setting("learning_rate", 1e-5))
    found = rows_of(made.opened(), "SELECT model_id, lr_scheduler_warmup_ratio FROM run_settings ORDER BY 1")
    assert found == [("a/b", 0.1), ("a/c", 0.1), ("a/d", 0.1), ("a/e", 0.1)]
