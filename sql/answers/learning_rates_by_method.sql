-- Question: Which learning rates do people use, by training method and base model?
-- Theme: settings
-- Grain: one row per training method and base model; the method is NULL where none is known
-- Reads: training_runs, sampling_frames
-- Columns:
--   training_method: method; NULL without evidence of one
--   base_model: base model; NULL if none is named
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   least: lowest learning rate
--   lower_quartile: a quarter of the runs has this or less
--   median: half of the runs has this or less
--   upper_quartile: three quarters of the runs have this or less
--   greatest: highest learning rate
--   n_distinct: distinct learning rates
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
-- Caveats: what is stated, which for Trainer cards is everything and for hand-written ones what somebody cared to
--   write; rates at or below zero and beyond 1 are left out (slips, and schedules such as Noam's that scale them; see
--   suspicious_cards); a quartile is a rate that was used, not one between two; where the method is NULL there are
--   classifiers, speech and game players too; one author's many runs weigh as many, so read n_groups
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

rates AS (
    SELECT r.training_method, r.base_model, r.model_id, r.group_id, r.n_printings, finite(r.learning_rate) AS rate
    FROM training_runs AS r
    CROSS JOIN given AS g
    WHERE r.is_canonical
        AND finite(r.learning_rate) > 0 AND finite(r.learning_rate) <= 1
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT r.model_id) AS n FROM rates AS r
),

ranked AS (
    SELECT
        r.training_method, r.base_model, r.group_id, r.n_printings, r.rate,
        row_number() OVER (PARTITION BY r.training_method, r.base_model ORDER BY r.rate) AS place,
        count(*) OVER (PARTITION BY r.training_method, r.base_model) AS n_rates
    FROM rates AS r
),

counted AS (
    SELECT
        r.training_method, r.base_model,
        count(*) AS n_runs,
        count(DISTINCT r.group_id) AS n_groups,
        CAST(sum(r.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        min(r.rate) AS least,
        min(CASE WHEN r.place >= 0.25 * r.n_rates THEN r.rate END) AS lower_quartile,
        min(CASE WHEN r.place >= 0.5 * r.n_rates THEN r.rate END) AS middle,
        min(CASE WHEN r.place >= 0.75 * r.n_rates THEN r.rate END) AS upper_quartile,
        max(r.rate) AS greatest,
        count(DISTINCT r.rate) AS n_distinct
    FROM ranked AS r
    GROUP BY r.training_method, r.base_model
)

SELECT
    c.training_method,
    c.base_model,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.least,
    c.lower_quartile,
    c.middle AS median,
    c.upper_quartile,
    c.greatest,
    c.n_distinct,
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
    ON f.frame = 'learning rate' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.n_runs DESC, c.training_method NULLS LAST, c.base_model NULLS LAST
