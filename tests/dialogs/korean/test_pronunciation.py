"""The examples of 표준발음법, article by article, and words of the hotline."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.korean.pronunciation import pronounce, put_together, take_apart

# Where an article allows two pronunciations, the one here is the one spoken in everyday life.
EXAMPLES = {
    "5 vowels": (
        "가져:가저 쪄:쩌 다쳐:다처 시계:시게 지혜:지헤 예절:예절 차례:차례 무늬:무니 희망:히망 유희:유히 "
        "띄어쓰기:띠어쓰기"
    ),
    "9 finals": ("닦다:닥따 키읔:키윽 옷:옫 있다:읻따 젖:젇 빚다:빋따 꽃:꼳 쫓다:쫃따 솥:솓 뱉다:밷따 앞:압 덮다:덥따"),
    "10 clusters": (
        "넋:넉 앉다:안따 여덟:여덜 넓다:널따 외곬:외골 핥다:할따 값:갑 없다:업따 밟다:밥따 밟는:밤는 "
        "넓죽하다:넙쭈카다 넓둥글다:넙뚱글다"
    ),
    "11 clusters": (
        "닭:닥 흙과:흑꽈 맑다:막따 늙지:늑찌 삶:삼 젊다:점따 읊고:읍꼬 읊다:읍따 맑게:말께 묽고:물꼬 얽거나:얼꺼나"
    ),
    "12 ㅎ": (
        "놓고:노코 좋던:조턴 쌓지:싸치 많고:만코 않던:안턴 닳지:달치 각하:가카 먹히다:머키다 밝히다:발키다 "
        "맏형:마텽 좁히다:조피다 넓히다:널피다 꽂히다:꼬치다 앉히다:안치다 닿소:다쏘 많소:만쏘 싫소:실쏘 "
        "놓는:논는 쌓네:싼네 않네:안네 뚫네:뚤레 낳은:나은 놓아:노아 쌓이다:싸이다 많아:마나 않은:아는 "
        "닳아:다라 싫어도:시러도"
    ),
    "13 14 liaison": (
        "깎아:까까 옷이:오시 있어:이써 낮이:나지 꽂아:꼬자 꽃을:꼬츨 쫓아:쪼차 밭에:바테 앞으로:아프로 "
        "덮이다:더피다 넋이:넉씨 앉아:안자 닭을:달글 젊어:절머 곬이:골씨 핥아:할타 읊어:을퍼 값을:갑쓸 "
        "없어:업써"
    ),
    "15 16": (
        "겉옷:거돋 헛웃음:허두슴 맛없다:마덥따 값어치:가버치 디귿이:디그시 지읒을:지으슬 키읔에:키으게 피읖이:피으비"
    ),
    "17 palatal": (
        "곧이듣다:고지듣따 굳이:구지 미닫이:미다지 땀받이:땀바지 밭이:바치 벼훑이:벼훌치 굳히다:구치다 "
        "닫히다:다치다 묻히다:무치다 붙여:부처"
    ),
    "18 nasal": (
        "먹는:멍는 국물:궁물 깎는:깡는 키읔만:키응만 몫몫이:몽목씨 긁는:긍는 흙만:흥만 닫는:단는 짓는:진는 "
        "옷맵시:온맵씨 있는:인는 맞는:만는 젖멍울:전멍울 쫓는:쫀는 꽃망울:꼰망울 붙는:분는 놓는:논는 "
        "잡는:잠는 밥물:밤물 앞마당:암마당 밟는:밤는 읊는:음는 없는:엄는 값매다:감매다"
    ),
    "19 ㄹ": "담력:담녁 침략:침냑 강릉:강능 항로:항노 대통령:대통녕 막론:망논 백리:뱅니 협력:혐녁 십리:심니",
    "20 lateral": (
        "난로:날로 신라:실라 천리:철리 광한루:광할루 대관령:대괄령 칼날:칼랄 물난리:물랄리 줄넘기:줄럼끼 "
        "할는지:할른지 닳는:달른 뚫는:뚤른 핥네:할레 의견란:의견난 임진란:임진난 생산량:생산냥 "
        "결단력:결딴녁 공권력:공꿘녁 상견례:상견녜"
    ),
    "23 tense": (
        "국밥:국빱 깎다:깍따 넋받이:넉빠지 삯돈:삭똔 닭장:닥짱 칡범:칙뻠 뻗대다:뻗때다 옷고름:옫꼬름 "
        "있던:읻떤 꽂고:꼳꼬 꽃다발:꼳따발 낯설다:낟썰다 밭갈이:받까리 솥전:솓쩐 곱돌:곱똘 덮개:덥깨 "
        "옆집:엽찝 읊조리다:읍쪼리다 값지다:갑찌다"
    ),
    "24 25": (
        "앉고:안꼬 얹다:언따 닮고:담꼬 젊지:점찌 굶기다:굼기다 옮기다:옴기다 넓게:널께 핥다:할따 훑소:훌쏘 떫지:떨찌"
    ),
    "26 Sino-Korean": (
        "갈등:갈뜽 발동:발똥 절도:절또 말살:말쌀 일시:일씨 갈증:갈쯩 물질:물찔 발전:발쩐 몰상식:몰쌍식 불세출:불쎄출"
    ),
    "27 future": "할걸:할껄 할수록:할쑤록 할지라도:할찌라도 할지언정:할찌언정 할세라:할쎄라 할게요:할께요",
    "28": ("문고리:문꼬리 눈동자:눈똥자 산새:산쌔 길가:길까 술잔:술짠 아침밥:아침빱 강가:강까 등불:등뿔 창살:창쌀"),
    "29 30 ㄴ": (
        "솜이불:솜니불 꽃잎:꼰닙 한여름:한녀름 신여성:신녀성 색연필:생년필 담요:담뇨 식용유:시굥뉴 "
        "백분율:백뿐뉼 서울역:서울력 물약:물략 휘발유:휘발류 알약:알략 콧날:콘날 아랫니:아랜니 "
        "툇마루:퇸마루 깻잎:깬닙 나뭇잎:나문닙 베갯잇:베갠닏 뒷일:뒨닐"
    ),
    "hotline": (
        "민원:미눤 과태료:과태료 주정차:주정차 단속:단속 접수번호:접쑤번호 입력:임녁 연락처:열락처 "
        "감사합니다:감사함니다 신분증:신분쯩 면허증:면허쯩 등록:등녹 결정:결쩡 발생:발쌩 수원역:수원녁 "
        "지역:지역 통역:통역 십육:심뉵 여덟도:여덜도 일자리:일자리 없습니다:업씀니다 괜찮습니다:괜찬씀니다 "
        "옳습니다:올씀니다 끊지:끈치 못하다:모타다 육십:육씹"
    ),
}
ROWS = [(article, *pair.split(":")) for article, line in EXAMPLES.items() for pair in line.split()]


@pytest.mark.parametrize(("article", "written", "sound"), ROWS)
def test_a_word_sounds_as_the_article_says(article: str, written: str, sound: str) -> None:
    assert pronounce(written) == sound, article


@pytest.mark.parametrize(
    ("written", "sound"),
    [
        ("값을 읽는 국민", "갑쓸 잉는 궁민"),
        ("할 수 있습니다", "할 쑤 읻씀니다"),
        ("갈 데가 없어요.", "갈 떼가 업써요."),
        ("서울 시청", "서울 시청"),
        ("옷 안에", "옫 아네"),  # no liaison across the space
        ("네, AI 상담원!", "네, AI 상다뭔!"),
    ],
)
def test_a_sentence_changes_inside_its_words(written: str, sound: str) -> None:
    assert pronounce(written) == sound


def test_there_are_examples_enough() -> None:
    assert len(ROWS) >= 80


HANGUL = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@given(st.text(alphabet=HANGUL, max_size=8))
def test_every_syllable_stays_one_syllable(word: str) -> None:
    assert len(pronounce(word)) == len(word)


@given(st.text(max_size=20))
def test_nothing_but_hangul_is_touched(text: str) -> None:
    spoken = pronounce(text)
    assert [c for c in spoken if not "가" <= c <= "힣"] == [c for c in text if not "가" <= c <= "힣"]


@given(HANGUL)
def test_taking_apart_and_putting_together(character: str) -> None:
    assert put_together(take_apart(character)) == character
