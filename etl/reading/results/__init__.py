"""Results: the tables, lists and lines in which they stand, and what each cell of them is of."""
