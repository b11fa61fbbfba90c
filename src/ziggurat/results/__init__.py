"""What an answer is: tables with units, charts, and what writes them for a notebook or a spreadsheet."""
