"""What is said in one breath, and where a breath is taken: numbers and what they count, telephone numbers. Pure.

    phrased("십 년에 한 번, 공삼일에 구팔칠에 육오사삼")  →  "십년에 한번, 공삼일에, 구팔칠에, 육오사삼"

Nobody pauses between a number and its counter, and sounds change there as inside a word (십 년 [심년], 육십 일
[육씨빌]). Between the groups of a telephone number everybody pauses.
"""

from __future__ import annotations

import re

from dialogs.korean.counts import NATIVE_COUNTERS, SINO_UNITS

_SINO = "[영공일이삼사오육륙칠팔구십백천만억조]+"
_TENS = "열|스물|서른|마흔|쉰|예순|일흔|여든|아흔"
_NATIVE = f"(?:{_TENS})?(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉)|스무|{_TENS}"
_COUNTER = "|".join(sorted({*NATIVE_COUNTERS, *SINO_UNITS}, key=len, reverse=True))
_GOES_ON = "[은는이가을를에의도과와로으까부만쯤씩입마안동전후뒤간째짜]"
_COUNTED = re.compile(rf"(?<![가-힣])({_SINO}|{_NATIVE}) (?=(?:{_COUNTER})(?![가-힣])|(?:{_COUNTER}){_GOES_ON})")
_GROUP = "[영공일이삼사오육륙칠팔구]"
_TELEPHONE = re.compile(rf"(?<![가-힣])({_GROUP}{{2,4}}에) (?={_GROUP}{{3,4}})")


def phrased(text: str) -> str:
    """``text``: numbers spelled out as :func:`dialogs.korean.spoken.spoken` does; only spaces and commas change."""
    return _TELEPHONE.sub(r"\1, ", _COUNTED.sub(r"\1", text))
