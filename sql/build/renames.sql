-- Names that a repo no longer bears: its hub_id was listed later under another.
WITH names AS (
    SELECT hub_id, model_id, max(listed_at) AS last_listed_at, max(crawl_id) AS last_crawl_id
    FROM read_listed_models
    WHERE hub_id IS NOT NULL
    GROUP BY hub_id, model_id
),

current_names AS (
    SELECT hub_id, model_id
    FROM names
    QUALIFY row_number() OVER (
        PARTITION BY hub_id ORDER BY last_listed_at DESC, last_crawl_id DESC, model_id
    ) = 1
),

taken_again AS (  -- an old name may since belong to another repo: then it is that repo's
    SELECT n.model_id
    FROM names AS n
    GROUP BY n.model_id
    HAVING count(DISTINCT n.hub_id) > 1
)

SELECT
    n.model_id AS old_model_id,
    c.model_id,
    n.hub_id,
    n.last_listed_at
FROM names AS n
INNER JOIN current_names AS c ON c.hub_id = n.hub_id
WHERE n.model_id <> c.model_id
    AND NOT EXISTS (SELECT 1 FROM current_names AS o WHERE o.model_id = n.model_id)
    AND NOT EXISTS (SELECT 1 FROM taken_again AS t WHERE t.model_id = n.model_id)
