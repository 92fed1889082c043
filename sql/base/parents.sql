-- Question: Which repo descends directly from which?
-- Grain: one row per repo and parent
-- Reads: model_relations, known_ids
-- Columns:
--   model_id: the repo
--   parent_id: its parent: the listed repo that the given id means, else the id as given
--   relation: finetune, adapter, quantized or merge; adapter where some say that it is one and others that it was
--     fine-tuned; NULL if nobody says or several say different things
--   n_sources: sources that name this parent (front matter, Hub, body)
-- Caveats: parents that a quantized or converted copy reprints from its original's card are left out; a repo is not
--   its own parent
-- Kept: table
WITH named AS (
    SELECT r.model_id, coalesce(k.model_id, r.base_model_id) AS parent_id, r.relation, r.source
    FROM model_relations AS r
    LEFT JOIN known_ids AS k ON k.folded_id = lower(r.base_model_id)
    WHERE r.about <> 'reprinted' OR r.relation = 'quantized'
)

SELECT
    n.model_id,
    n.parent_id,
    CASE
        WHEN min(n.relation) = max(n.relation) THEN min(n.relation)
        WHEN min(n.relation) = 'adapter' AND max(n.relation) = 'finetune' THEN 'adapter'
    END AS relation,
    count(DISTINCT n.source) AS n_sources
FROM named AS n
WHERE n.parent_id <> n.model_id
GROUP BY n.model_id, n.parent_id
