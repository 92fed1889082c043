-- The Hub's own languages of each repo as last listed: they follow every listing, not the card.
SELECT
    given.model_id,
    'own' AS about,
    'hub' AS source,
    given.item AS language
FROM (
    SELECT l.model_id, unnest(l.languages) AS item
    FROM latest_listings AS l
    SEMI JOIN main.models AS m ON m.model_id = l.model_id
) AS given
