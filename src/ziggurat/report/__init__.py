"""The report: six pages for a board, as one HTML file or one PDF."""
