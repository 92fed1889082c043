"""The sample hub: a loopback server that speaks the Hub's API over a tree of cards kept beside it.

No crawling code knows that it is a sample: it is reached through an endpoint like the real one.
"""
