"""Readers: one module per kind of source, each turning what it reads into a Staged source."""
