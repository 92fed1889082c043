-- The Hub's own parents of each repo as last listed, each given as 'relation:id'; the relation may be empty.
SELECT
    given.model_id,
    'own' AS about,
    'hub' AS source,
    substr(given.item, strpos(given.item, ':') + 1) AS base_model_id,
    nullif(substr(given.item, 1, strpos(given.item, ':') - 1), '') AS relation
FROM (
    SELECT l.model_id, unnest(l.base_models) AS item
    FROM latest_listings AS l
    SEMI JOIN main.models AS m ON m.model_id = l.model_id
) AS given
