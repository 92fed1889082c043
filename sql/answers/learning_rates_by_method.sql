-- Question: Which learning rates do people use, by training method and base model?
-- Theme: settings
-- Grain: one row per training method and base model; the method is NULL where none is known
-- Reads: training_runs
-- Columns:
--   training_method: method; NULL without evidence of one
--   base_model: base model; NULL if none is named
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   least: lowest learning rate
--   lower_quartile: a quarter of the runs has this or less
--   median: half of the runs has this or less
--   upper_quartile: three quarters of the runs have this or less
--   greatest: highest learning rate
--   n_distinct: distinct learning rates
-- Caveats: what is stated, which for Trainer cards is everything and for hand-written ones what somebody cared to
--   write; rates at or below zero and beyond 10 are left out as slips
WITH runs AS (
    SELECT r.training_method, r.base_model, r.is_canonical, r.group_id, finite(r.learning_rate) AS rate
    FROM training_runs AS r
    WHERE finite(r.learning_rate) > 0 AND finite(r.learning_rate) <= 10
),

counted AS (
    SELECT
        u.training_method, u.base_model,
        sum(CASE WHEN u.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN u.is_canonical THEN u.group_id END) AS n_groups,
        sum(CASE WHEN u.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded,
        min(CASE WHEN u.is_canonical THEN u.rate END) AS least,
        quantile_cont(CASE WHEN u.is_canonical THEN u.rate END, 0.25) AS lower_quartile,
        median(CASE WHEN u.is_canonical THEN u.rate END) AS middle,
        quantile_cont(CASE WHEN u.is_canonical THEN u.rate END, 0.75) AS upper_quartile,
        max(CASE WHEN u.is_canonical THEN u.rate END) AS greatest,
        count(DISTINCT CASE WHEN u.is_canonical THEN u.rate END) AS n_distinct
    FROM runs AS u
    GROUP BY u.training_method, u.base_model
)

SELECT
    c.training_method,
    c.base_model,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.least,
    c.lower_quartile,
    c.middle AS median,
    c.upper_quartile,
    c.greatest,
    c.n_distinct
FROM counted AS c
ORDER BY c.n_runs DESC, c.training_method NULLS LAST, c.base_model NULLS LAST
