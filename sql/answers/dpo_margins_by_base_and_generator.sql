-- Question: Within one base model and one kind of card, which margins did DPO reach at which rates?
-- Theme: preference training
-- Grain: one row per base model and writer of the card
-- Reads: training_runs
-- Columns:
--   base_model: base model; NULL if none is named
--   card_generator: writer of the card
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are 5 groups or more
--   reason: why the numbers are thin; NULL if they are not
--   n_learning_rates: distinct learning rates
--   least_learning_rate: lowest
--   greatest_learning_rate: highest
--   median_margin: median final reward margin
--   least_margin: lowest margin
--   greatest_margin: highest margin
-- Caveats: strata hold the base still, not the data set, the loss or beta
WITH runs AS (
    SELECT
        r.base_model, r.card_generator, r.is_canonical, r.group_id, r.learning_rate,
        bounded(coalesce(r.reward_margin, r.last_reward_margin)) AS margin
    FROM training_runs AS r
    WHERE r.training_method = 'dpo' AND log10_or_null(r.learning_rate) IS NOT NULL
),

counted AS (
    SELECT
        u.base_model, u.card_generator,
        sum(CASE WHEN u.is_canonical THEN 1 ELSE 0 END) AS n_runs,
        count(DISTINCT CASE WHEN u.is_canonical THEN u.group_id END) AS n_groups,
        sum(CASE WHEN u.is_canonical THEN 0 ELSE 1 END) AS n_copies_excluded,
        count(DISTINCT CASE WHEN u.is_canonical THEN u.learning_rate END) AS n_learning_rates,
        min(CASE WHEN u.is_canonical THEN u.learning_rate END) AS least_rate,
        max(CASE WHEN u.is_canonical THEN u.learning_rate END) AS greatest_rate,
        median(CASE WHEN u.is_canonical THEN u.margin END) AS median_margin,
        min(CASE WHEN u.is_canonical THEN u.margin END) AS least_margin,
        max(CASE WHEN u.is_canonical THEN u.margin END) AS greatest_margin
    FROM runs AS u
    WHERE u.margin IS NOT NULL
    GROUP BY u.base_model, u.card_generator
)

SELECT
    c.base_model,
    c.card_generator,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.n_groups >= 5 AS enough_data,
    CASE WHEN c.n_groups < 5 THEN concat('only ', c.n_groups, ' groups') END AS reason,
    c.n_learning_rates,
    c.least_rate AS least_learning_rate,
    c.greatest_rate AS greatest_learning_rate,
    c.median_margin,
    c.least_margin,
    c.greatest_margin
FROM counted AS c
ORDER BY c.n_runs DESC, c.base_model NULLS LAST, c.card_generator
