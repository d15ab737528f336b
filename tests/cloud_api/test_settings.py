"""Settings: what the environment says, and the server's secret."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cloud_api import settings
from cloud_api.settings import SettingsError


def test_defaults_are_one_folder(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "cloud"
    made = settings.load(folder, environ={})
    assert made.database_url == f"sqlite:///{folder}/cloud.db"
    assert made.blob_dir == folder / "blobs"
    assert stat.S_IMODE((folder / "secret").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not made.secure


def test_the_environment_and_the_command_line(tmp_path: Path) -> None:
    said = {
        "VITRINE_CLOUD_DATA": str(tmp_path / "a"),
        "VITRINE_DATABASE_URL": "postgresql://db/vitrine",
        "VITRINE_SECRET": "a secret from the environment",
        "VITRINE_LINK_URL": "https://see.example/",
        "VITRINE_TIME_ZONE": "Asia/Tokyo",
    }
    made = settings.load(environ=said)
    assert (made.data_dir, made.database_url) == (tmp_path / "a", "postgresql://db/vitrine")
    assert (made.link_url, made.secure, made.time_zone) == ("https://see.example", True, "Asia/Tokyo")
    assert not (tmp_path / "a" / "secret").exists()
    over = settings.load(tmp_path / "b", "http://127.0.0.1:9", environ=said)
    assert (over.data_dir, over.link_url) == (tmp_path / "b", "http://127.0.0.1:9")


def test_the_secret_is_made_once_even_by_many(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {made.secret for made in pool.map(lambda _: settings.load(tmp_path, environ={}), range(16))}
    assert len(made) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["secret"]


def test_the_secret_is_not_printed(tmp_path: Path) -> None:
    made = settings.load(tmp_path, environ={})
    assert repr(made.secret) not in repr(made)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"VITRINE_SECRET": "short"}, "secret"),
        ({"VITRINE_LINK_URL": "see.example"}, "link_url"),
        ({"VITRINE_TIME_ZONE": "Middle-earth"}, "Europe/Paris"),
        ({"VITRINE_TIME_ZONE": "../../etc/passwd"}, "Europe/Paris"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, said: dict[str, str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings.load(tmp_path, environ=said)


def test_a_broken_secret_is_not_replaced_in_silence(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not hexadecimal")
    with pytest.raises(SettingsError, match="restore it"):
        settings.load(tmp_path, environ={})
    assert (tmp_path / "secret").read_text() == "not hexadecimal"


def test_every_purpose_has_a_key_of_its_own(tmp_path: Path) -> None:
    made = settings.load(tmp_path, environ={})
    assert made.derive("a") == made.derive("a") != made.derive("b")
