"""Tools for those who tune the bundle; nothing here is needed to screen a record."""
