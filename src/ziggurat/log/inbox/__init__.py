"""The durable inbox in front of the log: what is acknowledged is on the disk, and the log takes it up exactly once."""
