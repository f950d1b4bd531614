"""Running the thing: what it tells its operators, and how it is looked at from outside.

logging.py   one stream of constant event names and fields, without anything callers said
"""
