-- Question: Which schedulers, optimizers and precisions are used, by version of transformers?
-- Theme: settings
-- Grain: one row per setting, version and value
-- Reads: training_runs
-- Columns:
--   setting: lr_scheduler_type, optimizer or precision
--   transformers_version: major and minor version stated; NULL if none
--   value: the value as stated, in lower case
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: of the runs of that version that state the setting, the share with this value
-- Caveats: up to transformers 4.45 the Trainer's card says adam whatever the optimizer, and it never shows bf16:
--   a rise of adamw or bf16 is partly a change of the card
WITH stated AS (
    SELECT 'lr_scheduler_type' AS setting, r.lr_scheduler_type AS value,
        regexp_extract(r.transformers_version, '^\d+\.\d+') AS version, r.is_canonical, r.group_id
    FROM training_runs AS r
    UNION ALL
    SELECT 'optimizer' AS setting, r.optimizer AS value,
        regexp_extract(r.transformers_version, '^\d+\.\d+') AS version, r.is_canonical, r.group_id
    FROM training_runs AS r
    UNION ALL
    SELECT 'precision' AS setting, r.precision AS value,
        regexp_extract(r.transformers_version, '^\d+\.\d+') AS version, r.is_canonical, r.group_id
    FROM training_runs AS r
),

counted AS (
    SELECT
        s.setting, s.version, s.value,
        sum(CASE WHEN s.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN s.is_canonical THEN s.group_id END) AS n_groups,
        sum(CASE WHEN s.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded
    FROM stated AS s
    WHERE s.value IS NOT NULL AND length(s.value) <= 80
    GROUP BY s.setting, s.version, s.value
)

SELECT
    c.setting,
    c.version AS transformers_version,
    c.value,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER (PARTITION BY c.setting, c.version) AS DOUBLE), 0) AS share_of_runs
FROM counted AS c
ORDER BY c.setting, version_rank(c.version) NULLS LAST, c.n_runs DESC, c.value
