-- Question: How was each model trained, and what came out of it?
-- Grain: one row per printing of a training run: a card and the number of the run in it
-- Reads: run_printings, run_copies, run_settings, run_results, run_methods, run_parents, models, framework_versions
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   subject_id: the repo that was trained in this run; NULL where a copy does not say of what
--   about: own, or reprinted where a quantized or converted copy prints its original's run, or unclear
--   canonical_run_id: the run, as repo and number of the printing that counts; the same for all copies
--   is_canonical: whether this is the printing that counts: filter on it to count runs instead of printings
--   n_printings: printings of this run
--   copy_reason: why this printing is a copy or is not (see run_copies)
--   group_id: author of the subject, base model and data sets; a sweep is one group
--   author: owner of the subject
--   base_model: base model's repo id; several joined by a comma; NULL if none is named
--   datasets: data sets in alphabetical order, joined by a comma; NULL if none is named (see run_parents)
--   training_method: sft, dpo, kto, orpo, reward, ppo, grpo, ...; NULL without clear evidence
--   method_evidence: what says so, strongest first
--   method_strength: strength of the strongest evidence, 5 to 1 (see method_rules)
--   other_methods: methods for which there is weaker evidence; NULL if there is none
--   learning_rate: learning rate
--   effective_batch_size: examples per update: as stated, else the product of batch size, accumulation steps and
--     devices where these are stated or the card's writer means 1 by their absence; NULL if the two differ
--   batch_size_check: the stated total against the product: agrees; implies_devices (no devices are stated, and the
--     total is a multiple: older Trainers left their number out); differs; unchecked (one of the two is missing)
--   train_batch_size: examples per step and device
--   eval_batch_size: examples per evaluation step and device
--   gradient_accumulation_steps: steps gathered before an update, as stated
--   num_devices: devices, as stated
--   total_train_batch_size: examples per update, as stated
--   num_epochs: epochs asked for
--   training_steps: update steps asked for
--   lr_scheduler_type: learning rate schedule, in lower case
--   lr_scheduler_warmup_ratio: share of the steps spent warming up
--   lr_scheduler_warmup_steps: steps spent warming up
--   optimizer: optimizer's name, in lower case
--   adam_beta1: first beta of Adam
--   adam_beta2: second beta of Adam
--   adam_epsilon: epsilon of Adam
--   weight_decay: weight decay
--   beta: strength of the preference penalty, where stated (the Trainer's card never states it)
--   loss_type: loss of the preference trainer, in lower case
--   lora_r: rank of the LoRA adapter
--   lora_alpha: alpha of the LoRA adapter
--   max_seq_length: longest sequence, tokens
--   precision: bf16, fp16, or the mixed precision as stated
--   distributed_type: kind of distribution
--   seed: random seed
--   n_settings: settings stated, parts of others not counted
--   conflicts: settings stated twice with different values, which are NULL here
--   loss: headline evaluation loss
--   accuracy: headline accuracy, as printed
--   reward_margin: headline rewards/margins
--   reward_accuracy: headline rewards/accuracies, as printed
--   reward_chosen: headline rewards/chosen
--   reward_rejected: headline rewards/rejected
--   result_conflicts: headline results stated twice with different values, which are NULL here
--   n_log_rows: rows of the run's logs
--   last_step: step of the last row of the last log
--   last_epoch: epoch of that row
--   last_training_loss: training loss in that row; NULL if it has none
--   last_validation_loss: validation loss in that row
--   last_reward_margin: rewards/margins in that row
--   last_reward_accuracy: rewards/accuracies in that row
--   card_generator: the tool that wrote the card
--   card_generator_version: its version, exact or a range
--   transformers_version: transformers version stated; NULL if none or several
--   trl_version: trl version stated
--   pytorch_version: PyTorch version stated
--   created_at: when the repo that prints the run was created
--   last_modified: when it was last changed
-- Caveats: one row is a printing, not a run: filter on is_canonical to count runs; a card that states nothing of a
--   setting does not say that the default was used (see field_coverage)
-- Kept: table
WITH versions AS (
    SELECT
        f.model_id, coalesce(f.run, 0) AS run,
        CASE WHEN min(CASE WHEN f.framework = 'transformers' THEN f.version END)
            = max(CASE WHEN f.framework = 'transformers' THEN f.version END)
            THEN min(CASE WHEN f.framework = 'transformers' THEN f.version END) END AS transformers_version,
        CASE WHEN min(CASE WHEN f.framework = 'trl' THEN f.version END)
            = max(CASE WHEN f.framework = 'trl' THEN f.version END)
            THEN min(CASE WHEN f.framework = 'trl' THEN f.version END) END AS trl_version,
        CASE WHEN min(CASE WHEN f.framework = 'pytorch' THEN f.version END)
            = max(CASE WHEN f.framework = 'pytorch' THEN f.version END)
            THEN min(CASE WHEN f.framework = 'pytorch' THEN f.version END) END AS pytorch_version
    FROM framework_versions AS f
    WHERE f.framework IN ('transformers', 'trl', 'pytorch')
    GROUP BY f.model_id, coalesce(f.run, 0)
),

named_parents AS (
    SELECT f.model_id, f.run, f.base_model, f.datasets FROM run_parents AS f
),

run_groups AS (
    SELECT
        c.canonical_run_id,
        concat_ws(
            ' | ',
            CASE WHEN c.subject_id IS NULL THEN '?' ELSE lower(split_part(c.subject_id, '/', 1)) END,
            coalesce(lower(f.base_model), '?'),
            coalesce(f.datasets, '?')
        ) AS group_id
    FROM run_copies AS c
    INNER JOIN named_parents AS f ON f.model_id = c.model_id AND f.run = c.run
    WHERE c.is_canonical
)

SELECT
    p.model_id,
    p.run,
    p.subject_id,
    p.about,
    c.canonical_run_id,
    c.is_canonical,
    c.n_printings,
    c.reason AS copy_reason,
    g.group_id,
    owner_of(p.subject_id) AS author,
    f.base_model,
    f.datasets,
    e.training_method,
    e.method_evidence,
    e.method_strength,
    e.other_methods,
    s.learning_rate,
    s.effective_batch_size,
    coalesce(s.batch_size_check, 'unchecked') AS batch_size_check,
    s.train_batch_size,
    s.eval_batch_size,
    s.gradient_accumulation_steps,
    s.num_devices,
    s.total_train_batch_size,
    s.num_epochs,
    s.training_steps,
    s.lr_scheduler_type,
    s.lr_scheduler_warmup_ratio,
    s.lr_scheduler_warmup_steps,
    s.optimizer,
    s.adam_beta1,
    s.adam_beta2,
    s.adam_epsilon,
    s.weight_decay,
    s.beta,
    s.loss_type,
    s.lora_r,
    s.lora_alpha,
    s.max_seq_length,
    s.precision,
    s.distributed_type,
    s.seed,
    coalesce(s.n_settings, 0) AS n_settings,
    s.conflicts,
    r.loss,
    r.accuracy,
    r.reward_margin,
    r.reward_accuracy,
    r.reward_chosen,
    r.reward_rejected,
    r.result_conflicts,
    coalesce(r.n_log_rows, 0) AS n_log_rows,
    r.last_step,
    r.last_epoch,
    r.last_training_loss,
    r.last_validation_loss,
    r.last_reward_margin,
    r.last_reward_accuracy,
    m.card_generator,
    m.card_generator_version,
    v.transformers_version,
    v.trl_version,
    v.pytorch_version,
    m.created_at,
    m.last_modified
FROM run_printings AS p
INNER JOIN run_copies AS c ON c.model_id = p.model_id AND c.run = p.run
INNER JOIN named_parents AS f ON f.model_id = p.model_id AND f.run = p.run
INNER JOIN run_groups AS g ON g.canonical_run_id = c.canonical_run_id
INNER JOIN models AS m ON m.model_id = p.model_id
LEFT JOIN run_settings AS s ON s.model_id = p.model_id AND s.run = p.run
LEFT JOIN run_results AS r ON r.model_id = p.model_id AND r.run = p.run
LEFT JOIN run_methods AS e ON e.model_id = p.model_id AND e.run = p.run
LEFT JOIN versions AS v ON v.model_id = p.model_id AND v.run = p.run
