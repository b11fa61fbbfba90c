"""One file, one system that is read from; `files.read` reads tables that people export."""
