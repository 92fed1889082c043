"""Lineage: by what the front matter, sentences, settings and recipes name a model's parents."""
