-- The names of the repos (hub_id) that were listed under several, with the last time of each: few rows of very many.
WITH renamed AS (
    SELECT hub_id
    FROM read_listed_models
    WHERE hub_id IS NOT NULL
    GROUP BY hub_id
    HAVING min(model_id) <> max(model_id)
)

SELECT l.hub_id, l.model_id, max(l.listed_at) AS last_listed_at, max(l.crawl_id) AS last_crawl_id
FROM read_listed_models AS l
SEMI JOIN renamed AS r ON r.hub_id = l.hub_id
GROUP BY l.hub_id, l.model_id
