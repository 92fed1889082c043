-- What was listed of each repo last: the Hub's word before a dump's, then the source's own time.
--
-- The latest row is found by the greatest of a few narrow columns and then fetched: a window over whole rows took twice
-- as long (480,000 listing rows).
WITH latest AS (
    SELECT l.model_id, max(place_in_time(l.source, l.listed_at, t.turn)) AS place
    FROM read_listed_models AS l
    INNER JOIN crawl_turns AS t ON t.crawl_id = l.crawl_id
    GROUP BY l.model_id
)

SELECT
    l.model_id, l.hub_id, l.revision, l.listed_at, l.source, l.created_at, l.last_modified, l.downloads,
    l.downloads_all_time, l.likes, l.gated, l.disabled, l."library_name", l.pipeline_tag, l.license, l.parameters,
    l.tags, l.languages, l.datasets, l.base_models
FROM read_listed_models AS l
INNER JOIN crawl_turns AS t ON t.crawl_id = l.crawl_id
INNER JOIN latest AS a ON a.model_id = l.model_id AND a.place = place_in_time(l.source, l.listed_at, t.turn)
