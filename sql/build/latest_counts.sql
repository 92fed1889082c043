-- The counters of each repo as they were counted last.
SELECT
    p.model_id,
    arg_max(p.listed_at, p.place) AS listed_at,
    arg_max_null(p.downloads, p.place) AS downloads,
    arg_max_null(p.downloads_all_time, p.place) AS downloads_all_time,
    arg_max_null(p.likes, p.place) AS likes
FROM (
    SELECT
        c.model_id, c.listed_at, c.downloads, c.downloads_all_time, c.likes,
        place_in_time(coalesce(r.source, 'hub'), c.listed_at, t.turn) AS place
    FROM raw_popularity AS c
    INNER JOIN crawl_turns AS t ON t.crawl_id = c.crawl_id
    LEFT JOIN main.crawl_runs AS r ON r.crawl_id = c.crawl_id
) AS p
GROUP BY p.model_id
