-- Question: Which reward margins did DPO runs reach, at which learning rates?
-- Theme: preference training
-- Grain: one row per DPO run (copies left out) with a finite margin and a learning rate above zero
-- Reads: training_runs
-- Columns:
--   canonical_run_id: the run: repo and number of the printing that counts
--   model_id: repo that prints it
--   subject_id: repo that was trained
--   group_id: author, base model and data sets; a sweep is one group
--   author: owner of the subject
--   base_model: base model, as far as named
--   datasets: data sets, as far as named
--   learning_rate: learning rate
--   log10_learning_rate: its decimal logarithm
--   reward_margin: rewards/margins at the end: the headline result, else the last row of the log
--   margin_source: headline or last_log
--   reward_accuracy: rewards/accuracies from the same place, as printed
--   loss: headline evaluation loss
--   beta: DPO's beta, where stated; margins grow with it, and the Trainer's card never states it
--   loss_type: loss of the preference trainer, where stated
--   effective_batch_size: examples per update
--   num_epochs: epochs asked for
--   lr_scheduler_type: schedule
--   card_generator: tool that wrote the card
--   trl_version: trl version, where stated
--   transformers_version: transformers version, where stated
--   method_evidence: what says that it is DPO
--   method_strength: how strongly, 5 to 1
--   n_printings: printings of the run, copies included
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
-- Caveats: margins of different beta, loss, data and length of training are not comparable as they stand: read the
--   summary before any trend; runs that only say rewards/* may be DPO's relatives (IPO, other losses of DPOTrainer)
WITH given AS (
    SELECT
        'dpo' AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator
),

runs AS (
    SELECT
        r.canonical_run_id, r.model_id, r.subject_id, r.group_id, r.author, r.base_model, r.datasets,
        r.learning_rate, r.loss, r.beta, r.loss_type, r.effective_batch_size, r.num_epochs, r.lr_scheduler_type,
        r.card_generator, r.trl_version, r.transformers_version, r.method_evidence, r.method_strength, r.n_printings,
        final_margin(r.reward_margin, r.last_reward_margin) AS reward_margin,
        CASE WHEN r.reward_margin IS NOT NULL THEN 'headline' ELSE 'last_log' END AS margin_source,
        CASE WHEN r.reward_margin IS NOT NULL THEN r.reward_accuracy ELSE r.last_reward_accuracy END AS reward_accuracy
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
)

SELECT
    r.canonical_run_id,
    r.model_id,
    r.subject_id,
    r.group_id,
    r.author,
    r.base_model,
    r.datasets,
    r.learning_rate,
    log10_or_null(r.learning_rate) AS log10_learning_rate,
    r.reward_margin,
    r.margin_source,
    r.reward_accuracy,
    r.loss,
    r.beta,
    r.loss_type,
    r.effective_batch_size,
    r.num_epochs,
    r.lr_scheduler_type,
    r.card_generator,
    r.trl_version,
    r.transformers_version,
    r.method_evidence,
    r.method_strength,
    r.n_printings
FROM runs AS r
WHERE log10_or_null(r.learning_rate) IS NOT NULL AND r.reward_margin IS NOT NULL
ORDER BY r.learning_rate, r.group_id, r.canonical_run_id
