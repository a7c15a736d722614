"""Requests as people already have them: in recordings, collections, wikis. A module for each kind of file.

Nothing is executed and no other file is fetched.
"""
