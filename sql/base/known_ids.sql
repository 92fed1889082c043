-- Question: Which repo does an id mean, as people write it?
-- Grain: one row per id that means exactly one listed repo, without regard to case
-- Reads: models, renames, errata
-- Columns:
--   folded_id: an id in lower case
--   model_id: the repo it means
--   known_by: errata (a reviewed correction), listed, or renamed (a former name of the repo)
-- Caveats: an id that differs only in case from two listed repos is left out, since it does not say which it means
WITH corrected AS (
    SELECT lower(e.given_id) AS folded_id, min(e.subject_id) AS model_id, count(DISTINCT e.subject_id) AS candidates
    FROM errata AS e
    GROUP BY lower(e.given_id)
),

listed AS (
    SELECT lower(m.model_id) AS folded_id, min(m.model_id) AS model_id, count(*) AS candidates
    FROM models AS m
    GROUP BY lower(m.model_id)
),

renamed AS (
    SELECT lower(r.old_model_id) AS folded_id, min(r.model_id) AS model_id, count(DISTINCT r.model_id) AS candidates
    FROM renames AS r
    GROUP BY lower(r.old_model_id)
)

SELECT c.folded_id, c.model_id, 'errata' AS known_by
FROM corrected AS c
WHERE c.candidates = 1
UNION ALL
SELECT l.folded_id, l.model_id, 'listed' AS known_by
FROM listed AS l
ANTI JOIN corrected AS c ON c.folded_id = l.folded_id
WHERE l.candidates = 1
UNION ALL
SELECT r.folded_id, r.model_id, 'renamed' AS known_by
FROM renamed AS r
ANTI JOIN corrected AS c ON c.folded_id = r.folded_id
ANTI JOIN listed AS l ON l.folded_id = r.folded_id
WHERE r.candidates = 1
