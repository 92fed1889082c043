"""Words: by which a text tells of models, parents, methods, metrics and tables. They know no card, only a text."""
