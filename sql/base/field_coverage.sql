-- Question: What does each repo state of itself, and why is the rest not there?
-- Grain: one row per repo and field
-- Reads: models, card_readings, fields, generator_fields, hyperparameters, eval_metrics, training_steps,
--   framework_versions, model_relations, model_datasets, model_languages
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
WITH stated AS (
    SELECT h.model_id, 'hyperparameters' AS table_name, h.name, bool_or(h.value_number IS NOT NULL) AS has_number
    FROM hyperparameters AS h
    WHERE h.about <> 'reprinted'
    GROUP BY h.model_id, h.name
    UNION ALL
    SELECT e.model_id, 'eval_metrics' AS table_name, e.metric AS name, bool_or(e.value IS NOT NULL) AS has_number
    FROM eval_metrics AS e
    WHERE e.about <> 'reprinted'
    GROUP BY e.model_id, e.metric
    UNION ALL
    SELECT t.model_id, 'training_steps' AS table_name, t.metric AS name, bool_or(t.value IS NOT NULL) AS has_number
    FROM training_steps AS t
    WHERE t.about <> 'reprinted'
    GROUP BY t.model_id, t.metric
    UNION ALL
    SELECT f.model_id, 'framework_versions' AS table_name, f.framework AS name, TRUE AS has_number
    FROM framework_versions AS f
    WHERE f.about <> 'reprinted'
    GROUP BY f.model_id, f.framework
    UNION ALL
    SELECT r.model_id, 'model_relations' AS table_name, 'model_relations' AS name, TRUE AS has_number
    FROM model_relations AS r
    GROUP BY r.model_id
    UNION ALL
    SELECT d.model_id, 'model_datasets' AS table_name, 'model_datasets' AS name, TRUE AS has_number
    FROM model_datasets AS d
    GROUP BY d.model_id
    UNION ALL
    SELECT l.model_id, 'model_languages' AS table_name, 'model_languages' AS name, TRUE AS has_number
    FROM model_languages AS l
    GROUP BY l.model_id
    UNION ALL
    SELECT m.model_id, 'models' AS table_name, 'license' AS name, TRUE AS has_number
    FROM models AS m
    WHERE m.license IS NOT NULL
    UNION ALL
    SELECT m.model_id, 'models' AS table_name, 'library_name' AS name, TRUE AS has_number
    FROM models AS m
    WHERE m.library_name IS NOT NULL
    UNION ALL
    SELECT m.model_id, 'models' AS table_name, 'pipeline_tag' AS name, TRUE AS has_number
    FROM models AS m
    WHERE m.pipeline_tag IS NOT NULL
),

writers AS (
    SELECT m.card_generator, version_rank(m.card_generator_version) AS version
    FROM models AS m
    WHERE m.card_generator IS NOT NULL
    GROUP BY m.card_generator, version_rank(m.card_generator_version)
),

rules AS (
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
)

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
LEFT JOIN stated AS s ON s.model_id = m.model_id AND s.table_name = f.table_name AND s.name = f.name
LEFT JOIN rules AS r
    ON r.card_generator = m.card_generator
    AND r.version IS NOT DISTINCT FROM version_rank(m.card_generator_version)
    AND r.table_name = f.table_name
    AND r.name = f.name
