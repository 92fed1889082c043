-- One row per repo that was ever listed or looked at, under the name it bears now.
--
-- Latest means the Hub's word first, then the source's own time: a dump of last year never overrules a crawl.
-- What the source says of the card as it is now (ok, no_card, too_large) decides what is served; a gate, a
-- disappearance or a failed request shows in card_status and leaves the last good card served.
-- A repo listed under a new name (same hub_id) has one row, the new name's; `renames` keeps the old one.
WITH counted AS (
    SELECT
        p.model_id, p.listed_at, p.downloads, p.downloads_all_time, p.likes,
        ROW(coalesce(c.source IN ('hub', 'sample'), TRUE), p.listed_at, p.crawl_id) AS place
    FROM raw_popularity AS p
    LEFT JOIN main.crawl_runs AS c ON c.crawl_id = p.crawl_id
),

last_count AS (
    SELECT model_id, max(place) AS place FROM counted GROUP BY model_id
),

counters AS (
    SELECT p.model_id, p.listed_at, p.downloads, p.downloads_all_time, p.likes
    FROM counted AS p
    INNER JOIN last_count AS l ON l.model_id = p.model_id AND l.place = p.place
),

looks AS (
    SELECT
        model_id, hub_id, revision, source, status, detail, card_bytes, observed_at,
        CASE WHEN status = 'ok' THEN card_blob END AS card_blob,
        ROW(source IN ('hub', 'sample'), observed_at, crawl_id, coalesce(card_blob, '')) AS place
    FROM raw_observations
),

latest AS (
    SELECT
        model_id,
        max(place) AS last_place,
        max(CASE WHEN status IN ('ok', 'no_card', 'too_large') THEN place END) AS deciding_place
    FROM looks
    GROUP BY model_id
),

last_look AS (
    SELECT o.model_id, o.hub_id, o.revision, o.source, o.status, o.detail
    FROM looks AS o
    INNER JOIN latest AS a ON a.model_id = o.model_id AND a.last_place = o.place
),

deciding_look AS (
    SELECT o.model_id, o.observed_at, o.card_bytes, o.card_blob
    FROM looks AS o
    INNER JOIN latest AS a ON a.model_id = o.model_id AND a.deciding_place = o.place
),

named AS (
    SELECT model_id FROM latest_listings
    UNION
    SELECT model_id FROM latest
),

current_names AS (
    SELECT n.model_id FROM named AS n ANTI JOIN main.renames AS r ON r.old_model_id = n.model_id
)

SELECT
    n.model_id,
    coalesce(l.hub_id, o.hub_id) AS hub_id,
    CASE WHEN contains(n.model_id, '/') THEN split_part(n.model_id, '/', 1) END AS author,
    CASE WHEN contains(n.model_id, '/') THEN substr(n.model_id, strpos(n.model_id, '/') + 1) ELSE n.model_id END
        AS name,
    coalesce(l.revision, o.revision) AS revision,
    d.card_blob,
    l.created_at,
    l.last_modified,
    greatest(l.listed_at, c.listed_at) AS listed_at,
    CASE WHEN d.card_blob IS NOT NULL THEN d.observed_at END AS card_fetched_at,
    CASE WHEN c.listed_at >= l.listed_at THEN c.downloads ELSE l.downloads END AS downloads,
    CASE WHEN c.listed_at >= l.listed_at THEN c.downloads_all_time ELSE l.downloads_all_time END AS downloads_all_time,
    CASE WHEN c.listed_at >= l.listed_at THEN c.likes ELSE l.likes END AS likes,
    l.gated,
    coalesce(r.library_name, l.library_name) AS library_name,
    coalesce(r.pipeline_tag, l.pipeline_tag) AS pipeline_tag,
    coalesce(r.license, l.license) AS license,
    l.parameters,
    r.card_title,
    r.card_generator,
    r.card_generator_version,
    CASE
        WHEN o.status = 'ok' THEN coalesce(r.card_status, 'ok')
        WHEN o.status IS NOT NULL THEN o.status
        WHEN l.disabled THEN 'disabled'
        ELSE 'not_fetched'
    END AS card_status,
    coalesce(r.card_bytes, d.card_bytes) AS card_bytes,
    o.detail AS status_detail,
    coalesce(l.source, o.source) AS source
FROM current_names AS n
LEFT JOIN latest_listings AS l ON l.model_id = n.model_id
LEFT JOIN counters AS c ON c.model_id = n.model_id
LEFT JOIN last_look AS o ON o.model_id = n.model_id
LEFT JOIN deciding_look AS d ON d.model_id = n.model_id
LEFT JOIN read_card_readings AS r ON r.model_id = n.model_id AND r.card_blob = d.card_blob
