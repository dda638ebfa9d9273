"""Intake: read a local file, judge its rows, refuse or hold with reasons, seal and store."""
