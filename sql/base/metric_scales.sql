-- Question: Is a result that lies between 0 and 1 by its nature printed as a fraction or as a percentage?
-- Grain: one row per result of a metric that is a share (accuracy, F1, recall, ...)
-- Reads: eval_metrics
-- Columns:
--   model_id: repo that printed it
--   position: its position among the results of the card
--   metric: canonical name
--   value: the number as printed
--   scale: fraction, percentage, or unclear
--   as_fraction: the value as a fraction; NULL where the scale is unclear
--   evidence: what decided: a percent sign; above 1; another result of the card's same source above 1; the whole
--     source at or below 1; or out of range (negative, above 100, or not finite)
-- Caveats: a lone value at or below 1 beside nothing is taken for a fraction, though 0.9 may mean 0.9 %; nothing is
--   rescaled in the tables themselves
WITH shares AS (
    SELECT e.model_id, e.position, e.metric, e.source, e.value, e.unit
    FROM eval_metrics AS e
    WHERE regexp_matches(
        e.metric,
        '^(eval[_/])?(accuracy|acc|acc_norm|f1|precision|recall|exact_match|em|auc|roc_auc|rewards/accuracies|mcc|map|'
        || 'wer|cer|pass@\d+|mc[12])([_@/ ].*)?$'
    )
),

judged AS (
    SELECT
        s.model_id, s.position, s.metric, s.value, s.unit,
        max(finite(s.value)) OVER (PARTITION BY s.model_id, s.source) AS greatest
    FROM shares AS s
),

told AS (
    SELECT
        j.model_id, j.position, j.metric, j.value,
        CASE
            WHEN finite(j.value) IS NULL OR j.value < -1 OR j.value > 100 THEN 'out of range'
            WHEN j.unit = '%' THEN 'a percent sign'
            WHEN j.value > 1 THEN 'above 1'
            WHEN j.greatest > 1 AND j.greatest <= 100 THEN 'another result of the card above 1'
            ELSE 'the whole source at or below 1'
        END AS evidence
    FROM judged AS j
)

SELECT
    t.model_id,
    t.position,
    t.metric,
    t.value,
    CASE
        WHEN t.evidence = 'out of range' THEN 'unclear'
        WHEN t.evidence = 'the whole source at or below 1' THEN 'fraction'
        ELSE 'percentage'
    END AS scale,
    CASE
        WHEN t.evidence = 'out of range' THEN NULL
        WHEN t.evidence = 'the whole source at or below 1' THEN t.value
        ELSE t.value / 100
    END AS as_fraction,
    t.evidence
FROM told AS t
