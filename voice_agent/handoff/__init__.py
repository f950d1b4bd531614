"""Bringing a person to the caller.

blind_transfer.py   REFER to one configured number; the caller is told how it went when it did not work
"""
