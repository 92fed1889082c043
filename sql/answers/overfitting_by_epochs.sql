-- Question: How often does a run overfit, by the epochs it was trained?
-- Theme: results
-- Grain: one row per range of epochs
-- Reads: loss_curves, training_runs, sampling_frames
-- Columns:
--   epochs: range of the epochs asked for; not stated where the card gives steps or nothing
--   n_runs: runs judged, copies left out
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: further printings of these runs, left out
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   n_undecided: runs whose validation loss rose and whose log does not say how the training loss went
--   share_overfitting: share of n_runs that overfit (validation loss more than minimum_rise above its lowest, training
--     loss below what it was then)
--   median_rise: median of last over lowest validation loss, minus 1
--   median_best_share: median of the lowest's step over the last row's step: where in the run the lowest lies
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
--   minimum_rise: rise of the validation loss over its lowest, as a share, that counts as overfitting
--   minimum_evaluations: rows with a validation loss below which a run is not judged
--   minimum_groups: groups below which there is not enough data
-- Caveats: who trains long often does so because nothing overfits, and who stops early hides it; a run that kept its
--   best checkpoint may overfit in the log and not in the weights
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        0.05 AS minimum_rise,
        3 AS minimum_evaluations,
        5 AS minimum_groups
),

judged AS (
    SELECT
        r.model_id, r.group_id, r.n_printings, u.rise,
        CASE WHEN r.last_step > 0 THEN u.best_step / CAST(r.last_step AS DOUBLE) END AS best_share,
        u.rise > g.minimum_rise AND u.last_training_loss < u.training_loss_at_best AS overfits,
        CASE
            WHEN finite(r.num_epochs) IS NULL THEN 9
            WHEN r.num_epochs <= 1 THEN 1
            WHEN r.num_epochs <= 3 THEN 2
            WHEN r.num_epochs <= 5 THEN 3
            WHEN r.num_epochs <= 10 THEN 4
            WHEN r.num_epochs <= 30 THEN 5
            ELSE 6
        END AS place
    FROM loss_curves AS u
    INNER JOIN training_runs AS r ON r.canonical_run_id = u.canonical_run_id AND r.is_canonical
    CROSS JOIN given AS g
    WHERE u.n_evaluations >= g.minimum_evaluations
        AND u.rise IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

used AS (
    SELECT count(DISTINCT j.model_id) AS n FROM judged AS j WHERE j.overfits IS NOT NULL
),

counted AS (
    SELECT
        j.place,
        count(j.overfits) AS n_runs,
        count(DISTINCT CASE WHEN j.overfits IS NOT NULL THEN j.group_id END) AS n_groups,
        CAST(coalesce(sum(CASE WHEN j.overfits IS NOT NULL THEN j.n_printings - 1 END), 0) AS BIGINT)
            AS n_copies_excluded,
        count(CASE WHEN j.overfits IS NULL THEN 1 END) AS n_undecided,
        avg(CASE WHEN j.overfits THEN 1.0 WHEN NOT j.overfits THEN 0.0 END) AS share_overfitting,
        median(CASE WHEN j.overfits IS NOT NULL THEN j.rise END) AS median_rise,
        median(CASE WHEN j.overfits IS NOT NULL THEN j.best_share END) AS median_best_share
    FROM judged AS j
    GROUP BY j.place
)

SELECT
    CASE c.place
        WHEN 1 THEN 'up to 1'
        WHEN 2 THEN 'above 1, up to 3'
        WHEN 3 THEN 'above 3, up to 5'
        WHEN 4 THEN 'above 5, up to 10'
        WHEN 5 THEN 'above 10, up to 30'
        WHEN 6 THEN 'above 30'
        ELSE 'not stated'
    END AS epochs,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.n_undecided,
    c.share_overfitting,
    c.median_rise,
    c.median_best_share,
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
    ON f.frame = 'validation log' AND f.card_generator = coalesce(lower(g.generator), '*')
ORDER BY c.place
