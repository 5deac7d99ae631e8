"""SPARQL 1.1 servers: where they listen, how they are spoken to, and a store that lies on one."""
