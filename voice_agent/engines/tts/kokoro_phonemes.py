"""Korean in Kokoro's phoneme alphabet. Pure.

Kokoro 1.0 has no Korean voice, but its alphabet holds all that Korean needs. Which symbol serves best was measured with
Whisper base as the listener: ㅓ as ɔ rather than ʌ, tense consonants as plain ones without ʔ, ㅡ as ɯ.
"""

from __future__ import annotations

from collections.abc import Container

from dialogs.korean.pronunciation import Syllable, take_apart

_ONSET = {
    "ㄱ": "k", "ㄲ": "k", "ㄴ": "n", "ㄷ": "t", "ㄸ": "t", "ㄹ": "ɾ", "ㅁ": "m", "ㅂ": "p", "ㅃ": "p", "ㅅ": "s",
    "ㅆ": "s", "ㅇ": "", "ㅈ": "ʨ", "ㅉ": "ʨ", "ㅊ": "ʨʰ", "ㅋ": "kʰ", "ㅌ": "tʰ", "ㅍ": "pʰ", "ㅎ": "h",
}  # fmt: skip
_VOICED = {"ㄱ": "ɡ", "ㄷ": "d", "ㅂ": "b", "ㅈ": "ʥ"}
_VOWEL = {
    "ㅏ": "a", "ㅐ": "ɛ", "ㅑ": "ja", "ㅒ": "jɛ", "ㅓ": "ɔ", "ㅔ": "e", "ㅕ": "jɔ", "ㅖ": "je", "ㅗ": "o", "ㅘ": "wa",
    "ㅙ": "wɛ", "ㅚ": "we", "ㅛ": "jo", "ㅜ": "u", "ㅝ": "wɔ", "ㅞ": "we", "ㅟ": "wi", "ㅠ": "ju", "ㅡ": "ɯ",
    "ㅢ": "ɯi", "ㅣ": "i",
}  # fmt: skip
_CODA = {"ㄱ": "k", "ㄴ": "n", "ㄷ": "t", "ㄹ": "l", "ㅁ": "m", "ㅂ": "p", "ㅇ": "ŋ"}
_PALATALISING = frozenset("ㅣㅑㅕㅛㅠㅖㅒㅟ")
_SONORANT_CODAS = frozenset("ㄴㅁㅇ")


def phonemes(pronounced: str, alphabet: Container[str]) -> str:
    """Phonemes for Hangul written as it is pronounced; other characters stay where the ``alphabet`` has them."""
    sounds = []
    before: Syllable | None = None
    for character in pronounced:
        if "가" <= character <= "힣":
            syllable = take_apart(character)
            sounds.append(_syllable(syllable, before))
            before = syllable
        else:
            # Each word begins anew: letting a vowel before the space voice it gave a mean CER of 0.131, not 0.121.
            before = None
            if character in alphabet:
                sounds.append(character)
    return "".join(sounds)


def _syllable(syllable: Syllable, before: Syllable | None) -> str:
    onset, vowel = _onset(syllable, before), _VOWEL[syllable.vowel]
    if onset[:1] in ("ʨ", "ʥ") or onset == "ɕ":
        vowel = vowel.replace("j", "")
    return onset + vowel + _CODA.get(syllable.coda, "")


def _onset(syllable: Syllable, before: Syllable | None) -> str:
    letter = syllable.onset
    if before is not None and letter in _VOICED and (not before.coda or before.coda in _SONORANT_CODAS):
        return _VOICED[letter]
    if letter in "ㅅㅆ" and syllable.vowel in _PALATALISING:
        return "ɕ"
    if letter == "ㄹ" and before is not None and before.coda == "ㄹ":
        return "l"
    return _ONSET[letter]
