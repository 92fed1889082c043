-- The Hub's own languages of each repo as last listed: they follow every listing, not the card.
SELECT
    l.model_id,
    'own' AS about,
    'hub' AS source,
    given.item AS language
FROM latest_lists AS l
CROSS JOIN unnest(list_distinct(l.languages)) AS given (item)
WHERE given.item IS NOT NULL
