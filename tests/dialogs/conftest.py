from __future__ import annotations

import pytest

from dialogs.loader import load_hotline
from dialogs.model import Hotline
from tests.dialogs.extract import extract
from tests.dialogs.phone_call import PhoneCall


@pytest.fixture(scope="session")
def gyeonggi(tmp_path_factory: pytest.TempPathFactory) -> Hotline:
    """Three flows of the shipped library, without its knowledge."""
    return load_hotline(extract(tmp_path_factory.mktemp("gyeonggi") / "hotline"))


@pytest.fixture
def call(gyeonggi: Hotline) -> PhoneCall:
    return PhoneCall(gyeonggi)
