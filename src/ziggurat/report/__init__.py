"""The report: six or seven pages for a board, as one HTML file or one PDF."""
