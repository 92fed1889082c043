-- Question: Which results does only a trainer of one method log?
-- Grain: one row per sign
-- Reads: (nothing: a table of rules)
-- Columns:
--   method: the training method
--   needs: a metric that has to be among the run's results
--   needs_also: a second metric that has to be there too; NULL if one is enough
--   priority: where several rules fit a run, the one with the highest priority speaks
--   source: which trainer logs it
-- Caveats: DPO, IPO and other losses of one trainer log the same names; dpo stands for all of them
SELECT rule.method, rule.needs, rule.needs_also, rule.priority, rule.source
FROM (
    VALUES
    ('dpo', 'rewards/chosen', 'rewards/rejected', 1, 'trl DPOTrainer: rewards/chosen, rejected, accuracies, margins'),
    ('dpo', 'rewards/margins', CAST(NULL AS VARCHAR), 1, 'trl DPOTrainer'),
    ('kto', 'rewards/chosen', 'kl', 2, 'trl KTOTrainer logs kl beside the rewards'),
    ('orpo', 'rewards/chosen', 'log_odds_ratio', 3, 'trl ORPOTrainer: log_odds_ratio, log_odds_chosen'),
    ('orpo', 'rewards/chosen', 'log_odds_chosen', 3, 'trl ORPOTrainer'),
    ('orpo', 'rewards/chosen', 'nll_loss', 2, 'trl ORPOTrainer (and CPOTrainer) log nll_loss')
) AS rule (method, needs, needs_also, priority, source)
