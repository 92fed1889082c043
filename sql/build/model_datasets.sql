-- The Hub's own datasets of each repo as last listed: they follow every listing, not the card.
SELECT
    given.model_id,
    'own' AS about,
    'hub' AS source,
    given.item AS dataset_id
FROM (
    SELECT l.model_id, unnest(l.datasets) AS item
    FROM latest_listings AS l
    SEMI JOIN main.models AS m ON m.model_id = l.model_id
) AS given
