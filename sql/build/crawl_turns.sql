-- The crawls, numbered in the order in which they were made.
SELECT c.crawl_id, row_number() OVER (ORDER BY c.crawl_id) AS turn
FROM (
    SELECT DISTINCT crawl_id FROM raw_observations
    UNION
    SELECT DISTINCT crawl_id FROM raw_popularity
    UNION
    SELECT DISTINCT crawl_id FROM read_listed_models
) AS c
