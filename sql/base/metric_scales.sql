-- Question: Is a result that lies between 0 and 1 by its nature printed as a fraction or as a percentage?
-- Grain: one row per result of a metric that is a share (accuracy, F1, recall, ...) or an error rate (WER, CER)
-- Reads: eval_metrics
-- Columns:
--   model_id: repo that printed it
--   position: its position among the results of the card
--   metric: canonical name
--   value: the number as printed
--   scale: fraction, percentage, or unclear
--   as_fraction: the value as a fraction; NULL where the scale is unclear
--   evidence: what decided: a percent sign; above 2; another result beside it above 2; nothing above 2 beside it;
--     barely above 1 (nor is anything beside it above 2: 1.02 may be a word error rate of 102 % or an accuracy of 1 %);
--     out of range (negative, above 100, of an error rate above 1000, or not finite)
-- Caveats: beside it are the results of the same model-index, or of the same list or table (no more than 4
--   lines between them); a lone value at or below 1 is taken for a fraction, though 0.9 may mean 0.9 %; nothing is
--   rescaled in the tables themselves
WITH shares AS (
    SELECT
        e.model_id, e.position, e.metric, e.source, e.line, e.value, e.unit,
        regexp_matches(e.metric, '(^|_)(wer|cer)') AS is_error_rate
    FROM eval_metrics AS e
    WHERE regexp_matches(
        e.metric,
        '^((eval|test|dev|train|valid|validation|macro|micro|weighted|overall|average|avg|mean)[_/])*'
        || '(accuracy|acc_norm|(balanced|top_\d|(un)?labeled_dependencies)_accuracy|(tag|pos|morph|lemma)_acc|'
        || 'dep_[ul]as|(ents|sents)_[fpr]|f1|precision|recall|exact_match|auc|roc_auc|rewards/accuracies|'
        || 'matthews_correlation|map|ap|ndcg|mrr|mean_iou|'
        || 'rouge[12l].*|bleu|wer|cer|pass@\d+|mc[12])([_@/ ].*)?$'
    )
),

ranged AS (
    SELECT
        s.model_id, s.position, s.metric, s.source, s.line, s.value, s.unit,
        finite(s.value) IS NOT NULL
        AND s.value >= CASE WHEN s.metric LIKE '%matthews%' THEN -1 ELSE 0 END
        AND s.value <= CASE WHEN s.is_error_rate THEN 1000 ELSE 100 END AS is_in_range,
        CASE
            WHEN s.source <> 'model_index'
                AND s.line - lag(s.line) OVER (PARTITION BY s.model_id, s.source ORDER BY s.line, s.position) > 4
                THEN 1
            ELSE 0
        END AS begins
    FROM shares AS s
),

placed AS (
    SELECT
        r.model_id, r.position, r.metric, r.source, r.value, r.unit, r.is_in_range,
        sum(r.begins) OVER (PARTITION BY r.model_id, r.source ORDER BY r.line, r.position) AS place
    FROM ranged AS r
),

judged AS (
    SELECT
        p.model_id, p.position, p.metric, p.value, p.unit, p.is_in_range,
        max(CASE WHEN p.is_in_range THEN p.value END) OVER (PARTITION BY p.model_id, p.source, p.place) AS greatest
    FROM placed AS p
),

told AS (
    SELECT
        j.model_id, j.position, j.metric, j.value,
        CASE
            WHEN NOT j.is_in_range THEN 'out of range'
            WHEN j.unit = '%' THEN 'a percent sign'
            WHEN j.value > 2 THEN 'above 2'
            WHEN j.greatest > 2 THEN 'another result beside it above 2'
            WHEN j.value > 1 THEN 'barely above 1'
            ELSE 'nothing above 2 beside it'
        END AS evidence
    FROM judged AS j
)

SELECT
    t.model_id,
    t.position,
    t.metric,
    t.value,
    CASE
        WHEN t.evidence IN ('out of range', 'barely above 1') THEN 'unclear'
        WHEN t.evidence = 'nothing above 2 beside it' THEN 'fraction'
        ELSE 'percentage'
    END AS scale,
    CASE
        WHEN t.evidence IN ('out of range', 'barely above 1') THEN NULL
        WHEN t.evidence = 'nothing above 2 beside it' THEN t.value
        ELSE t.value / 100
    END AS as_fraction,
    t.evidence
FROM told AS t
