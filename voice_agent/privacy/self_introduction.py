"""Names as callers say them: "제 이름은 박영희예요", "저는 김철수라고 합니다".

ko-pii judges names by a written sentence's context and misses these two commonest spoken forms.
"""

from __future__ import annotations

import re

_SURNAME = (
    "[김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소]"
)
_ENDING = r"(?:이라고|라고|인데|이에요|이예요|예요|에요|입니다|이고|이구|이요|요(?=[\s.,]|$))"
# What people say of themselves in the same words, and which also begins with a surname.
_NOT_A_NAME = (
    "장애인|한부모|임산부|신혼부|이주민|유학생|고등학|대학생|노동자|자영업|공무원|주민이|이용자|신청자|민원인|외국인"
)

SELF_INTRODUCTION = re.compile(
    rf"(?P<asked>(?:이름|성함|성명)은\s*){_SURNAME}[가-힣]{{1,3}}?(?={_ENDING}|\s?님|[.,]|$)"
    rf"|(?P<said>(?<![가-힣])(?:저는|전|나는|난|제가|내가)\s+)(?!{_NOT_A_NAME}){_SURNAME}[가-힣]{{2}}(?={_ENDING})"
)


def hide_introduced_name(text: str, label: str) -> str:
    """The text with ``label`` in place of the name a caller gave."""
    return SELF_INTRODUCTION.sub(lambda match: f"{match['asked'] or match['said']}{label}", text)
