"""What is done behind pages and by commands: which work there is, and who does the work that waits."""
