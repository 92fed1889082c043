-- Question: Whose facts are these? The repo that a printing is about, today
-- Grain: one row per (model_id, about, about_model) that any fact carries
-- Reads: card_readings, hyperparameters, eval_metrics, training_steps, framework_versions, training_methods,
--   model_relations, known_ids
-- Columns:
--   model_id: repo that printed the facts
--   about: own, reprinted or unclear, as the reader found it
--   about_model: the original as the card gives it; NULL if own or not given
--   subject_id: the repo that the facts are about; NULL where a copy does not say of what
--   resolved_by: own; listed, renamed or errata (how the given id was found among the listed repos); as_given (the
--     original is not in this warehouse); quantized_parent (the card names no original, but the repo has exactly one
--     quantized parent); unclear (taken to be the repo that printed it); unknown
-- Caveats: an id that matches a listed repo in all but case is taken to be that repo; an original outside this
--   warehouse keeps the spelling of the card, so that two spellings of it are two subjects
-- Kept: table
WITH printed AS (
    SELECT r.model_id, r.about, r.about_model FROM card_readings AS r
    UNION
    SELECT h.model_id, h.about, h.about_model FROM hyperparameters AS h
    UNION
    SELECT e.model_id, e.about, e.about_model FROM eval_metrics AS e
    UNION
    SELECT t.model_id, t.about, t.about_model FROM training_steps AS t
    UNION
    SELECT f.model_id, f.about, f.about_model FROM framework_versions AS f
    UNION
    SELECT g.model_id, g.about, g.about_model FROM training_methods AS g
    UNION
    SELECT p.model_id, p.about, p.about_model FROM model_relations AS p
),

quantized_parents AS (
    SELECT p.model_id, min(p.base_model_id) AS parent_id
    FROM model_relations AS p
    WHERE p.relation = 'quantized'
    GROUP BY p.model_id
    HAVING count(DISTINCT lower(p.base_model_id)) = 1
),

given AS (
    SELECT
        p.model_id, p.about, p.about_model,
        CASE
            WHEN p.about = 'reprinted' THEN coalesce(trim(p.about_model), q.parent_id)
            ELSE p.model_id
        END AS given_id,
        p.about = 'reprinted' AND p.about_model IS NULL AS is_parent
    FROM printed AS p
    LEFT JOIN quantized_parents AS q ON q.model_id = p.model_id AND p.about = 'reprinted'
)

SELECT
    g.model_id,
    g.about,
    g.about_model,
    CASE WHEN g.about = 'reprinted' OR k.known_by = 'errata' THEN coalesce(k.model_id, g.given_id) ELSE g.given_id END
        AS subject_id,
    CASE
        WHEN k.known_by = 'errata' THEN 'errata'
        WHEN g.about <> 'reprinted' THEN g.about
        WHEN g.given_id IS NULL THEN 'unknown'
        WHEN g.is_parent THEN 'quantized_parent'
        ELSE coalesce(k.known_by, 'as_given')
    END AS resolved_by
FROM given AS g
LEFT JOIN known_ids AS k ON k.folded_id = lower(g.given_id)
