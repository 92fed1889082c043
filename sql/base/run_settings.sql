-- Question: With which settings was each run made, as far as its printing says without contradicting itself?
-- Grain: one row per printing of a run that states settings
-- Reads: hyperparameters, run_printings, models, generator_fields
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   n_settings: settings stated, parts of others not counted
--   conflicts: names of settings stated twice with different values, which are NULL here; NULL if there is none
--   learning_rate: learning rate
--   train_batch_size: examples per step and device
--   eval_batch_size: examples per evaluation step and device
--   gradient_accumulation_steps: steps gathered before an update
--   num_devices: devices
--   total_train_batch_size: examples per update, as stated
--   effective_batch_size: examples per update: as stated, else the product of batch size, accumulation steps and
--     devices where these are stated or the card's writer means 1 by their absence; NULL if the two differ
--   batch_size_check: the stated total against the product: agrees; implies_devices (no devices are stated, and the
--     total is a multiple: older Trainers left their number out); differs; unchecked (one of the two is missing)
--   num_epochs: epochs asked for
--   training_steps: update steps asked for
--   lr_scheduler_type: learning rate schedule, in lower case
--   lr_scheduler_warmup_ratio: share of the steps spent warming up
--   lr_scheduler_warmup_steps: steps spent warming up (transformers 5 writes a share below 1 here)
--   optimizer: optimizer's name in lower case, or its whole statement where no name could be taken from it
--   adam_beta1: first beta of Adam
--   adam_beta2: second beta of Adam
--   adam_epsilon: epsilon of Adam
--   weight_decay: weight decay
--   beta: strength of the preference penalty (DPO, KTO, ...)
--   loss_type: loss of the preference trainer, in lower case
--   lora_r: rank of the LoRA adapter
--   lora_alpha: alpha of the LoRA adapter
--   max_seq_length: longest sequence, tokens
--   precision: bf16 or fp16 where the card says so, else the mixed precision as stated, in lower case
--   distributed_type: kind of distribution, in lower case
--   seed: random seed
-- Caveats: a setting stated twice with different values within one run is NULL and named in conflicts; a value that is
--   no number (auto) is NULL; a share of one that is written in per cent (warmup ratio, weight decay) is one of one here
WITH said AS (
    SELECT
        h.model_id, h.run, h.name,
        CASE
            WHEN h.name IN ('lr_scheduler_warmup_ratio', 'weight_decay') AND regexp_matches(h.value_text, '^\D{0,2}[0-9.,]+ ?%')
                THEN h.value_number / 100
            ELSE h.value_number
        END AS value_number,
        h.value_bool, h.is_part,
        -- NULL where a setting is said to have been left alone, or to another setting, which contradicts nothing
        nullif(nullif(nullif(nullif(folded(h.value_text), 'none'), 'null'), 'auto'), '') AS word
    FROM hyperparameters AS h
    INNER JOIN run_printings AS p
        ON p.model_id = h.model_id AND p.run = h.run AND (p.about = h.about OR p.about = 'unclear')
),

-- Nearly every setting is stated once: only those that may be stated twice, found by their hash, are compared.
repeated AS (
    SELECT hash(h.model_id, h.run, h.name) AS digest
    FROM hyperparameters AS h
    GROUP BY hash(h.model_id, h.run, h.name)
    HAVING count(*) > 1
),

stated AS (
    SELECT
        s.model_id, s.run, s.name,
        count(s.word) AS times,
        count(s.value_number) AS numbers,
        min(s.value_number) AS lowest,
        max(s.value_number) AS highest,
        min(s.word) AS first_text,
        max(s.word) AS last_text,
        bool_or(coalesce(s.value_bool, FALSE)) AS is_true,
        min(CASE WHEN s.is_part THEN 0 ELSE 1 END) AS own_statements
    FROM said AS s
    SEMI JOIN repeated AS r ON r.digest = hash(s.model_id, s.run, s.name)
    GROUP BY s.model_id, s.run, s.name
),

