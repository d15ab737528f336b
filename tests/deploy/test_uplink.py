"""`vitrine enrol` and `vitrine uplink` as an installer meets them."""

import fcntl
from pathlib import Path

import pytest

from cloud_api.contract.enrolment import Credential
from deploy.cli.main import main
from edge import config, credential
from tests.edge.receiver import Answer, receiving

GIVEN = Credential(
    store="demo", box="box-1", token="t0ken", share_secret="00", link_url="https://example.com"
)


def box_file(folder: Path, url: str) -> Path:
    path = folder / "box.toml"
    path.write_text(
        f'store = "demo"\nbox = "box-1"\nstate_dir = "state"\n[cloud]\nurl = "{url}"\n[cameras]\n[screens]\n'
    )
    return path


def test_enrolling_keeps_the_credential_and_shows_no_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving() as cloud:
        cloud.rule = lambda _: Answer(200, GIVEN.model_dump())
        path = box_file(tmp_path, cloud.url)
        assert main(["enrol", str(path), "--code", "ABCD-EFGH-JKMN"]) == 0
    assert credential.load(config.load(path).state_path) == GIVEN
    told = capsys.readouterr().out
    assert "Box box-1 of store demo is enrolled" in told
    assert GIVEN.token not in told


def test_a_code_that_is_refused_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with receiving() as cloud:
        cloud.rule = lambda _: Answer(401)
        path = box_file(tmp_path, cloud.url)
        assert main(["enrol", str(path), "--code", "ABCD-EFGH-JKMN"]) == 2
    assert "wrong, used or too old" in capsys.readouterr().err
    assert not (config.load(path).state_path / credential.FILE_NAME).exists()


def test_a_second_uplink_of_a_box_leaves_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = box_file(tmp_path, "http://127.0.0.1:9")
    state = config.load(path).state_path
    state.mkdir()
    with (state / "uplink.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        assert main(["uplink", str(path)]) == 2
    assert "runs already" in capsys.readouterr().err


def test_a_box_file_that_is_missing_is_one_message(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "nowhere.toml"]) == 2
    assert "nowhere.toml: there is no such file" in capsys.readouterr().err
