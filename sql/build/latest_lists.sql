-- What the Hub lists several of, for each served repo as last listed.
SELECT l.model_id, l.tags, l.languages, l.datasets, l.base_models
FROM read_listed_models AS l
SEMI JOIN main.models AS m ON m.model_id = l.model_id
QUALIFY row_number() OVER (
    PARTITION BY l.model_id ORDER BY l.source IN ('hub', 'sample') DESC, l.listed_at DESC, l.crawl_id DESC
) = 1
