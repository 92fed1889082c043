-- Question: How much of its final reward margin has a preference run reached, at each tenth of its log?
-- Theme: preference training
-- Grain: one row per training method and tenth of the log
-- Reads: margin_logs, training_runs, sampling_frames
-- Columns:
--   training_method: dpo, kto, orpo, ...; NULL without evidence of one
--   stage: end of the tenth, as a share of the log's steps: 0.1 to 1
--   n_runs: runs with a row in that tenth, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   median_margin: median of the runs' last margins in that tenth
--   median_share_of_last_margin: median of the same as shares of the runs' last margins
--   lower_quartile_of_share: a quarter of the runs has this share or less
--   upper_quartile_of_share: three quarters of the runs have this share or less
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
--   minimum_groups: groups below which there is not enough data
-- Caveats: logs differ in how often they evaluate, so that not every run has a row in every tenth; the last tenth is 1
--   by its making; runs whose last margin is zero or below have no share
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

staged AS (
    SELECT
        r.training_method, r.canonical_run_id, r.model_id, r.group_id, r.n_printings,
        greatest(CAST(ceil(l.share_of_log * 10) AS BIGINT), 1) AS tenth,
        l.reward_margin, l.share_of_last_margin,
        row_number() OVER (
            PARTITION BY r.canonical_run_id, greatest(CAST(ceil(l.share_of_log * 10) AS BIGINT), 1)
            ORDER BY l.log DESC, l.position DESC
        ) AS place
    FROM margin_logs AS l
    INNER JOIN training_runs AS r ON r.canonical_run_id = l.canonical_run_id AND r.is_canonical
    CROSS JOIN given AS g
    WHERE l.share_of_log BETWEEN 0 AND 1 AND l.reward_margin IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

ranked AS (
    SELECT
        s.training_method, s.tenth, s.model_id, s.group_id, s.n_printings, s.reward_margin, s.share_of_last_margin,
        row_number() OVER (
            PARTITION BY s.training_method, s.tenth ORDER BY s.share_of_last_margin NULLS LAST
        ) AS place,
        count(s.share_of_last_margin) OVER (PARTITION BY s.training_method, s.tenth) AS n_shares
    FROM staged AS s
    WHERE s.place = 1
),

used AS (
    SELECT count(DISTINCT k.model_id) AS n FROM ranked AS k
),

counted AS (
    SELECT
        k.training_method, k.tenth,
        count(*) AS n_runs,
        count(DISTINCT k.group_id) AS n_groups,
        CAST(sum(k.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        median(k.reward_margin) AS median_margin,
        median(k.share_of_last_margin) AS median_share,
        min(CASE WHEN k.place >= 0.25 * k.n_shares THEN k.share_of_last_margin END) AS lower_quartile,
        min(CASE WHEN k.place >= 0.75 * k.n_shares THEN k.share_of_last_margin END) AS upper_quartile
    FROM ranked AS k
    GROUP BY k.training_method, k.tenth
)

SELECT
    c.training_method,
    c.tenth / 10.0 AS stage,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.median_margin,
    c.median_share AS median_share_of_last_margin,
    c.lower_quartile AS lower_quartile_of_share,
    c.upper_quartile AS upper_quartile_of_share,
    f.frame_listed,
    f.frame_fetched,
    f.frame_readable,
    f.frame_can_state,
    f.frame_stated,
    u.n AS frame_used
FROM counted AS c
CROSS JOIN given AS g
CROSS JOIN used AS u
INNER JOIN sampling_frames AS f
    ON f.frame = 'margin log' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.training_method NULLS LAST, c.tenth
