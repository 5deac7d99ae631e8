"""SHACL by sets: shapes become SELECTs that find what violates them; pySHACL does the rest."""
