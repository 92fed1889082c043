-- Question: Which learning rate schedule, optimizer and precision did each run choose?
-- Grain: one row per run (copies left out) and setting that it states in words
-- Reads: training_runs
-- Columns:
--   setting: lr_scheduler_type, optimizer or precision
--   value: what was chosen, in lower case, with underscores for blanks
--   canonical_run_id: the run
--   model_id: repo that prints it
--   group_id: author, base model and data sets; a sweep is one group
--   n_printings: printings of the run, copies included
--   training_method: sft, dpo, ...; NULL without clear evidence
--   base_model: base model's repo id
--   card_generator: the tool that wrote the card
--   transformers_version: transformers version stated, up to the minor number; NULL if none
--   created_at: when the repo was created
-- Caveats: a text of more than 80 characters is a whole configuration and no choice; a number is none either
SELECT
    s.setting, replace(s.value, ' ', '_') AS value, s.canonical_run_id, s.model_id, s.group_id, s.n_printings,
    s.training_method, s.base_model, s.card_generator,
    regexp_extract(s.transformers_version, '^\d+\.\d+') AS transformers_version,
    s.created_at
FROM (
    SELECT
        r.canonical_run_id, r.model_id, r.group_id, r.n_printings, r.training_method, r.base_model,
        r.card_generator, r.transformers_version, r.created_at, w.setting,
        CASE w.setting
            WHEN 'lr_scheduler_type' THEN r.lr_scheduler_type WHEN 'optimizer' THEN r.optimizer ELSE r.precision
        END AS value
    FROM training_runs AS r
    CROSS JOIN (VALUES ('lr_scheduler_type'), ('optimizer'), ('precision')) AS w (setting)
    WHERE r.is_canonical
) AS s
WHERE length(s.value) BETWEEN 1 AND 80 AND TRY_CAST(s.value AS DOUBLE) IS NULL
