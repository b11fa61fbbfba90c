"""The web application: pages and JSON on one workspace."""
