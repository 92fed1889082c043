-- Question: How strongly does each kind of evidence speak for a training method?
-- Grain: one row per kind of evidence
-- Reads: (nothing: a table of rules)
-- Columns:
--   kind: what the evidence is; as in training_methods.kind, and hub_tag for the Hub's own tags
--   strength: 5 is strongest; the method with the strongest evidence is the run's
--   counts_alone: whether this kind of evidence decides where there is no other
--   reason: why
-- Caveats: the order is a judgement; training_runs.method_evidence shows what decided each run
SELECT rule.kind, rule.strength, rule.counts_alone, rule.reason
FROM (
    VALUES
    ('setting', 5, TRUE, 'a training configuration that names its method (rl: dpo) is what was run'),
    ('trainer_class', 5, TRUE, 'the trainer class is what was run'),
    ('sentence', 4, TRUE, 'the author says how it was trained'),
    ('tag', 3, TRUE, 'trl and the alignment handbook write the method as a tag; people add tags loosely'),
    ('hub_tag', 3, TRUE, 'the Hub repeats the tags of the front matter'),
    ('metrics', 2, TRUE, 'only preference trainers log these names, but some share them'),
    ('name', 1, TRUE, 'a name promises; a merge or a later stage may bear the name of an ancestor')
) AS rule (kind, strength, counts_alone, reason)
