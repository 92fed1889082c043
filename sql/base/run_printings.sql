-- Question: Where is which training run printed?
-- Grain: one row per printing of a run: a card and the number of the run in it
-- Reads: hyperparameters, eval_metrics, training_steps, training_methods, subjects
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   about: own, reprinted or unclear, as most directly told by the run's settings, else its log, its headline results,
--     or its method; unclear where these say both
--   about_model: the original as the card gives it; NULL if own or not given
--   subject_id: the repo that was trained in this run; NULL where a copy does not say of what
--   resolved_by: how subject_id was found (see subjects)
--   has_settings: whether the card states any setting of this run
--   has_log: whether it prints a training log of this run
--   has_headline: whether it states headline results of this run
-- Caveats: a card without settings still prints one run (number 0) if it has a training log, headline results or
--   evidence of a training method; results in tables or in the model-index alone make no run, since merges have those
-- Kept: table
WITH numbered AS (
    SELECT DISTINCT h.model_id FROM hyperparameters AS h WHERE h.run IS NOT NULL
),

told AS (
    SELECT h.model_id, h.run, h.about, h.about_model, 1 AS directness
    FROM hyperparameters AS h
    WHERE h.run IS NOT NULL
    UNION
    SELECT t.model_id, t.run, t.about, t.about_model, 2 AS directness FROM training_steps AS t
    UNION
    SELECT e.model_id, e.run, e.about, e.about_model, 3 AS directness FROM eval_metrics AS e WHERE e.source = 'summary'
    UNION
    SELECT m.model_id, m.run, m.about, m.about_model, 4 AS directness FROM training_methods AS m
),

placed AS (
    SELECT t.model_id, coalesce(t.run, 0) AS run, t.about, t.about_model, t.directness
    FROM told AS t
    LEFT JOIN numbered AS n ON n.model_id = t.model_id
    WHERE t.run IS NOT NULL OR n.model_id IS NULL
),

most_direct AS (
    SELECT p.model_id, p.run, min(p.directness) AS directness,
        max(CASE WHEN p.directness = 1 THEN 1 ELSE 0 END) = 1 AS has_settings,
        max(CASE WHEN p.directness = 2 THEN 1 ELSE 0 END) = 1 AS has_log,
        max(CASE WHEN p.directness = 3 THEN 1 ELSE 0 END) = 1 AS has_headline
    FROM placed AS p
    GROUP BY p.model_id, p.run
),

printed AS (
    SELECT
        d.model_id, d.run, d.has_settings, d.has_log, d.has_headline,
        CASE WHEN min(p.about) = max(p.about) THEN min(p.about) ELSE 'unclear' END AS about,
        CASE
            WHEN min(p.about) = max(p.about) AND min(lower(p.about_model)) = max(lower(p.about_model))
                THEN min(p.about_model)
        END AS about_model
    FROM most_direct AS d
    INNER JOIN placed AS p ON p.model_id = d.model_id AND p.run = d.run AND p.directness = d.directness
    GROUP BY d.model_id, d.run, d.has_settings, d.has_log, d.has_headline
)

SELECT
    p.model_id,
    p.run,
    p.about,
    p.about_model,
    coalesce(s.subject_id, CASE WHEN p.about <> 'reprinted' THEN p.model_id END) AS subject_id,
    coalesce(s.resolved_by, CASE WHEN p.about <> 'reprinted' THEN p.about ELSE 'unknown' END) AS resolved_by,
    p.has_settings,
    p.has_log,
    p.has_headline
FROM printed AS p
LEFT JOIN subjects AS s
    ON s.model_id = p.model_id AND s.about = p.about AND s.about_model IS NOT DISTINCT FROM p.about_model
