"""The social customer: how people take part, where they stand towards us, and whom they reach."""
