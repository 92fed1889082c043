-- The stretches of time in which the Hub said the same of a repo, counters and tags aside: one per listing row.
--
-- A stretch ends with the next row of the same id, or when its repo (hub_id) is first listed under another id. What a
-- dump or folder says of a time when the Hub had already listed the repo is left out, as in card_states.
-- Most repos have one row, and its stretch has no end: they pass by the windows, which cost most.
WITH repos AS (
    SELECT
        l.model_id, count(*) AS n_rows,
        min(CASE WHEN l.source IN ('hub', 'sample') THEN l.listed_at END) AS hub_since
    FROM read_listed_models AS l
    GROUP BY l.model_id
),

said AS (
    SELECT
        l.model_id, l.listed_at AS valid_from, l.crawl_id, l.hub_id, l.created_at, l.last_modified, l.gated,
        l.disabled, l."library_name", l.pipeline_tag, l.license, l.parameters,
        r.n_rows = 1 AS is_alone
    FROM read_listed_models AS l
    INNER JOIN repos AS r ON r.model_id = l.model_id
    WHERE l.source IN ('hub', 'sample') OR r.hub_since IS NULL OR l.listed_at < r.hub_since
),

stretches AS (
    SELECT
        s.model_id, s.valid_from, s.crawl_id, CAST(NULL AS TIMESTAMP) AS next_at, s.created_at, s.last_modified,
        s.gated, s.disabled, s."library_name", s.pipeline_tag, s.license, s.parameters
    FROM said AS s
    WHERE s.is_alone
    UNION ALL
    SELECT
        s.model_id, s.valid_from, s.crawl_id,
        lead(s.valid_from) OVER (PARTITION BY s.model_id ORDER BY s.valid_from, s.crawl_id) AS next_at,
        s.created_at, s.last_modified, s.gated, s.disabled, s."library_name", s.pipeline_tag, s.license, s.parameters
    FROM said AS s
    WHERE NOT s.is_alone
),

next_names AS (  -- of the few repos that were renamed: when the next row of any of their ids was listed
    SELECT
        s.model_id, s.valid_from, s.crawl_id,
        lead(s.valid_from) OVER (PARTITION BY s.hub_id ORDER BY s.valid_from, s.crawl_id) AS next_at
    FROM said AS s
    SEMI JOIN names_of_renamed AS r ON r.hub_id = s.hub_id
)

SELECT
    s.model_id,
    s.valid_from,
    least(s.next_at, n.next_at) AS valid_to,
    s.created_at,
    s.last_modified,
    s.gated,
    s.disabled,
    s."library_name",
    s.pipeline_tag,
    s.license,
    s.parameters
FROM stretches AS s
LEFT JOIN next_names AS n
    ON n.model_id = s.model_id AND n.valid_from = s.valid_from AND n.crawl_id = s.crawl_id
WHERE coalesce(least(s.next_at, n.next_at) > s.valid_from, TRUE)
