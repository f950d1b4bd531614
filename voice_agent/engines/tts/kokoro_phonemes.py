"""Korean in Kokoro's phoneme alphabet. Pure.

Kokoro 1.0 has no Korean voice, but its alphabet holds what comes near to Korean sounds. Which symbol serves best was
measured with Whisper base as the listener: ㅓ as ɔ rather than ʌ, tense consonants as plain ones without ʔ, ㅡ as ɯ.
Symbols of its own (:data:`TAUGHT`) mean something only to a model that was taught them (:mod:`.lesson`).
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Sounds:
    """The symbol of each letter. The search for a better voice tries others."""

    onset: Mapping[str, str]
    voiced: Mapping[str, str]
    """Of the plain stops between voiced sounds."""
    vowel: Mapping[str, str]
    coda: Mapping[str, str]
    palatal: Mapping[str, str]
    """Of ㅅ and ㅆ before ㅣ and its kin."""

    def changed(self, symbols: Mapping[str, str]) -> Sounds:
        """With other symbols: ``{"ㅓ": "ʌ"}``; a final is written ``-ㄱ``, a voiced stop ``~ㄱ``."""
        onset, voiced, vowel, coda = dict(self.onset), dict(self.voiced), dict(self.vowel), dict(self.coda)
        for letter, symbol in symbols.items():
            table = {"-": coda, "~": voiced}.get(letter[0], vowel if letter in vowel else onset)
            table[letter[-1]] = symbol
        return Sounds(onset, voiced, vowel, coda, self.palatal)


SOUNDS = Sounds(_ONSET, _VOICED, _VOWEL, _CODA, {"ㅅ": "ɕ", "ㅆ": "ɕ"})
"""In symbols that Kokoro knows."""
TAUGHT = Sounds(
    {letter: "" if letter == "ㅇ" else letter + "ʰ" * (letter in "ㅊㅋㅌㅍ") for letter in _ONSET},
    _VOICED,
    _VOWEL,
    dict(zip("ㄱㄴㄷㄹㅁㅂㅇ", "ᆨᆫᆮᆯᆷᆸᆼ", strict=True)),
    {"ㅅ": "ᄼ", "ㅆ": "ᄽ"},
)
"""A symbol for each letter where it sounds different; the aspirates keep ʰ behind them."""

_PALATALISING = frozenset("ㅣㅑㅕㅛㅠㅖㅒㅟ")
_WITH_GLIDE = tuple("ʨʥɕㅈㅉㅊᄼᄽ")
"""They have the glide in them."""
_SONORANT_CODAS = frozenset("ㄴㅁㅇ")


def phonemes(pronounced: str, alphabet: Container[str], sounds: Sounds = SOUNDS) -> str:
    """Phonemes for Hangul written as it is pronounced; other characters stay where the ``alphabet`` has them."""
    found = []
    before: Syllable | None = None
    for character in pronounced:
        if "가" <= character <= "힣":
            syllable = take_apart(character)
            found.append(_syllable(syllable, before, sounds))
            before = syllable
        else:
            # Each word begins anew: letting a vowel before the space voice it gave a mean CER of 0.131, not 0.121.
            before = None
            if character in alphabet:
                found.append(character)
    return "".join(found)


def _syllable(syllable: Syllable, before: Syllable | None, sounds: Sounds) -> str:
    onset, vowel = _onset(syllable, before, sounds), sounds.vowel[syllable.vowel]
    if onset[:1] in _WITH_GLIDE:
        vowel = vowel.replace("j", "")
    return onset + vowel + sounds.coda.get(syllable.coda, "")


def _onset(syllable: Syllable, before: Syllable | None, sounds: Sounds) -> str:
    letter = syllable.onset
    if before is not None and letter in sounds.voiced and (not before.coda or before.coda in _SONORANT_CODAS):
        return sounds.voiced[letter]
    if letter in "ㅅㅆ" and syllable.vowel in _PALATALISING:
        return sounds.palatal[letter]
    if letter == "ㄹ" and before is not None and before.coda == "ㄹ":
        return "l"
    return sounds.onset[letter]
