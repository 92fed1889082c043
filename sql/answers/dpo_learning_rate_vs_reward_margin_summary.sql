-- Question: Does a higher learning rate go with a larger reward margin in DPO, within groups and over all?
-- Theme: preference training
-- Grain: one row
-- Reads: training_runs, models, generator_fields
-- Columns:
--   n_runs: runs used: copies left out, learning rate above zero, margin finite
--   n_groups: groups among them (author, base model, data sets); a sweep is one
--   n_groups_varying: groups that ran at two learning rates or more: only these show an effect of the rate
--   n_learning_rates: distinct learning rates over all
--   n_learning_rates_within: distinct learning rates within varying groups
--   n_copies_excluded: further printings of these runs, left out
--   n_beta_known: runs whose card states beta
--   enough_data: whether the numbers below are given: 5 groups or more, and 3 learning rates or more within varying
--     groups
--   reason: why they are not; NULL if they are
--   within_group_slope: change of the margin per tenfold learning rate, within groups (each run against its group's
--     means)
--   within_group_correlation: Pearson's r of the same deviations
--   pooled_pearson: Pearson's r of margin and log10 learning rate over all runs, groups ignored; confounded by author,
--     base, data and loss
--   pooled_spearman: Spearman's rank correlation over all runs, ties at their mean rank
--   least_learning_rate: lowest learning rate
--   greatest_learning_rate: highest learning rate
--   frame_repos: repos in scope: all in the warehouse
--   frame_cards: of these, with a card that is served
--   frame_dpo_runs: runs found to be DPO, copies left out
--   frame_could_state: of these, by a card writer that can state learning rates and margins, as far as known
--   frame_stated: of these, with both stated in any form
--   frame_used: of these, with both usable: n_runs
-- Parameters:
--   method: training method: dpo, kto, orpo, ...
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_groups: groups below which no effect is given
--   minimum_rates: distinct learning rates within groups below which no effect is given
-- Caveats: a correlation over groups compares authors, bases, losses and data, not rates; only the within-group
--   numbers hold these still, and none holds beta or the length of training still
WITH given AS (
    SELECT
        'dpo' AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups,
        3 AS minimum_rates
),

scope AS (
    SELECT
        r.canonical_run_id, r.is_canonical, r.group_id, r.beta, r.learning_rate, r.card_generator,
        coalesce(r.reward_margin, r.last_reward_margin) AS stated_margin,
        log10_or_null(r.learning_rate) AS x,
        bounded(coalesce(r.reward_margin, r.last_reward_margin)) AS y
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE (g.base IS NULL OR lower(r.base_model) = lower(g.base))
        AND (g.generator IS NULL OR r.card_generator = g.generator)
        AND r.training_method = g.method
),

used AS (
    SELECT
        s.canonical_run_id, s.group_id, s.beta, s.learning_rate, s.x, s.y,
        s.x - avg(s.x) OVER (PARTITION BY s.group_id) AS x_within,
        s.y - avg(s.y) OVER (PARTITION BY s.group_id) AS y_within,
        min(s.learning_rate) OVER (PARTITION BY s.group_id) < max(s.learning_rate) OVER (PARTITION BY s.group_id)
            AS is_varying,
        rank() OVER (ORDER BY s.x) + (count(*) OVER (PARTITION BY s.x) - 1) / 2.0 AS x_rank,
        rank() OVER (ORDER BY s.y) + (count(*) OVER (PARTITION BY s.y) - 1) / 2.0 AS y_rank
    FROM scope AS s
    WHERE s.is_canonical AND s.x IS NOT NULL AND s.y IS NOT NULL
),

copies AS (
    SELECT count(*) AS n
    FROM scope AS s
    INNER JOIN used AS u ON u.canonical_run_id = s.canonical_run_id
    WHERE NOT s.is_canonical
),

