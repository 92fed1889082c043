"""Training logs: which tables are logs, as Markdown has them or as a program printed them."""
