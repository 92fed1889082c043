-- Question: Who quantizes whose models?
-- Theme: quantization
-- Grain: one row per quantizing author and author of the originals
-- Reads: parents, models
-- Columns:
--   quantizer: owner of the quantized repos
--   original_author: owner of what was quantized
--   n_repos: quantized repos
--   n_originals: distinct originals
--   is_own: whether the two are one
--   downloads: downloads of the quantized repos in the last 30 days, together; NULL if none is known
-- Caveats: what repos name as their quantized parent; a quantization of a quantization counts its direct parent
SELECT
    m.author AS quantizer,
    CASE WHEN contains(p.parent_id, '/') THEN split_part(p.parent_id, '/', 1) END AS original_author,
    count(*) AS n_repos,
    count(DISTINCT p.parent_id) AS n_originals,
    bool_or(lower(m.author) = lower(split_part(p.parent_id, '/', 1))) AS is_own,
    sum(m.downloads) AS downloads
FROM parents AS p
INNER JOIN models AS m ON m.model_id = p.model_id
WHERE p.relation = 'quantized'
GROUP BY m.author, CASE WHEN contains(p.parent_id, '/') THEN split_part(p.parent_id, '/', 1) END
ORDER BY n_repos DESC, quantizer, original_author NULLS LAST