judged AS (
    SELECT
        s.model_id, s.run, s.name, s.own_statements, s.is_true,
        CASE WHEN s.times = s.numbers THEN s.lowest = s.highest ELSE s.first_text = s.last_text END AS agrees,
        CASE WHEN s.times = s.numbers AND s.lowest = s.highest THEN s.lowest END AS number,
        CASE WHEN s.first_text = s.last_text THEN s.first_text END AS word
    FROM stated AS s
    UNION ALL
    SELECT
        s.model_id, s.run, s.name,
        CASE WHEN s.is_part THEN 0 ELSE 1 END AS own_statements,
        coalesce(s.value_bool, FALSE) AS is_true,
        TRUE AS agrees,
        CASE WHEN s.word IS NOT NULL THEN s.value_number END AS number,
        s.word
    FROM said AS s
    ANTI JOIN repeated AS r ON r.digest = hash(s.model_id, s.run, s.name)
),

clear AS (
    SELECT
        j.model_id,
        j.run,
        sum(j.own_statements) AS n_settings,
        string_agg(j.name, ', ' ORDER BY j.name) FILTER (WHERE NOT j.agrees) AS conflicts,
        max(CASE WHEN j.name = 'learning_rate' THEN j.number END) AS learning_rate,
        max(CASE WHEN j.name = 'train_batch_size' THEN j.number END) AS train_batch_size,
        max(CASE WHEN j.name = 'eval_batch_size' THEN j.number END) AS eval_batch_size,
        max(CASE WHEN j.name = 'gradient_accumulation_steps' THEN j.number END) AS gradient_accumulation_steps,
        max(CASE WHEN j.name = 'num_devices' THEN j.number END) AS num_devices,
        max(CASE WHEN j.name = 'total_train_batch_size' THEN j.number END) AS total_train_batch_size,
        max(CASE WHEN j.name = 'num_epochs' THEN j.number END) AS num_epochs,
        max(CASE WHEN j.name = 'training_steps' THEN j.number END) AS training_steps,
        max(CASE WHEN j.name = 'lr_scheduler_type' THEN j.word END) AS lr_scheduler_type,
        max(CASE WHEN j.name = 'lr_scheduler_warmup_ratio' THEN j.number END) AS lr_scheduler_warmup_ratio,
        max(CASE WHEN j.name = 'lr_scheduler_warmup_steps' THEN j.number END) AS lr_scheduler_warmup_steps,
        coalesce(
            max(CASE WHEN j.name = 'optimizer_name' THEN j.word END),
            max(CASE WHEN j.name = 'optimizer' THEN j.word END)
        ) AS optimizer,
        max(CASE WHEN j.name = 'adam_beta1' THEN j.number END) AS adam_beta1,
        max(CASE WHEN j.name = 'adam_beta2' THEN j.number END) AS adam_beta2,
        max(CASE WHEN j.name = 'adam_epsilon' THEN j.number END) AS adam_epsilon,
        max(CASE WHEN j.name = 'weight_decay' THEN j.number END) AS weight_decay,
        max(CASE WHEN j.name = 'beta' THEN j.number END) AS beta,
        max(CASE WHEN j.name = 'loss_type' THEN j.word END) AS loss_type,
        max(CASE WHEN j.name = 'lora_r' THEN j.number END) AS lora_r,
        max(CASE WHEN j.name = 'lora_alpha' THEN j.number END) AS lora_alpha,
        max(CASE WHEN j.name = 'max_seq_length' THEN j.number END) AS max_seq_length,
        CASE
            WHEN bool_or(j.name = 'bf16' AND j.is_true) THEN 'bf16'
            WHEN bool_or(j.name = 'fp16' AND j.is_true) THEN 'fp16'
            ELSE max(CASE WHEN j.name = 'mixed_precision_training' THEN j.word END)
        END AS precision,
        max(CASE WHEN j.name = 'distributed_type' THEN j.word END) AS distributed_type,
        max(CASE WHEN j.name = 'seed' THEN j.number END) AS seed
    FROM judged AS j
    GROUP BY j.model_id, j.run
),

