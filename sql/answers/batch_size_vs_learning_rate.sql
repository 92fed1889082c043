-- Question: Do people raise the learning rate with the batch size?
-- Theme: settings
-- Grain: one row per training method (NULL: no method known)
-- Reads: training_runs, sampling_frames
-- Columns:
--   training_method: method; NULL without evidence of one
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many varying groups, and batch sizes within these, as the parameters ask
--   reason: why the numbers are thin; NULL if they are not
--   n_groups_varying: groups with two batch sizes or more
--   n_batch_sizes_within: distinct batch sizes within those groups
--   within_group_slope: change of log10 learning rate per tenfold batch size, within groups; 1 is linear scaling, 0.5
--     the square root
--   pooled_pearson: Pearson's r of the two logarithms over all runs
--   pooled_spearman: Spearman's rank correlation over all runs, ties at their mean rank
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
--   minimum_groups: groups that vary their batch size below which there is not enough data
--   minimum_batch_sizes: distinct batch sizes within groups below which there is not enough data
-- Caveats: the last three numbers before the frame are NULL without enough data; pooled numbers compare tasks, models
--   and authors; a group whose base model or data set nobody names holds little still; rates beyond 1 are left out
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups,
        3 AS minimum_batch_sizes
),

points AS (
    SELECT
        r.training_method, r.model_id, r.group_id, r.n_printings,
        log10_or_null(r.effective_batch_size) AS x,
        log10_or_null(r.learning_rate) AS y
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND finite(r.learning_rate) <= 1
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT p.model_id) AS n FROM points AS p WHERE p.x IS NOT NULL AND p.y IS NOT NULL
),

placed AS (
    SELECT
        p.training_method, p.group_id, p.n_printings, p.x, p.y,
        p.x - avg(p.x) OVER (PARTITION BY p.training_method, p.group_id) AS x_within,
        p.y - avg(p.y) OVER (PARTITION BY p.training_method, p.group_id) AS y_within,
        min(p.x) OVER (PARTITION BY p.training_method, p.group_id)
        < max(p.x) OVER (PARTITION BY p.training_method, p.group_id) AS is_varying,
        rank() OVER (PARTITION BY p.training_method ORDER BY p.x)
        + (count(*) OVER (PARTITION BY p.training_method, p.x) - 1) / 2.0 AS x_rank,
        rank() OVER (PARTITION BY p.training_method ORDER BY p.y)
        + (count(*) OVER (PARTITION BY p.training_method, p.y) - 1) / 2.0 AS y_rank
    FROM points AS p
    WHERE p.x IS NOT NULL AND p.y IS NOT NULL
),

counted AS (
    SELECT
        p.training_method,
        count(*) AS n_runs,
        count(DISTINCT p.group_id) AS n_groups,
        CAST(sum(p.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        count(DISTINCT CASE WHEN p.is_varying THEN p.group_id END) AS n_groups_varying,
        count(DISTINCT CASE WHEN p.is_varying THEN p.x END) AS n_within,
        finite(sum(CASE WHEN p.is_varying THEN p.x_within * p.y_within END)
            / nullif(sum(CASE WHEN p.is_varying THEN p.x_within * p.x_within END), 0)) AS slope,
        finite(corr(p.x, p.y)) AS pearson,
        finite(corr(p.x_rank, p.y_rank)) AS spearman
    FROM placed AS p
    GROUP BY p.training_method
),

judged AS (
    SELECT
        c.training_method, c.n_runs, c.n_groups, c.n_copies_excluded, c.n_groups_varying, c.n_within,
        c.slope, c.pearson, c.spearman,
        coalesce(
            too_few(c.n_groups, g.minimum_groups, 'group'),
            CASE WHEN c.n_groups_varying = 0 THEN 'no group varies its batch size' END,
            too_few_vary(c.n_groups_varying, g.minimum_groups, 'batch size'),
            replace(too_few(c.n_within, g.minimum_batch_sizes, 'batch size'), ' (', ' within groups (')
        ) AS reason
    FROM counted AS c
    CROSS JOIN given AS g
)

SELECT
    c.training_method,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    c.reason IS NULL AS enough_data,
    c.reason,
    c.n_groups_varying,
    c.n_within AS n_batch_sizes_within,
    CASE WHEN c.reason IS NULL THEN c.slope END AS within_group_slope,
    CASE WHEN c.reason IS NULL THEN c.pearson END AS pooled_pearson,
    CASE WHEN c.reason IS NULL THEN c.spearman END AS pooled_spearman,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM judged AS c
CROSS JOIN given AS g
CROSS JOIN used AS u
INNER JOIN sampling_frames AS f
    ON f.frame = 'learning rate and batch size' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.training_method NULLS LAST
