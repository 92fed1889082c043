-- Question: By which post-training method was each language model trained, and what says so?
-- Grain: one row per printing of a run with evidence of a method
-- Reads: training_methods, model_tags, eval_metrics, training_steps, run_printings, models, model_relations,
--   method_rules, metric_method_rules, not_language_models
-- Columns:
--   model_id: repo whose card prints the run
--   run: 0-based number of the run within the card
--   training_method: sft, dpo, kto, orpo, reward, ppo, grpo, ...; NULL where the strongest evidence names several
--   method_evidence: what was found, what decided first, each as kind: words
--   method_strength: strength of the evidence that decided, 5 (a configuration names it) to 1 (a name promises it);
--     5 more where the card says it of this very run (a heading or a sentence of one stage)
--   other_methods: methods for which there is evidence that did not decide; NULL if there is none
-- Caveats: sft gives way to any other method for which there is more than a name, because preference training starts
--   from sft and its cards say so; a repo that is no language model by its own words (not_language_models) has no
--   method, and in a merge a name counts for nothing
WITH no_language AS (
    SELECT m.model_id
    FROM models AS m
    INNER JOIN not_language_models AS s
        ON s.word = CASE s.kind WHEN 'pipeline_tag' THEN m.pipeline_tag WHEN 'library_name' THEN m."library_name" END
    UNION
    SELECT t.model_id
    FROM model_tags AS t
    INNER JOIN not_language_models AS s ON s.kind = 'tag' AND s.word = lower(t.tag)
),

merges AS (
    SELECT r.model_id FROM model_relations AS r WHERE r.relation = 'merge'
    UNION
    SELECT t.model_id FROM model_tags AS t WHERE lower(t.tag) IN ('merge', 'mergekit')
),

results AS (
    SELECT e.model_id, coalesce(e.run, 0) AS run, e.metric
    FROM eval_metrics AS e
    WHERE e.source = 'summary'
        AND (e.metric LIKE '%rewards/%' OR e.metric LIKE '%log_odds%' OR e.metric IN ('kl', 'nll_loss'))
    UNION
    SELECT t.model_id, coalesce(t.run, 0) AS run, t.metric
    FROM training_steps AS t
    WHERE t.metric LIKE '%rewards/%' OR t.metric LIKE '%log_odds%' OR t.metric IN ('kl', 'nll_loss')
),

by_metrics AS (
    SELECT a.model_id, a.run, s.method, concat_ws(', ', s.needs, s.needs_also) AS words, s.priority
    FROM results AS a
    INNER JOIN metric_method_rules AS s ON s.needs = a.metric
    LEFT JOIN results AS b ON b.model_id = a.model_id AND b.run = a.run AND b.metric = s.needs_also
    WHERE s.needs_also IS NULL OR b.metric IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY a.model_id, a.run ORDER BY s.priority DESC, s.method, s.needs_also) = 1
),

evidence AS (
    SELECT m.model_id, m.run, m.method, m.kind, m.evidence AS words
    FROM training_methods AS m
    WHERE m.kind <> 'metrics'
    UNION ALL
    SELECT t.model_id, CAST(NULL AS BIGINT) AS run, lower(t.tag) AS method, 'hub_tag' AS kind, t.tag AS words
    FROM model_tags AS t
    WHERE t.source = 'hub'
        AND lower(t.tag) IN ('sft', 'dpo', 'kto', 'orpo', 'grpo', 'rloo', 'cpo', 'simpo', 'ipo', 'ppo')
    UNION ALL
    SELECT b.model_id, b.run, b.method, 'metrics' AS kind, b.words
    FROM by_metrics AS b
),

weighed AS (
    SELECT
        p.model_id, p.run, e.method,
        max(s.strength + CASE WHEN e.run IS NOT NULL AND e.kind <> 'metrics' THEN 5 ELSE 0 END) AS strength,
        string_agg(DISTINCT concat(e.kind, ': ', e.words), '; ' ORDER BY concat(e.kind, ': ', e.words)) AS words
    FROM run_printings AS p
    INNER JOIN evidence AS e ON e.model_id = p.model_id AND (e.run IS NULL OR e.run = p.run)
    INNER JOIN method_rules AS s ON s.kind = e.kind
    LEFT JOIN merges AS g ON g.model_id = p.model_id
    ANTI JOIN no_language AS n ON n.model_id = p.model_id
    WHERE g.model_id IS NULL OR e.kind <> 'name'
    GROUP BY p.model_id, p.run, e.method
),

ranked AS (
    SELECT
        w.model_id, w.run, w.method, w.strength, w.words,
        max(w.strength) OVER (PARTITION BY w.model_id, w.run) AS strongest,
        max(CASE WHEN w.method <> 'sft' THEN w.strength END) OVER (PARTITION BY w.model_id, w.run) AS strongest_but_sft
    FROM weighed AS w
),

deciding AS (
    SELECT
        r.model_id, r.run, r.method, r.strength, r.words,
        CASE
            WHEN r.strongest <= 5 AND coalesce(r.strongest_but_sft, 0) >= 2
                THEN r.method <> 'sft' AND r.strength = r.strongest_but_sft
            ELSE r.strength = r.strongest
        END AS decides
    FROM ranked AS r
)

SELECT
    d.model_id,
    d.run,
    CASE WHEN count(DISTINCT CASE WHEN d.decides THEN d.method END) = 1
        THEN min(CASE WHEN d.decides THEN d.method END)
    END AS training_method,
    string_agg(d.words, '; ' ORDER BY d.decides DESC, d.strength DESC, d.method) AS method_evidence,
    max(CASE WHEN d.decides THEN d.strength END) AS method_strength,
    string_agg(d.method, ', ' ORDER BY d.strength DESC, d.method) FILTER (WHERE NOT d.decides) AS other_methods
FROM deciding AS d
GROUP BY d.model_id, d.run
