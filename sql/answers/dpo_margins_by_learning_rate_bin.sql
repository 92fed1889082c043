-- Question: How do DPO's reward margins lie at each order of the learning rate?
-- Theme: preference training
-- Grain: one row per learning rate, rounded to 1, 2 or 5 times a power of ten
-- Reads: training_runs
-- Columns:
--   learning_rate_bin: the nearest of 1, 2 and 5 times a power of ten
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   median_margin: median final reward margin
--   least_margin: lowest margin
--   greatest_margin: highest margin
-- Caveats: bins hold different authors, bases and losses: a rise from bin to bin is no effect of the rate (see
--   dpo_learning_rate_vs_reward_margin_summary)
WITH runs AS (
    SELECT
        r.is_canonical, r.group_id, r.canonical_run_id,
        bounded(coalesce(r.reward_margin, r.last_reward_margin)) AS margin,
        floor(log10_or_null(r.learning_rate)) AS decade,
        log10_or_null(r.learning_rate) - floor(log10_or_null(r.learning_rate)) AS fraction
    FROM training_runs AS r
    WHERE r.training_method = 'dpo' AND log10_or_null(r.learning_rate) IS NOT NULL
),

binned AS (
    SELECT
        u.is_canonical, u.group_id, u.margin,
        CASE  -- through a text, since 5 * power(10, -6) is not 5e-06
            WHEN u.fraction < 0.1505 THEN CAST(concat('1e', CAST(u.decade AS BIGINT)) AS DOUBLE)
            WHEN u.fraction < 0.5 THEN CAST(concat('2e', CAST(u.decade AS BIGINT)) AS DOUBLE)
            WHEN u.fraction < 0.8495 THEN CAST(concat('5e', CAST(u.decade AS BIGINT)) AS DOUBLE)
            ELSE CAST(concat('1e', CAST(u.decade AS BIGINT) + 1) AS DOUBLE)
        END AS bin
    FROM runs AS u
    WHERE u.margin IS NOT NULL
),

counted AS (
    SELECT
        b.bin,
        sum(CASE WHEN b.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN b.is_canonical THEN b.group_id END) AS n_groups,
        sum(CASE WHEN b.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded,
        median(CASE WHEN b.is_canonical THEN b.margin END) AS median_margin,
        min(CASE WHEN b.is_canonical THEN b.margin END) AS least_margin,
        max(CASE WHEN b.is_canonical THEN b.margin END) AS greatest_margin
    FROM binned AS b
    GROUP BY b.bin
)

SELECT
    c.bin AS learning_rate_bin,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.median_margin,
    c.least_margin,
    c.greatest_margin
FROM counted AS c
ORDER BY c.bin
