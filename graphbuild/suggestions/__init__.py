"""Passages of a text that may matter: what it names, and a casebook of claims that a person completes."""
