"""What client libraries send to a collector, and what of it means what: calls of the Segment and PostHog protocols."""
