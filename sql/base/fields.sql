-- Question: Of which statements is it followed who makes them?
-- Grain: one row per field
-- Reads: (nothing: a table of rules)
-- Columns:
--   table_name: the table it stands in
--   name: its canonical name there; of models, the column; of the list tables, the table's name again
--   is_number: whether it has to be a number to be of use
-- Caveats: a field that is not named here has no coverage; its rows can still be counted in the table itself
SELECT field.table_name, field.name, field.is_number
FROM (
    VALUES
    ('hyperparameters', 'learning_rate', TRUE),
    ('hyperparameters', 'train_batch_size', TRUE),
    ('hyperparameters', 'gradient_accumulation_steps', TRUE),
    ('hyperparameters', 'num_devices', TRUE),
    ('hyperparameters', 'total_train_batch_size', TRUE),
    ('hyperparameters', 'num_epochs', TRUE),
    ('hyperparameters', 'training_steps', TRUE),
    ('hyperparameters', 'optimizer', FALSE),
    ('hyperparameters', 'lr_scheduler_type', FALSE),
    ('hyperparameters', 'lr_scheduler_warmup_ratio', TRUE),
    ('hyperparameters', 'weight_decay', TRUE),
    ('hyperparameters', 'mixed_precision_training', FALSE),
    ('hyperparameters', 'seed', TRUE),
    ('hyperparameters', 'beta', TRUE),
    ('hyperparameters', 'lora_r', TRUE),
    ('hyperparameters', 'lora_alpha', TRUE),
    ('hyperparameters', 'max_seq_length', TRUE),
    ('eval_metrics', 'loss', TRUE),
    ('eval_metrics', 'accuracy', TRUE),
    ('eval_metrics', 'f1', TRUE),
    ('eval_metrics', 'rewards/margins', TRUE),
    ('training_steps', 'training_loss', TRUE),
    ('training_steps', 'validation_loss', TRUE),
    ('training_steps', 'rewards/margins', TRUE),
    ('framework_versions', 'transformers', FALSE),
    ('framework_versions', 'pytorch', FALSE),
    ('framework_versions', 'peft', FALSE),
    ('framework_versions', 'trl', FALSE),
    ('models', 'license', FALSE),
    ('models', 'library_name', FALSE),
    ('models', 'pipeline_tag', FALSE),
    ('model_relations', 'model_relations', FALSE),
    ('model_datasets', 'model_datasets', FALSE),
    ('model_languages', 'model_languages', FALSE)
) AS field (table_name, name, is_number)
