-- The Hub's own datasets of each repo as last listed: they follow every listing, not the card.
SELECT
    l.model_id,
    'own' AS about,
    'hub' AS source,
    given.item AS dataset_id
FROM latest_lists AS l
CROSS JOIN unnest(list_distinct(l.datasets)) AS given (item)
WHERE given.item IS NOT NULL
