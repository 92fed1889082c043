-- Question: Which reward margins and accuracies do the preference methods reach?
-- Theme: preference training
-- Grain: one row per training method with a reward margin or accuracy
-- Reads: training_runs, sampling_frames
-- Columns:
--   training_method: dpo, kto, orpo, ...
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   n_with_margin: of the runs, those with a finite margin
--   median_margin: median final reward margin
--   least_margin: lowest margin
--   greatest_margin: highest margin
--   n_with_accuracy: of the runs, those with an accuracy between 0 and 1
--   median_accuracy: median final reward accuracy, as a fraction
--   n_beta_known: runs whose card states beta
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
-- Caveats: margins of different methods measure different things (beta and loss scale them); one author's sweep weighs
--   by its runs, so read n_groups
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

runs AS (
    SELECT
        r.training_method, r.model_id, r.group_id, r.n_printings, finite(r.beta) AS beta,
        final_margin(r.reward_margin, r.last_reward_margin) AS margin,
        final_accuracy(r.reward_accuracy, r.last_reward_accuracy) AS accuracy
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND r.training_method IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

stated AS (
    SELECT r.training_method, r.model_id, r.group_id, r.n_printings, r.beta, r.margin, r.accuracy
    FROM runs AS r
    WHERE r.margin IS NOT NULL OR r.accuracy IS NOT NULL
),

used AS (
    SELECT count(DISTINCT s.model_id) AS n FROM stated AS s
),

counted AS (
    SELECT
        s.training_method,
        count(*) AS n_runs,
        count(DISTINCT s.group_id) AS n_groups,
        CAST(sum(s.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        count(s.margin) AS n_with_margin,
        median(s.margin) AS median_margin,
        min(s.margin) AS least_margin,
        max(s.margin) AS greatest_margin,
        count(s.accuracy) AS n_with_accuracy,
        median(s.accuracy) AS median_accuracy,
        count(s.beta) AS n_beta_known
    FROM stated AS s
    GROUP BY s.training_method
)

SELECT
    c.training_method,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.n_with_margin,
    c.median_margin,
    c.least_margin,
    c.greatest_margin,
    c.n_with_accuracy,
    c.median_accuracy,
    c.n_beta_known,
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
    ON f.frame = 'margin or accuracy' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.training_method
