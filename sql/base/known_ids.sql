-- Question: Which repo does an id mean, as people write it?
-- Grain: one row per id that means exactly one listed repo, without regard to case
-- Reads: models, renames, errata
-- Columns:
--   folded_id: an id in lower case
--   model_id: the repo it means
--   known_by: errata (a reviewed correction), listed, or renamed (a former name of the repo)
-- Caveats: an id that differs only in case from two listed repos is left out, since it does not say which it means
WITH given AS (
    SELECT lower(e.given_id) AS folded_id, e.subject_id AS model_id, 'errata' AS known_by, 1 AS strength
    FROM errata AS e
    UNION ALL
    SELECT lower(m.model_id) AS folded_id, m.model_id, 'listed' AS known_by, 2 AS strength
    FROM models AS m
    UNION ALL
    SELECT lower(r.old_model_id) AS folded_id, r.model_id, 'renamed' AS known_by, 3 AS strength
    FROM renames AS r
),

counted AS (
    SELECT g.folded_id, g.strength, min(g.model_id) AS model_id, min(g.known_by) AS known_by,
        count(DISTINCT g.model_id) AS candidates
    FROM given AS g
    GROUP BY g.folded_id, g.strength
),

strongest AS (
    SELECT c.folded_id, c.model_id, c.known_by, c.candidates
    FROM counted AS c
    QUALIFY row_number() OVER (PARTITION BY c.folded_id ORDER BY c.strength) = 1
)

SELECT s.folded_id, s.model_id, s.known_by
FROM strongest AS s
WHERE s.candidates = 1
