"""How alike wordings are: which records speak of one recommendation, which recommendation repeats which."""
