-- Question: What can each writer of cards state, in each of its versions that occur?
-- Grain: one row per writer, version (major and minor) and field
-- Reads: models, generator_fields
-- Columns:
--   card_generator: the tool that writes the cards
--   version: major times 1000 plus minor; NULL where cards do not tell
--   table_name: the table the field stands in
--   name: the field's canonical name
--   can_state: whether it ever writes the field; of an unknown version, whether any does
--   means_when_absent: what a missing line means; NULL if nothing follows, or if the versions differ
-- Caveats: writers that generator_fields does not know have no row: of them nothing is known
WITH writers AS (
    SELECT m.card_generator, version_rank(m.card_generator_version) AS version
    FROM models AS m
    WHERE m.card_generator IS NOT NULL
    GROUP BY m.card_generator, version_rank(m.card_generator_version)
)

SELECT
    w.card_generator, w.version, g.table_name, g.name,
    bool_or(g.can_state) AS can_state,
    CASE WHEN count(*) = count(g.means_when_absent) AND min(g.means_when_absent) = max(g.means_when_absent)
        THEN min(g.means_when_absent)
    END AS means_when_absent
FROM writers AS w
INNER JOIN generator_fields AS g ON g.generator = w.card_generator
WHERE w.version IS NULL
    OR (
        coalesce(version_rank(g.from_version) <= w.version, TRUE)
        AND coalesce(version_rank(g.to_version) >= w.version, TRUE)
    )
GROUP BY w.card_generator, w.version, g.table_name, g.name
