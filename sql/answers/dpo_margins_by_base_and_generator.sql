-- Question: Within one base model and one kind of card, which margins did DPO reach at which rates?
-- Theme: preference training
-- Grain: one row per base model and writer of the card
-- Reads: training_runs, sampling_frames
-- Columns:
--   base_model: base model; NULL if none is named
--   card_generator: writer of the card
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   n_learning_rates: distinct learning rates
--   least_learning_rate: lowest
--   greatest_learning_rate: highest
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
-- Caveats: strata hold the base still, not the data set, the loss or beta; for the effect of the rate within one base,
--   ask dpo_learning_rate_vs_reward_margin_summary with its parameter base
WITH given AS (
    SELECT
        'dpo' AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

runs AS (
    SELECT
        r.base_model, r.card_generator, r.model_id, r.group_id, r.n_printings, r.learning_rate,
        final_margin(r.reward_margin, r.last_reward_margin) AS margin
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND log10_or_null(r.learning_rate) IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT s.model_id) AS n FROM runs AS s WHERE s.margin IS NOT NULL
),

counted AS (
    SELECT
        s.base_model, s.card_generator,
        count(*) AS n_runs,
        count(DISTINCT s.group_id) AS n_groups,
        CAST(sum(s.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        count(DISTINCT s.learning_rate) AS n_learning_rates,
        min(s.learning_rate) AS least_rate,
        max(s.learning_rate) AS greatest_rate,
        median(s.margin) AS median_margin,
        min(s.margin) AS least_margin,
        max(s.margin) AS greatest_margin
    FROM runs AS s
    WHERE s.margin IS NOT NULL
    GROUP BY s.base_model, s.card_generator
)

SELECT
    c.base_model,
    c.card_generator,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.n_learning_rates,
    c.least_rate AS least_learning_rate,
    c.greatest_rate AS greatest_learning_rate,
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
ORDER BY c.n_runs DESC, c.base_model NULLS LAST, c.card_generator
