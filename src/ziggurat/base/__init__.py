"""What all else stands on: errors, time, the schema, files, databases, and the one writer of words."""
