-- Question: Which version of which library does each repo's card state, and when was the repo created?
-- Grain: one row per repo, library and version up to the minor number
-- Reads: framework_versions, models
-- Columns:
--   model_id: the repo
--   framework: the library's canonical name
--   version: major and minor number: 4.35
--   is_copy: whether the card only reprints it of its original
--   author: the repo's owner
--   created_at: when the repo was created
--   card_generator: the tool that wrote the card
-- Caveats: a version that is no number (main, a commit) is left out
SELECT
    s.model_id, s.framework, s.version, s.is_copy, m.author, m.created_at, m.card_generator
FROM (
    SELECT
        f.model_id, f.framework, concat(f.version_major, '.', coalesce(f.version_minor, 0)) AS version,
        min(CASE WHEN f.about = 'reprinted' THEN 1 ELSE 0 END) = 1 AS is_copy
    FROM framework_versions AS f
    WHERE f.version_major IS NOT NULL
    GROUP BY f.model_id, f.framework, concat(f.version_major, '.', coalesce(f.version_minor, 0))
) AS s
INNER JOIN models AS m ON m.model_id = s.model_id
