-- Question: Does a higher learning rate go with a larger reward margin in DPO, within groups and over all?
-- Theme: preference training
-- Grain: one row
-- Reads: training_runs, sampling_frames
-- Columns:
--   n_runs: runs used: copies left out, learning rate above zero, margin finite
--   n_groups: groups among them (author, base model, data sets); a sweep is one
--   n_groups_varying: groups that ran at two learning rates or more: only these show an effect of the rate
--   n_groups_loose: of the varying groups, those whose base model or data set nobody names, so that less is held still
--   n_runs_varying: runs in varying groups
--   n_learning_rates: distinct learning rates over all
--   n_learning_rates_within: distinct learning rates within varying groups
--   n_copies_excluded: further printings of these runs, left out
--   n_beta_known: runs whose card states beta
--   enough_data: whether the numbers below are given: as many varying groups, and learning rates within these, as the
--     parameters ask
--   reason: why they are not; NULL if they are
--   within_group_slope: change of the margin per tenfold learning rate, within groups (each run against its group's
--     means)
--   within_group_slope_error: standard error of that slope, as of a regression with a level for each group; NULL where
--     the runs are too few for one
--   within_group_correlation: Pearson's r of the same deviations
--   pooled_pearson: Pearson's r of margin and log10 learning rate over all runs, groups ignored; confounded by author,
--     base, data and loss
--   pooled_spearman: Spearman's rank correlation over all runs, ties at their mean rank
--   least_learning_rate: lowest learning rate
--   greatest_learning_rate: highest learning rate
--   n_runs_of_method: runs found to be of the method, copies left out, whatever they state
--   n_runs_stating: of these, with a learning rate and a margin in any form; n_runs are those that can be used
--   frame_listed: repos in the warehouse
--   frame_fetched: of these, with a card that arrived
--   frame_readable: of these, with a card that is text
--   frame_can_state: of these, by a writer that can state what is asked, as far as known
--   frame_stated: of these, that state it in any form, copies included
--   frame_used: of these, that are counted in this answer, all its rows together
-- Parameters:
--   method: training method: dpo, kto, orpo, ...; all if NULL
--   base: base model, in any case; all if NULL
--   generator: writer of the card, as in models.card_generator; all if NULL
--   minimum_groups: groups that vary their learning rate below which no effect is given
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
        r.model_id, r.group_id, r.n_printings, r.base_model, r.datasets, r.beta, r.learning_rate,
        coalesce(r.reward_margin, r.last_reward_margin) AS stated_margin,
        log10_or_null(r.learning_rate) AS x,
        final_margin(r.reward_margin, r.last_reward_margin) AS y
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

placed AS (
    SELECT
        s.model_id, s.group_id, s.n_printings, s.beta, s.learning_rate, s.x, s.y,
        s.base_model IS NULL OR s.datasets IS NULL AS is_loose,
        s.x - avg(s.x) OVER (PARTITION BY s.group_id) AS x_within,
        s.y - avg(s.y) OVER (PARTITION BY s.group_id) AS y_within,
        min(s.learning_rate) OVER (PARTITION BY s.group_id) < max(s.learning_rate) OVER (PARTITION BY s.group_id)
            AS is_varying,
        rank() OVER (ORDER BY s.x) + (count(*) OVER (PARTITION BY s.x) - 1) / 2.0 AS x_rank,
        rank() OVER (ORDER BY s.y) + (count(*) OVER (PARTITION BY s.y) - 1) / 2.0 AS y_rank
    FROM scope AS s
    WHERE s.x IS NOT NULL AND s.y IS NOT NULL
),

