"""Korean as it is spoken on the telephone.

folding.py         sounds that a recogniser confuses, made equal; similarity of a word to a stretch of speech
numbers.py         spoken digits and numbers → figures
plates.py          number plates
places.py          cities and counties of Gyeonggi, addresses
yes_no.py          yes or no, thanks and greetings
backchannels.py    네, 음, 그렇군요 while listening; 그만, 잠깐만요 to stop us
endings.py         polite endings and particles cut off an answer
pronunciation.py, spoken.py   figures → words, letters → sounds, for the voice
"""
