"""What an organisation declares of itself, in ziggurat.toml."""
