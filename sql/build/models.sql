-- One row per repo that was ever listed or looked at, under the name it bears now.
--
-- Latest means the Hub's word first, then the source's own time: a dump of last year never overrules a crawl.
-- What the source says of the card as it is now (ok, no_card, too_large) decides what is served; a gate, a
-- disappearance or a failed request shows in card_status and leaves the last good card served.
-- A repo listed under a new name (same hub_id) has one row, the new name's; `renames` keeps the old one.
WITH known AS (
    SELECT
        coalesce(l.model_id, o.model_id) AS model_id,
        coalesce(l.hub_id, o.hub_id) AS hub_id,
        coalesce(l.revision, o.revision) AS revision,
        coalesce(l.source, o.source) AS source,
        l.listed_at, l.created_at, l.last_modified, l.downloads, l.downloads_all_time, l.likes, l.gated, l.disabled,
        l."library_name", l.pipeline_tag, l.license, l.parameters,
        o.status, o.detail, o.decided_at, o.card_bytes, o.card_blob
    FROM latest_listings AS l
    FULL JOIN latest_looks AS o ON o.model_id = l.model_id
)

SELECT
    k.model_id,
    k.hub_id,
    owner_of(k.model_id) AS author,
    name_of(k.model_id) AS name,
    k.revision,
    k.card_blob,
    k.created_at,
    k.last_modified,
    greatest(k.listed_at, c.listed_at) AS listed_at,
    CASE WHEN k.card_blob IS NOT NULL THEN k.decided_at END AS card_fetched_at,
    CASE WHEN c.listed_at >= k.listed_at THEN c.downloads ELSE k.downloads END AS downloads,
    CASE WHEN c.listed_at >= k.listed_at THEN c.downloads_all_time ELSE k.downloads_all_time END AS downloads_all_time,
    CASE WHEN c.listed_at >= k.listed_at THEN c.likes ELSE k.likes END AS likes,
    k.gated,
    coalesce(r."library_name", k."library_name") AS library_name,
    coalesce(r.pipeline_tag, k.pipeline_tag) AS pipeline_tag,
    coalesce(r.license, k.license) AS license,
    k.parameters,
    r.card_title,
    r.card_generator,
    r.card_generator_version,
    CASE
        WHEN k.status = 'ok' THEN coalesce(r.card_status, 'ok')
        WHEN k.status IS NOT NULL THEN k.status
        WHEN k.disabled THEN 'disabled'
        ELSE 'not_fetched'
    END AS card_status,
    coalesce(r.card_bytes, k.card_bytes) AS card_bytes,
    k.detail AS status_detail,
    k.source
FROM known AS k
LEFT JOIN latest_counts AS c ON c.model_id = k.model_id
LEFT JOIN read_card_readings AS r ON r.model_id = k.model_id AND r.card_blob = k.card_blob
ANTI JOIN main.renames AS n ON n.old_model_id = k.model_id
