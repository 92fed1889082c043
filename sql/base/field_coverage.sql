-- Question: What does each repo state of itself, and why is the rest not there?
-- Grain: one row per repo and field
-- Reads: models, card_readings, fields, stated_fields, writer_rules
-- Columns:
--   model_id: the repo
--   table_name: the table the field stands in
--   name: the field's canonical name
--   state: stated; stated_unparsable (no number where one is needed); absent (the card says nothing and nothing
--     follows from it); absent_means_default (its writer leaves the line out when the default holds);
--     generator_cannot_state (its writer never writes it); no_card (none, empty, or not text); gated; not_fetched
--     (never asked for, too large, failed, disabled or gone before it was read)
--   card_generator: the tool that wrote the card
-- Caveats: what a quantized or converted copy reprints of its original is not stated of itself; a writer's rule with
--   a version range holds for cards of unknown version only where all its ranges agree; one row per repo and field is
--   a lot of rows: filter on one of the two
SELECT
    m.model_id,
    f.table_name,
    f.name,
    CASE
        WHEN s.model_id IS NOT NULL AND (s.has_number OR NOT f.is_number) THEN 'stated'
        WHEN s.model_id IS NOT NULL THEN 'stated_unparsable'
        WHEN c.card_status IN ('empty', 'not_text') THEN 'no_card'
        WHEN c.model_id IS NULL AND m.card_status IN ('no_card', 'empty', 'not_text') THEN 'no_card'
        WHEN c.model_id IS NULL AND m.card_status = 'gated' THEN 'gated'
        WHEN c.model_id IS NULL THEN 'not_fetched'
        WHEN NOT r.can_state THEN 'generator_cannot_state'
        WHEN r.means_when_absent IS NOT NULL THEN 'absent_means_default'
        ELSE 'absent'
    END AS state,
    m.card_generator
FROM models AS m
CROSS JOIN fields AS f
LEFT JOIN card_readings AS c ON c.model_id = m.model_id
LEFT JOIN stated_fields AS s
    ON s.model_id = m.model_id AND s.table_name = f.table_name AND s.name = f.name AND s.is_own
LEFT JOIN writer_rules AS r
    ON r.card_generator = m.card_generator
    AND r.version IS NOT DISTINCT FROM version_rank(m.card_generator_version)
    AND r.table_name = f.table_name
    AND r.name = f.name
