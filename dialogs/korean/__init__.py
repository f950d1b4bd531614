"""Korean as it is spoken on the telephone.

One kind of value, one pair: ``parse_X`` reads the caller's words, None where they hold no value or may mean two;
``say_X`` gives the words to read back, and ``parse_X(say_X(value)) == value``. Corrections inside an answer ("수원 아니
성남이요") are understood by each: what is said last counts.

yes_no.py          parse_answer(text) -> Answer | None: YES, NO, UNKNOWN ("글쎄요", "몰라요", "상관없어요"), else None
                   parse_yes_no(text) -> bool | None: the same, UNKNOWN being None too
plates.py          parse_plate(text) -> str | None: "12가3456", "경기31나1234"; say_plate(plate) -> str
postal_addresses.py  parse_postal_address(text) -> str | None: "수원시 팔달구 효원로 123-4 101동 1203호";
addresses.py       say_address(address) -> str; parse_address(text) -> str: any place, its numbers in figures
cities.py          parse_city(text) -> str | None: "수원시", one of the 31; say_city(city) -> str
                   parse_district(text) -> str | None: "수원시 팔달구"; say_district(district) -> str
telephone.py       parse_telephone(text) -> str | None: "031-8008-2114"; say_telephone(number) -> str
                   parse_digits(text, fewest=1, most=20) -> str | None: "00123"; say_digits(digits) -> str
dates.py           parse_date(text, today: date) -> date | None; say_date(day, *, year=True) -> str
                   is_lunar(text) -> bool: a day of the lunar calendar is said, which parse_date refuses
times.py           parse_time(text) -> time | None; say_time(value) -> str; parse_time_range, say_time
date_times.py      parse_date_time(text, today: date) -> datetime | None; say_date_time(value: datetime) -> str
whole_numbers.py   parse_number(text) -> int | None: with or without a counter; say_number(value: int) -> str
amounts.py         parse_amount(text) -> int | None: won; say_amount(won: int) -> str
counts.py          parse_count(text) -> tuple[int, str] | None: (3, "명"); say_count(value: int, unit: str) -> str
names.py           parse_name(text) -> str | None: "홍길동"; say_name(name) -> str
departments.py     parse_department(text, names: Iterable[tuple[str, str]]) -> str | None: the id of (id, name) pairs
decimals.py, receipts.py, letters.py  parse_decimal, parse_percent, parse_receipt, parse_letters and their say_…
ranges.py          parse_range(text, parse) -> tuple[value, value] | None; say_range(first, last) -> str

requests.py        split_requests(text) -> tuple[str, ...]: two requests in one breath
corrections.py     meant(text) -> str: of "수원 아니 성남" what is said last
folding.py         sounds that a recogniser confuses, made equal; similarity of a word to a stretch of speech
number_words.py    figures → Korean number words; numbers.py: spoken digits and numbers → figures
places.py          whether a sentence names a place, and which
terms.py           a misspelt term of the dialog put right by its sound
backchannels.py    네, 음, 그렇군요 while listening; 그만, 잠깐만요 to stop us
endings.py         polite endings and particles cut off an answer
spoken.py          a whole prompt's figures, signs and Latin letters → words, with the say_… functions above
pronunciation.py   letters → sounds, for the voice
"""
