-- The stretches of time in which the Hub said the same of a repo, counters and tags aside: one per listing row.
--
-- A stretch ends with the next row of the same id, or when its repo (hub_id) is first listed under another id. What a
-- dump or folder says of a time when the Hub had already listed the repo is left out, as in card_states.
WITH late AS (
    SELECT d.model_id, d.listed_at, d.source, d.crawl_id
    FROM read_listed_models AS d
    INNER JOIN read_listed_models AS h ON h.model_id = d.model_id AND h.listed_at <= d.listed_at
    WHERE d.source NOT IN ('hub', 'sample') AND h.source IN ('hub', 'sample')
),

said AS (
    SELECT
        l.model_id, l.listed_at, l.crawl_id, l.hub_id, l.created_at, l.last_modified, l.gated, l.disabled,
        l.library_name, l.pipeline_tag, l.license, l.parameters
    FROM read_listed_models AS l
    ANTI JOIN late AS d
        ON d.model_id = l.model_id AND d.listed_at = l.listed_at AND d.source = l.source AND d.crawl_id = l.crawl_id
),

renamed AS (
    SELECT hub_id FROM said WHERE hub_id IS NOT NULL GROUP BY hub_id HAVING min(model_id) <> max(model_id)
),

next_names AS (  -- of the few repos that were renamed: when the next row of any of its ids was listed
    SELECT
        s.model_id, s.listed_at, s.crawl_id,
        lead(s.listed_at) OVER (PARTITION BY s.hub_id ORDER BY s.listed_at, s.crawl_id) AS next_at
    FROM said AS s
    SEMI JOIN renamed AS r ON r.hub_id = s.hub_id
),

stretches AS (
    SELECT
        s.model_id,
        s.listed_at AS valid_from,
        lead(s.listed_at) OVER (PARTITION BY s.model_id ORDER BY s.listed_at, s.crawl_id) AS next_at,
        s.crawl_id, s.created_at, s.last_modified, s.gated, s.disabled, s.library_name, s.pipeline_tag, s.license,
        s.parameters
    FROM said AS s
)

SELECT
    s.model_id,
    s.valid_from,
    least(s.next_at, n.next_at) AS valid_to,
    s.created_at,
    s.last_modified,
    s.gated,
    s.disabled,
    s.library_name,
    s.pipeline_tag,
    s.license,
    s.parameters
FROM stretches AS s
LEFT JOIN next_names AS n ON n.model_id = s.model_id AND n.listed_at = s.valid_from AND n.crawl_id = s.crawl_id
WHERE coalesce(least(s.next_at, n.next_at) > s.valid_from, TRUE)
