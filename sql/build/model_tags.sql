-- The Hub's own tags of each repo as last listed: they follow every listing, not the card.
SELECT
    given.model_id,
    'own' AS about,
    'hub' AS source,
    given.item AS tag
FROM (
    SELECT l.model_id, unnest(l.tags) AS item
    FROM latest_listings AS l
    SEMI JOIN main.models AS m ON m.model_id = l.model_id
) AS given
