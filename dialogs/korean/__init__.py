"""Korean as it is spoken on the telephone.

folding.py         sounds that a recogniser confuses, made equal; similarity of a word to a stretch of speech
number_words.py    figures → Korean number words; numbers.py: spoken digits and numbers → figures
telephone.py, amounts.py, dates.py, times.py, counts.py, decimals.py, ranges.py, receipts.py, letters.py, addresses.py
                   one kind of value each, both ways: say_… reads it back, parse_… understands it
plates.py          number plates
places.py          cities and counties of Gyeonggi, addresses
terms.py           a misspelt term of the dialog put right by its sound
yes_no.py          yes or no, thanks and greetings
backchannels.py    네, 음, 그렇군요 while listening; 그만, 잠깐만요 to stop us
endings.py         polite endings and particles cut off an answer
spoken.py          a whole prompt's figures, signs and Latin letters → words, with the say_… functions above
pronunciation.py   letters → sounds, for the voice
"""
