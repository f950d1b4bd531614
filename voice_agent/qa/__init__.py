"""Listening again: whether what was meant to be said was really heard.

key_words.py   are an answer's key words in a transcript?
"""
