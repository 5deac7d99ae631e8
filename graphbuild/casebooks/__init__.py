"""Casebooks: what their tables may hold, cells and ids as people write them, statements from rows, an empty one."""
