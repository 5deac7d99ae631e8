"""Dates as people write them, turned into EDTF: within running texts, in laws, and in lists of persons."""
