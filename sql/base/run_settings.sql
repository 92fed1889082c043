-- Question: With which settings was each run made, as far as its printing says without contradicting itself?
-- Grain: one row per printing of a run that states settings
-- Reads: hyperparameters, run_printings
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
--   no number (auto) is NULL
WITH stated AS (
    SELECT
        h.model_id, h.run, h.name,
        count(*) AS times,
        count(h.value_number) AS numbers,
        min(h.value_number) AS lowest,
        max(h.value_number) AS highest,
        min(folded(h.value_text)) AS first_text,
        max(folded(h.value_text)) AS last_text,
        bool_or(coalesce(h.value_bool, FALSE)) AS is_true,
        min(CASE WHEN h.is_part THEN 0 ELSE 1 END) AS own_statements
    FROM hyperparameters AS h
    INNER JOIN run_printings AS p
        ON p.model_id = h.model_id AND p.run = h.run AND (p.about = h.about OR p.about = 'unclear')
    GROUP BY h.model_id, h.run, h.name
),

judged AS (
    SELECT
        s.model_id, s.run, s.name, s.own_statements, s.is_true,
        CASE WHEN s.times = s.numbers THEN s.lowest = s.highest ELSE s.first_text = s.last_text END AS agrees,
        CASE WHEN s.times = s.numbers AND s.lowest = s.highest THEN s.lowest END AS number,
        CASE WHEN s.first_text = s.last_text THEN s.first_text END AS word
    FROM stated AS s
)

SELECT
    j.model_id,
    j.run,
    sum(j.own_statements) AS n_settings,
    string_agg(CASE WHEN NOT j.agrees THEN j.name END, ', ' ORDER BY j.name) AS conflicts,
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
