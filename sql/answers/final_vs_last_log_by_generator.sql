-- Question: How often is the headline the last row of the training log, by who wrote the card?
-- Theme: results
-- Grain: one row per result and writer of the card
-- Reads: final_and_logged, training_runs, sampling_frames
-- Columns:
--   metric: loss, rewards/margins or rewards/accuracies
--   card_generator: the tool that wrote the card
--   n_runs: runs counted, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   share_equal: share of the runs whose headline is the last row's number
--   share_earlier_row: share whose headline is an earlier row's: a kept checkpoint
--   share_close: share whose headline is within 1 % of the last row
--   share_different: share whose headline is none of these
--   share_not_a_number: share where one of the two is no number
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
-- Caveats: a difference is no error: the headline may be of another data set, or of a last evaluation after the log
--   ends; the frame asks for any result and any log
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

compared AS (
    SELECT b.metric, r.card_generator, r.model_id, r.group_id, r.n_printings, b.verdict
    FROM final_and_logged AS b
    INNER JOIN training_runs AS r ON r.canonical_run_id = b.canonical_run_id AND r.is_canonical
    CROSS JOIN given AS g
    WHERE fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT a.model_id) AS n FROM compared AS a
),

counted AS (
    SELECT
        a.metric, a.card_generator,
        count(*) AS n_runs,
        count(DISTINCT a.group_id) AS n_groups,
        CAST(sum(a.n_printings - 1) AS BIGINT) AS n_copies_excluded,
        avg(CASE WHEN a.verdict = 'equal' THEN 1.0 ELSE 0.0 END) AS share_equal,
        avg(CASE WHEN a.verdict = 'earlier row' THEN 1.0 ELSE 0.0 END) AS share_earlier_row,
        avg(CASE WHEN a.verdict = 'close' THEN 1.0 ELSE 0.0 END) AS share_close,
        avg(CASE WHEN a.verdict = 'different' THEN 1.0 ELSE 0.0 END) AS share_different,
        avg(CASE WHEN a.verdict = 'not a number' THEN 1.0 ELSE 0.0 END) AS share_not_a_number
    FROM compared AS a
    GROUP BY a.metric, a.card_generator
)

SELECT
    c.metric,
    c.card_generator,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.share_equal,
    c.share_earlier_row,
    c.share_close,
    c.share_different,
    c.share_not_a_number,
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
    ON f.frame = 'result and log' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.metric, c.n_runs DESC, c.card_generator NULLS LAST
