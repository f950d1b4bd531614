from __future__ import annotations

import pytest

from dialogs.loader import default_library, load_hotline
from dialogs.model import Hotline
from tests.dialogs.phone_call import PhoneCall


@pytest.fixture(scope="session")
def gyeonggi() -> Hotline:
    return load_hotline(default_library())


@pytest.fixture
def call(gyeonggi: Hotline) -> PhoneCall:
    return PhoneCall(gyeonggi)
