"""Subjects: whether a card is a copy that reprints another's, and whom what stands where is about."""
