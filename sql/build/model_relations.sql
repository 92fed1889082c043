-- The Hub's own parents of each repo as last listed, each given as 'relation:id'; the relation may be empty.
SELECT
    l.model_id,
    'own' AS about,
    'hub' AS source,
    substr(given.item, strpos(given.item, ':') + 1) AS base_model_id,
    nullif(substr(given.item, 1, strpos(given.item, ':') - 1), '') AS relation
FROM latest_lists AS l
CROSS JOIN unnest(list_distinct(l.base_models)) AS given (item)
WHERE given.item IS NOT NULL AND given.item <> ''
