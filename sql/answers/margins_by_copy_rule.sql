-- Question: What would the preference methods' margins be if copies were recognized more loosely or more tightly?
-- Theme: quality
-- Grain: one row per training method and rule
-- Reads: training_runs, run_copies, sampling_frames
-- Columns:
--   training_method: dpo, kto, orpo, ...
--   rule: from tightest to loosest, what makes two printings one: nothing; card (the same body); subject (the same
--     subject); results (the same headline or log); any (the rule in use: any of these, in chains); group (author, base
--     and data)
--   n_runs: runs by that rule, with a reward margin or accuracy
--   n_groups: groups among them (author, base model, data sets)
--   n_copies_excluded: printings left out by that rule
--   enough_data: whether there are as many groups as minimum_groups asks
--   reason: why the numbers are thin; NULL if they are not
--   n_learning_rates: distinct learning rates among them
--   median_margin: median final reward margin
--   least_margin: lowest margin
--   greatest_margin: highest margin
--   median_accuracy: median final reward accuracy, as a fraction
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
-- Caveats: each rule lets the printing speak that counts by the rule in use, or the first by id where that is not among
--   them; a number that moves from rule to rule rests on who copies whom
WITH given AS (
    SELECT
        CAST(NULL AS VARCHAR) AS method,
        CAST(NULL AS VARCHAR) AS base,
        CAST(NULL AS VARCHAR) AS generator,
        5 AS minimum_groups
),

printings AS (
    SELECT
        r.training_method, r.model_id, r.is_canonical, r.group_id, finite(r.learning_rate) AS learning_rate,
        final_margin(r.reward_margin, r.last_reward_margin) AS margin,
        final_accuracy(r.reward_accuracy, r.last_reward_accuracy) AS accuracy,
        concat(r.model_id, '#', r.run) AS printing_id,
        c.canonical_run_id, c.body_digest,
        coalesce(c.headline_fingerprint, c.log_fingerprint) AS results,
        CASE WHEN c.subject_id IS NOT NULL THEN lower(concat(c.subject_id, '#', r.run)) END AS subject
    FROM training_runs AS r
    INNER JOIN run_copies AS c ON c.model_id = r.model_id AND c.run = r.run
    CROSS JOIN given AS g
    WHERE r.training_method IS NOT NULL
        AND fits(g.method, r.training_method)
        AND fits(g.base, r.base_model)
        AND fits(g.generator, r.card_generator)
),

ruled AS (
    SELECT
        u.place, u.rule, p.training_method, p.model_id, p.is_canonical, p.group_id, p.learning_rate, p.margin,
        p.accuracy, p.printing_id,
        CASE u.rule
            WHEN 'nothing' THEN p.printing_id
            WHEN 'card' THEN coalesce(p.body_digest, p.printing_id)
            WHEN 'subject' THEN coalesce(p.subject, p.printing_id)
            WHEN 'results' THEN coalesce(p.results, p.printing_id)
            WHEN 'any' THEN p.canonical_run_id
            ELSE p.group_id
        END AS run_id
    FROM printings AS p
    CROSS JOIN (
        VALUES (1, 'nothing'), (2, 'card'), (3, 'subject'), (4, 'results'), (5, 'any'), (6, 'group')
    ) AS u (place, rule)
    WHERE p.margin IS NOT NULL OR p.accuracy IS NOT NULL
),

chosen AS (
    SELECT
        r.place, r.rule, r.training_method, r.model_id, r.group_id, r.learning_rate, r.margin, r.accuracy,
        row_number() OVER (
            PARTITION BY r.rule, r.training_method, r.run_id ORDER BY r.is_canonical DESC, r.printing_id
        ) AS turn,
        count(*) OVER (PARTITION BY r.rule, r.training_method) AS n_printings
    FROM ruled AS r
),

used AS (
    SELECT count(DISTINCT h.model_id) AS n FROM chosen AS h
),

counted AS (
    SELECT
        h.training_method, h.place, h.rule,
        count(*) AS n_runs,
        count(DISTINCT h.group_id) AS n_groups,
        max(h.n_printings) - count(*) AS n_copies_excluded,
        count(DISTINCT h.learning_rate) AS n_learning_rates,
        median(h.margin) AS median_margin,
        min(h.margin) AS least_margin,
        max(h.margin) AS greatest_margin,
        median(h.accuracy) AS median_accuracy
    FROM chosen AS h
    WHERE h.turn = 1
    GROUP BY h.training_method, h.place, h.rule
)

SELECT
    c.training_method,
    c.rule,
    c.n_runs,
    c.n_groups,
    c.n_copies_excluded,
    too_few(c.n_groups, g.minimum_groups, 'group') IS NULL AS enough_data,
    too_few(c.n_groups, g.minimum_groups, 'group') AS reason,
    c.n_learning_rates,
    c.median_margin,
    c.least_margin,
    c.greatest_margin,
    c.median_accuracy,
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
ORDER BY c.training_method, c.place
