"""The pages, one module each: it answers, and declares its addresses and its place in the menu as `PAGE`."""
