-- Question: How do DPO's reward margins lie at each order of the learning rate?
-- Theme: preference training
-- Grain: one row per learning rate, rounded to 1, 2 or 5 times a power of ten
-- Reads: training_runs, sampling_frames
-- Columns:
--   learning_rate_bin: the nearest of 1, 2 and 5 times a power of ten
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   median_margin: median final reward margin
--   least_margin: lowest margin
--   greatest_margin: highest margin
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
-- Caveats: bins hold different authors, bases and losses: a rise from bin to bin is no effect of the rate (see
--   dpo_learning_rate_vs_reward_margin_summary)
WITH given AS (
    SELECT
        'dpo' AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

runs AS (
    SELECT
        r.model_id, r.group_id, r.n_printings,
        final_margin(r.reward_margin, r.last_reward_margin) AS margin,
        floor(log10_or_null(r.learning_rate)) AS decade,
        log10_or_null(r.learning_rate) - floor(log10_or_null(r.learning_rate)) AS fraction
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND log10_or_null(r.learning_rate) IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

binned AS (
    SELECT
        b.model_id, b.group_id, b.n_printings, b.margin,
        CASE  -- through a text, since 5 * power(10, -6) is not 5e-06
            WHEN b.fraction < 0.1505 THEN CAST(concat('1e', CAST(b.decade AS BIGINT)) AS DOUBLE)
            WHEN b.fraction < 0.5 THEN CAST(concat('2e', CAST(b.decade AS BIGINT)) AS DOUBLE)
            WHEN b.fraction < 0.8495 THEN CAST(concat('5e', CAST(b.decade AS BIGINT)) AS DOUBLE)
            ELSE CAST(concat('1e', CAST(b.decade AS BIGINT) + 1) AS DOUBLE)
        END AS bin
    FROM runs AS b
    WHERE b.margin IS NOT NULL
),

used AS (
    SELECT count(DISTINCT b.model_id) AS n FROM binned AS b
),

counted AS (
    SELECT
        b.bin,
        count(*) AS n_runs,
        count(DISTINCT b.group_id) AS n_groups,
        CAST(sum(b.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        median(b.margin) AS median_margin,
        min(b.margin) AS least_margin,
        max(b.margin) AS greatest_margin
    FROM binned AS b
    GROUP BY b.bin
)

SELECT
    c.bin AS learning_rate_bin,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.median_margin,
    c.least_margin,
    c.greatest_margin,
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
    ON f.frame = 'learning rate and margin' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.bin
