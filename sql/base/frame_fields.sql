-- Question: What does a repo have to state to be counted in an answer, by what is asked?
-- Grain: one row per frame, need and field that meets it
-- Reads: (nothing: a table of rules)
-- Columns:
--   frame: what is asked; the answers that ask it name it
--   need: one of the statements it takes; a frame with several takes them all
--   table_name: a table where the statement may stand; run_printings stands for having a run, card_readings for having
--     a readable card
--   name: its canonical name there; * for any
-- Caveats: several fields of one need are alternatives; the same need is met by the same fields in every frame
SELECT field.frame, field.need, field.table_name, field.name
FROM (
    VALUES
    ('card', 'card', 'card_readings', '*'),
    ('training run', 'run', 'run_printings', '*'),
    ('learning rate', 'learning_rate', 'hyperparameters', 'learning_rate'),
    ('learning rate and margin', 'learning_rate', 'hyperparameters', 'learning_rate'),
    ('learning rate and margin', 'margin', 'eval_metrics', 'rewards/margins'),
    ('learning rate and margin', 'margin', 'training_steps', 'rewards/margins'),
    ('learning rate and batch size', 'learning_rate', 'hyperparameters', 'learning_rate'),
    ('learning rate and batch size', 'batch_size', 'hyperparameters', 'total_train_batch_size'),
    ('learning rate and batch size', 'batch_size', 'hyperparameters', 'train_batch_size'),
    ('margin or accuracy', 'margin_or_accuracy', 'eval_metrics', 'rewards/margins'),
    ('margin or accuracy', 'margin_or_accuracy', 'training_steps', 'rewards/margins'),
    ('margin or accuracy', 'margin_or_accuracy', 'eval_metrics', 'rewards/accuracies'),
    ('margin or accuracy', 'margin_or_accuracy', 'training_steps', 'rewards/accuracies'),
    ('margin log', 'margin_log', 'training_steps', 'rewards/margins'),
    ('validation log', 'validation_log', 'training_steps', 'validation_loss'),
    ('result and log', 'log', 'training_steps', '*'),
    ('result and log', 'result', 'eval_metrics', '*'),
    ('lr_scheduler_type', 'lr_scheduler_type', 'hyperparameters', 'lr_scheduler_type'),
    ('optimizer', 'optimizer', 'hyperparameters', 'optimizer'),
    ('optimizer', 'optimizer', 'hyperparameters', 'optimizer_name'),
    ('precision', 'precision', 'hyperparameters', 'mixed_precision_training'),
    ('precision', 'precision', 'hyperparameters', 'bf16'),
    ('precision', 'precision', 'hyperparameters', 'fp16'),
    ('seed', 'seed', 'hyperparameters', 'seed'),
    ('library version', 'version', 'framework_versions', '*'),
    ('parent', 'parent', 'model_relations', '*'),
    ('quantized parent', 'quantized_parent', 'model_relations', 'quantized'),
    ('quantized file', 'quantized_file', 'quantized_files', '*')
) AS field (frame, need, table_name, name)