silent_ones AS (
    SELECT g.generator, g.name
    FROM generator_fields AS g
    WHERE g.table_name = 'hyperparameters' AND g.means_when_absent = '1'
    GROUP BY g.generator, g.name
),

multiplied AS (
    SELECT
        r.model_id, r.run, r.n_settings, r.conflicts,
        r.learning_rate, r.train_batch_size, r.eval_batch_size, r.gradient_accumulation_steps,
        r.num_devices, r.total_train_batch_size, r.num_epochs, r.training_steps,
        r.lr_scheduler_type, r.lr_scheduler_warmup_ratio, r.lr_scheduler_warmup_steps, r.optimizer,
        r.adam_beta1, r.adam_beta2, r.adam_epsilon, r.weight_decay,
        r.beta, r.loss_type, r.lora_r, r.lora_alpha,
        r.max_seq_length, r.precision, r.distributed_type, r.seed,
        r.train_batch_size
        * coalesce(r.gradient_accumulation_steps, CASE WHEN a.name IS NOT NULL THEN 1 END)
        * coalesce(r.num_devices, CASE WHEN d.name IS NOT NULL THEN 1 END) AS product
    FROM clear AS r
    INNER JOIN models AS m ON m.model_id = r.model_id
    LEFT JOIN silent_ones AS a ON a.generator = m.card_generator AND a.name = 'gradient_accumulation_steps'
    LEFT JOIN silent_ones AS d ON d.generator = m.card_generator AND d.name = 'num_devices'
),

checked AS (
    SELECT
        x.model_id, x.run, x.n_settings, x.conflicts,
        x.learning_rate, x.train_batch_size, x.eval_batch_size, x.gradient_accumulation_steps,
        x.num_devices, x.total_train_batch_size, x.num_epochs, x.training_steps,
        x.lr_scheduler_type, x.lr_scheduler_warmup_ratio, x.lr_scheduler_warmup_steps, x.optimizer,
        x.adam_beta1, x.adam_beta2, x.adam_epsilon, x.weight_decay,
        x.beta, x.loss_type, x.lora_r, x.lora_alpha,
        x.max_seq_length, x.precision, x.distributed_type, x.seed,
        x.product,
        CASE
            WHEN x.total_train_batch_size IS NULL OR x.product IS NULL THEN 'unchecked'
            WHEN x.product = x.total_train_batch_size THEN 'agrees'
            WHEN x.num_devices IS NULL AND x.product > 0 AND x.total_train_batch_size > x.product
                AND x.total_train_batch_size % x.product = 0
                THEN 'implies_devices'
            ELSE 'differs'
        END AS batch_size_check
    FROM multiplied AS x
)

SELECT
    c.model_id,
    c.run,
    c.n_settings,
    c.conflicts,
    c.learning_rate,
    c.train_batch_size,
    c.eval_batch_size,
    c.gradient_accumulation_steps,
    c.num_devices,
    c.total_train_batch_size,
    CASE WHEN c.batch_size_check <> 'differs' THEN coalesce(c.total_train_batch_size, c.product) END
        AS effective_batch_size,
    c.batch_size_check,
    c.num_epochs,
    c.training_steps,
    c.lr_scheduler_type,
    c.lr_scheduler_warmup_ratio,
    c.lr_scheduler_warmup_steps,
    c.optimizer,
    c.adam_beta1,
    c.adam_beta2,
    c.adam_epsilon,
    c.weight_decay,
    c.beta,
    c.loss_type,
    c.lora_r,
    c.lora_alpha,
    c.max_seq_length,
    c.precision,
    c.distributed_type,
    c.seed
FROM checked AS c
