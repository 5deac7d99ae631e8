"""Where a graph lies: generations in the making, in a folder, on a SPARQL 1.1 server; what was loaded into it."""
