"""Whom to turn to next, with what, and did it work?"""
