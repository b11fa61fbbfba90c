"""How tables and folds are computed; nothing else knows an engine."""
