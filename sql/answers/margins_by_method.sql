-- Question: Which reward margins and accuracies do the preference methods reach?
-- Theme: preference training
-- Grain: one row per training method with a reward margin or accuracy
-- Reads: training_runs
-- Columns:
--   training_method: dpo, kto, orpo, ...
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   median_margin: median final reward margin
--   least_margin: lowest margin
--   greatest_margin: highest margin
--   median_accuracy: median final reward accuracy, as a fraction
--   n_beta_known: runs whose card states beta
-- Caveats: margins of different methods measure different things (beta and loss scale them); one author's sweep weighs
--   by its runs, so read n_groups
WITH runs AS (
    SELECT
        r.training_method, r.canonical_run_id, r.is_canonical, r.group_id, r.beta,
        finite(coalesce(r.reward_margin, r.last_reward_margin)) AS margin,
        CASE
            WHEN finite(coalesce(r.reward_accuracy, r.last_reward_accuracy)) BETWEEN 0 AND 1
                THEN coalesce(r.reward_accuracy, r.last_reward_accuracy)
        END AS accuracy
    FROM training_runs AS r
    WHERE r.training_method IS NOT NULL
),

counted AS (
    SELECT
        u.training_method,
        sum(CASE WHEN u.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN u.is_canonical THEN u.group_id END) AS n_groups,
        sum(CASE WHEN u.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded,
        median(CASE WHEN u.is_canonical THEN u.margin END) AS median_margin,
        min(CASE WHEN u.is_canonical THEN u.margin END) AS least_margin,
        max(CASE WHEN u.is_canonical THEN u.margin END) AS greatest_margin,
        median(CASE WHEN u.is_canonical THEN u.accuracy END) AS median_accuracy,
        count(CASE WHEN u.is_canonical THEN u.beta END) AS n_beta_known
    FROM runs AS u
    WHERE u.margin IS NOT NULL OR u.accuracy IS NOT NULL
    GROUP BY u.training_method
)

SELECT
    c.training_method,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.median_margin,
    c.least_margin,
    c.greatest_margin,
    c.median_accuracy,
    c.n_beta_known
FROM counted AS c
ORDER BY c.n_runs DESC, c.training_method
