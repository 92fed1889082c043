-- Names that a repo no longer bears: its hub_id was listed later under another.
WITH current_names AS (
    SELECT hub_id, model_id
    FROM names_of_renamed
    QUALIFY row_number() OVER (
        PARTITION BY hub_id ORDER BY last_listed_at DESC, last_crawl_id DESC, model_id
    ) = 1
),

taken_again AS (  -- an old name may since belong to another repo: then it is that repo's
    SELECT l.model_id
    FROM read_listed_models AS l
    SEMI JOIN names_of_renamed AS n ON n.model_id = l.model_id
    WHERE l.hub_id IS NOT NULL
    GROUP BY l.model_id
    HAVING min(l.hub_id) <> max(l.hub_id)
)

SELECT
    n.model_id AS old_model_id,
    c.model_id,
    n.hub_id,
    n.last_listed_at
FROM names_of_renamed AS n
INNER JOIN current_names AS c ON c.hub_id = n.hub_id
WHERE n.model_id <> c.model_id
    AND NOT EXISTS (SELECT 1 FROM current_names AS o WHERE o.model_id = n.model_id)
    AND NOT EXISTS (SELECT 1 FROM taken_again AS t WHERE t.model_id = n.model_id)
