# ruff: noqa: E501  (a table reads better wide)
"""Mistakes people make in a hotline folder, one a row: what is changed in the shipped library, and what must be told.

Columns: file, old text, new text, words on the line where it must be told (None: not checked), and parts of
``expected``, ``got`` and ``hint``.
"""

from __future__ import annotations

PARKING = "flows/illegal_parking.yaml"
PASSPORT = "flows/passport_reissue.yaml"
NUMBERS = "flows/department_number.yaml"

MISTAKES = [
    (PARKING, "    label: 장소", "    labl: 장소", "labl", "a known key", "'labl'", "did you mean label?"),
    (PARKING, "title: 불법 주정차 신고\n", "", None, "the key 'title'", "nothing", "must be there"),
    (PARKING, "pii: true", "pii: 예", "pii: 예", "true or false", "'예'", ""),
    (PARKING, "type: plate", "type: plat", "type: plat", "one of", "'plat'", "did you mean plate?"),
    (PARKING, "collect: place", "collect: plase", "plase", "a slot of this flow", "'plase'", "did you mean pla"),
    (PARKING, "{slot:place}, 차량", "{slot:plac}, 차량", "slot:plac}", "a slot of this flow", "plac", "place"),
    (PARKING, "{fact:parking_app} {", "{fact:parking_ap} {", "fact:parking_ap}", "a known fact", "ap}", "parking_app"),
    (PARKING, "{slot:plate}. 맞", "{slot plate}. 맞", "{slot plate}", "a reference", "'{slot plate}'", "{slot:NAME}"),
    (PARKING, "차량 번호를 말씀", "이 {var:hotlin} 번호를 말씀", "var:hotlin}", "a known variable", "hotlin", "hotline"),
    (PARKING, 'key: "1"', 'key: "2"', None, "a key of its own", "'2'", "already used in flows/illegal_parking.yaml"),
    (PARKING, 'key: "1"', 'key: "0"', 'key: "0"', "a key of its own", "'0'", "already used in hotline.yaml"),
    (PARKING, 'key: "1"', 'key: "12"', 'key: "12"', "one key: 0 to 9, * or #", "'12'", ""),
    (PARKING, "불법 주차, 주정차", "불법 주정차, 주정차", "불법 주정차, 주정차", "a phrase of its own", "불법 주정차", "this file"),
    (PARKING, "  - collect: place\n", "", "  place:", "a slot that is asked for", "'place'", "collect: place"),
    (PARKING, "어디인가요?", "어디인가요? 119", "119", "figures only from facts", "'119'", "facts.yaml"),
    (PARKING, "어디인가요?", "어디인가요? 과태료 4만 원", "4만 원", "figures only from facts", "'4만 원'", "facts.yaml"),
    (PARKING, "어디인가요?", "어디인가요? 사만 원입니다", "사만 원", "figures only from facts", "'사만 원'", "facts.yaml"),
    (PASSPORT, "어느 것인가요?", "어느 것인가요? 맞나요?", "slow: 분실", "at most one question", "2 question marks", "one thing at a time"),
    (PASSPORT, "\"{fact:passport_expired}\"", "\"{fact:passport_expired} 그렇죠?\"", "그렇죠?", "no question", "1 question marks", "followed by a question"),
    (NUMBERS, "      slow: \"{slot:office} 전", "      slow: \"{fact:nothing} 전", "slow:", "a known fact", "{fact:nothing}", ""),
    ("hotline.yaml", "slower: 네, 천", "slowr: 네, 천", "slowr", "a known key", "'slowr'", "did you mean slower?"),
    ("hotline.yaml", "  filler: 잠시만요, 확인해 보겠습니다.\n", "", None, "the key 'filler'", "nothing", "must be there"),
    ("places.yaml", "checked: 2026-11-23\nentries:", "entries:", None, "the key 'checked'", "nothing", "must be there"),
    ("places.yaml", "entries:\n", "entries: nothing\nrest:\n", "entries: nothing", "a list", "'nothing'", "- id: …"),
    (PARKING, "어디인가요?", "{menu}?", "{menu}", "no {menu} here", "{menu}", "key_menu"),
    (PARKING, "      otherwise: 다음부터는 {fact:parking_app}\n", "", "text: 다음", "the key 'otherwise'", "parking_interval", "unverified"),
    (PARKING, "otherwise: 다음부터는 {fact:parking_app}", "otherwise: \"{fact:parking_interval}\"", "otherwise:", "always true", "interval", ""),
    (PARKING, "  - hand_off:", "  - when: {place: 수원}\n    hand_off:", None, "always ends the flow", "none", "end"),
    (PARKING, "  - collect: plate", "  - collect: plate\n    end: goodbye", "collect: plate", "exactly one of", "collect, end", ""),
    (PARKING, "steps:", "steps:\n  - end: goodbye", None, "a step that is reached", "one that is not", "step 0"),
    (PASSPORT, 'key: "2"\n        phrases', 'key: "1"\n        phrases', None, "a key of its own", "again", "first on line"),
    (PASSPORT, "value: expired", "value: lost", None, "a value of its own", "'lost' again", "first on line"),
    (PASSPORT, 'key: "3"', 'key: "0"', 'key: "0"', "a free key", "'0'", "a person"),
    (PASSPORT, "{reason: damaged}", "{reason: damagd}", "damagd}", "a value of reason", "'damagd'", "damaged"),
    (PASSPORT, "{reason: damaged}", "{raeson: damaged}", "raeson", "a slot of this flow", "'raeson'", "reason"),
    (PASSPORT, "type: choice", "type: text", None, "no choices", "a text slot", "type: choice"),
    (PASSPORT, "  - collect: reason\n", "", None, "a slot asked for before", "'reason'", "collect: reason"),
    (NUMBERS, "{office.number: known}", "{office.number: yes}", "number: yes}", "a value of office.number", "'yes'", "known"),
    (NUMBERS, "      otherwise: 그곳의 전화번호는 확인하지 못했습니다.\n", "", "text:", "the key 'otherwise'", "office.number", ""),
    ("facts.yaml", "- id: fire_number", "- id: police_number", None, "an id of its own", "'police_number' again", ""),
    ("facts.yaml", "checked: 2026-11-23", "checked: 23.11.2026", "23.11.2026", "a date such as", "'23.11.2026'", ""),
    ("facts.yaml", "  checked: 2026-11-23\n", "", "- id: fire_number", "verified: true needs source and checked", "", ""),
    ("facts.yaml", "url: \"https://www.law", "url: \"www.law", "url: \"www.law", "an address that begins with", "www.law", ""),
    ("departments.yaml", "number: 1577-1000", "number: 1577 1000", "1577 1000", "a telephone number", "'1577 1000'", ""),
    ("departments.yaml", "id: vehicle_registration", "id: suwon", None, "an id of its own", "'suwon' again", ""),
    ("hotline.yaml", "silence_s: 6", "silence_s: 없음", "silence_s: 없음", "a number", "'없음'", ""),
    ("hotline.yaml", "silence_s: 6", "silence_s: 6\n  silence_s: 7", "silence_s: 7", "each key once", "same key", "first on"),
    ("hotline.yaml", "phrases: [취소, ", "phrases: 취소 #[", "phrases: 취소", "a list", "'취소'", ""),
    ("hotline.yaml", "open_question: 무엇", "open_question: {var:hotline} 무엇", None, "valid YAML", "", "in quotes"),
    ("hotline.yaml", "goodbye: 이용해", "goodbye: '{slot:place}' #", "'{slot:place}'", "a slot of this flow", "place", "none is defined"),
]  # fmt: skip
