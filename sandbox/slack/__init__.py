"""Slack on one machine: its Web API, its signed requests to the service, and its users' hands."""