numbers AS (
    SELECT
        count(*) AS n_runs,
        count(DISTINCT p.group_id) AS n_groups,
        count(DISTINCT CASE WHEN p.is_varying THEN p.group_id END) AS n_groups_varying,
        count(DISTINCT CASE WHEN p.is_varying AND p.is_loose THEN p.group_id END) AS n_groups_loose,
        count(CASE WHEN p.is_varying THEN 1 END) AS n_runs_varying,
        count(DISTINCT p.learning_rate) AS n_learning_rates,
        count(DISTINCT CASE WHEN p.is_varying THEN p.learning_rate END) AS n_learning_rates_within,
        CAST(coalesce(sum(p.n_printings - 1), 0) AS BIGINT) AS n_copies_excluded,
        count(finite(p.beta)) AS n_beta_known,
        count(DISTINCT p.model_id) AS n_repos,
        nullif(sum(CASE WHEN p.is_varying THEN p.x_within * p.x_within END), 0) AS sxx,
        sum(CASE WHEN p.is_varying THEN p.x_within * p.y_within END) AS sxy,
        nullif(sum(CASE WHEN p.is_varying THEN p.y_within * p.y_within END), 0) AS syy,
        finite(corr(p.x, p.y)) AS pearson,
        finite(corr(p.x_rank, p.y_rank)) AS spearman,
        min(p.learning_rate) AS least,
        max(p.learning_rate) AS greatest
    FROM placed AS p
),

effects AS (
    SELECT
        finite(n.sxy / n.sxx) AS slope,
        finite(n.sxy / sqrt(n.sxx * n.syy)) AS correlation,
        CASE
            WHEN n.n_runs_varying - n.n_groups_varying > 1
                THEN finite(sqrt(
                    greatest(n.syy - n.sxy * n.sxy / n.sxx, 0) / (n.n_runs_varying - n.n_groups_varying - 1) / n.sxx
                ))
        END AS slope_error
    FROM numbers AS n
),

method_runs AS (
    SELECT
        count(*) AS n_runs,
        count(CASE WHEN s.learning_rate IS NOT NULL AND s.stated_margin IS NOT NULL THEN 1 END) AS n_stating
    FROM scope AS s
),

verdict AS (
    SELECT
        CASE
            WHEN n.n_runs = 0 THEN 'no run states both a learning rate and a margin'
            WHEN n.n_groups < g.minimum_groups AND n.n_groups_varying = 0
                THEN concat(
                    'only ', n.n_groups, ' group', CASE WHEN n.n_groups = 1 THEN '' ELSE 's' END,
                    ', and none varies its learning rate'
                )
            WHEN n.n_groups < g.minimum_groups THEN too_few(n.n_groups, g.minimum_groups, 'group')
            WHEN n.n_groups_varying = 0 THEN 'no group varies its learning rate'
            WHEN n.n_groups_varying < g.minimum_groups
                THEN too_few_vary(n.n_groups_varying, g.minimum_groups, 'learning rate')
            WHEN n.n_learning_rates_within < g.minimum_rates
                THEN replace(
                    too_few(n.n_learning_rates_within, g.minimum_rates, 'learning rate'), ' (', ' within groups ('
                )
        END AS reason
    FROM numbers AS n
    CROSS JOIN given AS g
)

SELECT
    n.n_runs,
    n.n_groups,
    n.n_groups_varying,
    n.n_groups_loose,
    n.n_runs_varying,
    n.n_learning_rates,
    n.n_learning_rates_within,
    n.n_copies_excluded,
    n.n_beta_known,
    v.reason IS NULL AS enough_data,
    v.reason,
    CASE WHEN v.reason IS NULL THEN e.slope END AS within_group_slope,
    CASE WHEN v.reason IS NULL THEN e.slope_error END AS within_group_slope_error,
    CASE WHEN v.reason IS NULL THEN e.correlation END AS within_group_correlation,
    CASE WHEN v.reason IS NULL THEN n.pearson END AS pooled_pearson,
    CASE WHEN v.reason IS NULL THEN n.spearman END AS pooled_spearman,
    n.least AS least_learning_rate,
    n.greatest AS greatest_learning_rate,
    m.n_runs AS n_runs_of_method,
    m.n_stating AS n_runs_stating,
    coalesce(f.frame_listed, 0) AS frame_listed,
    coalesce(f.frame_fetched, 0) AS frame_fetched,
    coalesce(f.frame_readable, 0) AS frame_readable,
    coalesce(f.frame_can_state, 0) AS frame_can_state,
    coalesce(f.frame_stated, 0) AS frame_stated,
    n.n_repos AS frame_used
FROM numbers AS n
CROSS JOIN effects AS e
CROSS JOIN method_runs AS m
CROSS JOIN verdict AS v
CROSS JOIN given AS g
LEFT JOIN sampling_frames AS f
    ON f.frame = 'learning rate and margin' AND f.card_generator = coalesce(lower(g.generator), '*')
