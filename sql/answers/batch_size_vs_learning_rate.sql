-- Question: Do people raise the learning rate with the batch size?
-- Theme: settings
-- Grain: one row per training method (NULL: no method known)
-- Reads: training_runs
-- Columns:
--   training_method: method; NULL without evidence of one
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   n_groups_varying: groups with two batch sizes or more
--   n_batch_sizes_within: distinct batch sizes within those groups
--   within_group_slope: change of log10 learning rate per tenfold batch size, within groups; 1 is linear scaling, 0.5
--     the square root
--   pooled_pearson: Pearson's r of the two logarithms over all runs
--   pooled_spearman: Spearman's rank correlation over all runs, ties at their mean rank
-- Caveats: enough_data asks for 5 groups and 3 batch sizes within groups, else the last three are NULL; pooled numbers
--   compare tasks, models and authors
WITH points AS (
    SELECT
        r.training_method, r.canonical_run_id, r.is_canonical, r.group_id,
        log10_or_null(r.effective_batch_size) AS x,
        log10_or_null(r.learning_rate) AS y
    FROM training_runs AS r
),

used AS (
    SELECT
        p.training_method, p.group_id, p.x, p.y,
        p.x - avg(p.x) OVER (PARTITION BY p.training_method, p.group_id) AS x_within,
        p.y - avg(p.y) OVER (PARTITION BY p.training_method, p.group_id) AS y_within,
        min(p.x) OVER (PARTITION BY p.training_method, p.group_id)
        < max(p.x) OVER (PARTITION BY p.training_method, p.group_id) AS is_varying,
        rank() OVER (PARTITION BY p.training_method ORDER BY p.x)
        + (count(*) OVER (PARTITION BY p.training_method, p.x) - 1) / 2.0 AS x_rank,
        rank() OVER (PARTITION BY p.training_method ORDER BY p.y)
        + (count(*) OVER (PARTITION BY p.training_method, p.y) - 1) / 2.0 AS y_rank
    FROM points AS p
    WHERE p.is_canonical AND p.x IS NOT NULL AND p.y IS NOT NULL
),

copies AS (
    SELECT p.training_method, count(*) AS n
    FROM points AS p
    WHERE NOT p.is_canonical AND p.x IS NOT NULL AND p.y IS NOT NULL
    GROUP BY p.training_method
),

counted AS (
    SELECT
        u.training_method,
        count(*) AS n_runs,
        count(DISTINCT u.group_id) AS n_groups,
        count(DISTINCT CASE WHEN u.is_varying THEN u.group_id END) AS n_groups_varying,
        count(DISTINCT CASE WHEN u.is_varying THEN u.x END) AS n_within,
        finite(sum(CASE WHEN u.is_varying THEN u.x_within * u.y_within END)
            / nullif(sum(CASE WHEN u.is_varying THEN u.x_within * u.x_within END), 0)) AS slope,
        finite(corr(u.x, u.y)) AS pearson,
        finite(corr(u.x_rank, u.y_rank)) AS spearman
    FROM used AS u
    GROUP BY u.training_method
)

SELECT
    c.training_method,
    c.n_runs,
    c.n_groups,
    coalesce(p.n, 0) AS n_copies_excluded,
    c.n_groups >= 5 AND c.n_within >= 3 AS enough_data,
    CASE
        WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups')
        WHEN c.n_within < 3 THEN concat('only ', c.n_within, ' batch sizes within groups')
    END AS reason,
    c.n_groups_varying,
    c.n_within AS n_batch_sizes_within,
    CASE WHEN c.n_groups >= 5 AND c.n_within >= 3 THEN c.slope END AS within_group_slope,
    CASE WHEN c.n_groups >= 5 AND c.n_within >= 3 THEN c.pearson END AS pooled_pearson,
    CASE WHEN c.n_groups >= 5 AND c.n_within >= 3 THEN c.spearman END AS pooled_spearman
FROM counted AS c
LEFT JOIN copies AS p ON p.training_method IS NOT DISTINCT FROM c.training_method
ORDER BY c.n_runs DESC, c.training_method NULLS LAST
