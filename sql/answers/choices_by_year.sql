-- Question: Which schedulers, optimizers and precisions are used, by year?
-- Theme: settings
-- Grain: one row per setting, year and value
-- Reads: training_runs
-- Columns:
--   setting: lr_scheduler_type, optimizer or precision
--   year: year in which the repo was created; NULL if unknown
--   value: the value as stated, in lower case
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   share_of_runs: of the runs of that year that state the setting, the share with this value
-- Caveats: up to transformers 4.45 the Trainer's card says adam whatever the optimizer, and it never shows bf16:
--   a rise of adamw or bf16 is partly a change of the card
WITH stated AS (
    SELECT 'lr_scheduler_type' AS setting, r.lr_scheduler_type AS value, r.created_at, r.is_canonical, r.group_id
    FROM training_runs AS r
    UNION ALL
    SELECT 'optimizer' AS setting, r.optimizer AS value, r.created_at, r.is_canonical, r.group_id
    FROM training_runs AS r
    UNION ALL
    SELECT 'precision' AS setting, r.precision AS value, r.created_at, r.is_canonical, r.group_id
    FROM training_runs AS r
),

counted AS (
    SELECT
        s.setting, year(s.created_at) AS year, s.value,
        sum(CASE WHEN s.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN s.is_canonical THEN s.group_id END) AS n_groups,
        sum(CASE WHEN s.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded
    FROM stated AS s
    WHERE s.value IS NOT NULL AND length(s.value) <= 80
    GROUP BY s.setting, year(s.created_at), s.value
)

SELECT
    c.setting,
    c.year,
    c.value,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.n_runs / nullif(CAST(sum(c.n_runs) OVER (PARTITION BY c.setting, c.year) AS DOUBLE), 0) AS share_of_runs
FROM counted AS c
ORDER BY c.setting, c.year NULLS LAST, c.n_runs DESC, c.value
