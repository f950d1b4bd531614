"""What a caller told us stays theirs.

masking.py            the one port every text passes before it is stored or shown
spoken_digits.py      Korean number words read out one by one
self_introduction.py  names as callers give them
"""