numbers AS (
    SELECT
        count(*) AS n_runs,
        count(DISTINCT u.group_id) AS n_groups,
        count(DISTINCT CASE WHEN u.is_varying THEN u.group_id END) AS n_groups_varying,
        count(DISTINCT u.learning_rate) AS n_learning_rates,
        count(DISTINCT CASE WHEN u.is_varying THEN u.learning_rate END) AS n_learning_rates_within,
        count(finite(u.beta)) AS n_beta_known,
        finite(sum(CASE WHEN u.is_varying THEN u.x_within * u.y_within END)
            / nullif(sum(CASE WHEN u.is_varying THEN u.x_within * u.x_within END), 0)) AS slope,
        finite(sum(CASE WHEN u.is_varying THEN u.x_within * u.y_within END) / nullif(sqrt(
            sum(CASE WHEN u.is_varying THEN u.x_within * u.x_within END)
            * sum(CASE WHEN u.is_varying THEN u.y_within * u.y_within END)
        ), 0)) AS correlation,
        finite(corr(u.x, u.y)) AS pearson,
        finite(corr(u.x_rank, u.y_rank)) AS spearman,
        min(u.learning_rate) AS least,
        max(u.learning_rate) AS greatest
    FROM used AS u
),

silent AS (
    SELECT f.generator
    FROM generator_fields AS f
    WHERE f.name IN ('learning_rate', 'rewards/margins') AND NOT f.can_state
    GROUP BY f.generator
),

frame AS (
    SELECT
        count(*) AS dpo_runs,
        sum(CASE WHEN q.generator IS NULL THEN 1 ELSE 0 END) AS could_state,
        sum(CASE WHEN s.learning_rate IS NOT NULL AND s.stated_margin IS NOT NULL THEN 1 ELSE 0 END) AS stated
    FROM scope AS s
    LEFT JOIN silent AS q ON q.generator = s.card_generator
    WHERE s.is_canonical
),

repos AS (
    SELECT count(*) AS n_repos, count(m.card_blob) AS n_cards FROM models AS m
),

verdict AS (
    SELECT
        CASE
            WHEN n.n_runs = 0 THEN 'no run states both a learning rate and a margin'
            WHEN n.n_groups < g.minimum_groups AND n.n_groups_varying = 0
                THEN concat('only ', n.n_groups, ' groups, and none varies its learning rate')
            WHEN n.n_groups < g.minimum_groups
                THEN concat('only ', n.n_groups, ' groups; ', g.minimum_groups, ' are needed')
            WHEN n.n_groups_varying = 0 THEN 'no group varies its learning rate'
            WHEN n.n_learning_rates_within < g.minimum_rates
                THEN concat(
                    'only ', n.n_learning_rates_within, ' learning rates within groups; ', g.minimum_rates,
                    ' are needed'
                )
        END AS reason
    FROM numbers AS n
    CROSS JOIN given AS g
)

SELECT
    n.n_runs,
    n.n_groups,
    n.n_groups_varying,
    n.n_learning_rates,
    n.n_learning_rates_within,
    c.n AS n_copies_excluded,
    n.n_beta_known,
    v.reason IS NULL AS enough_data,
    v.reason,
    CASE WHEN v.reason IS NULL THEN n.slope END AS within_group_slope,
    CASE WHEN v.reason IS NULL THEN n.correlation END AS within_group_correlation,
    CASE WHEN v.reason IS NULL THEN n.pearson END AS pooled_pearson,
    CASE WHEN v.reason IS NULL THEN n.spearman END AS pooled_spearman,
    n.least AS least_learning_rate,
    n.greatest AS greatest_learning_rate,
    p.n_repos AS frame_repos,
    p.n_cards AS frame_cards,
    f.dpo_runs AS frame_dpo_runs,
    coalesce(f.could_state, 0) AS frame_could_state,
    coalesce(f.stated, 0) AS frame_stated,
    n.n_runs AS frame_used
FROM numbers AS n
CROSS JOIN copies AS c
CROSS JOIN verdict AS v
CROSS JOIN frame AS f
CROSS JOIN repos AS p
