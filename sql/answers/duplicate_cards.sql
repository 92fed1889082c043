-- Question: Which cards stand word for word in several repos?
-- Theme: quality
-- Grain: one row per card body that two repos or more share
-- Reads: card_readings, models
-- Columns:
--   body_digest: digest of the body's words
--   n_repos: repos that carry it
--   n_authors: authors among them
--   card_generator: the tool that wrote it, where all agree
--   card_title: the first heading, the first by alphabet
--   example_model_id: the first repo by id
--   other_model_id: the last repo by id
-- Caveats: templates that nobody filled in are duplicates too
-- Kept: table
SELECT
    r.body_digest,
    count(*) AS n_repos,
    count(DISTINCT m.author) AS n_authors,
    CASE WHEN min(r.card_generator) = max(r.card_generator) THEN min(r.card_generator) END AS card_generator,
    min(r.card_title) AS card_title,
    min(r.model_id) AS example_model_id,
    max(r.model_id) AS other_model_id
FROM card_readings AS r
INNER JOIN models AS m ON m.model_id = r.model_id
WHERE r.body_digest IS NOT NULL AND r.card_status = 'ok'
GROUP BY r.body_digest
HAVING count(*) > 1
ORDER BY n_repos DESC, r.body_digest
