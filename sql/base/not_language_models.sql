-- Question: Which repos are no language models, so that ppo, reward or dpo mean something else there?
-- Grain: one row per sign
-- Reads: (nothing: a table of rules)
-- Columns:
--   kind: pipeline_tag, library_name or tag
--   word: the word that tells it
-- Caveats: a repo that tells nothing of itself is taken to be one where its card gives evidence of post-training
SELECT sign.kind, sign.word
FROM (
    VALUES
    ('pipeline_tag', 'reinforcement-learning'),
    ('pipeline_tag', 'robotics'),
    ('pipeline_tag', 'text-to-image'),
    ('pipeline_tag', 'image-to-image'),
    ('pipeline_tag', 'text-to-video'),
    ('pipeline_tag', 'image-classification'),
    ('pipeline_tag', 'object-detection'),
    ('pipeline_tag', 'image-segmentation'),
    ('pipeline_tag', 'automatic-speech-recognition'),
    ('pipeline_tag', 'text-to-speech'),
    ('pipeline_tag', 'audio-classification'),
    ('pipeline_tag', 'sentence-similarity'),
    ('pipeline_tag', 'feature-extraction'),
    ('library_name', 'stable-baselines3'),
    ('library_name', 'ml-agents'),
    ('library_name', 'sample-factory'),
    ('library_name', 'cleanrl'),
    ('library_name', 'diffusers'),
    ('library_name', 'setfit'),
    ('library_name', 'sentence-transformers'),
    ('library_name', 'spacy'),
    ('library_name', 'flair'),
    ('library_name', 'fastai'),
    ('library_name', 'timm'),
    ('tag', 'deep-reinforcement-learning'),
    ('tag', 'reinforcement-learning'),
    ('tag', 'stable-diffusion'),
    ('tag', 'diffusers'),
    ('tag', 'stable-baselines3')
) AS sign (kind, word)
