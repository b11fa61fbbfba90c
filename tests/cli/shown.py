"""What a command has printed, taken apart."""


def cells(text, first):
    """Return the cells of the line that begins with a word."""
    line = next(line for line in text.splitlines() if line.startswith(first))
    return line.split()
