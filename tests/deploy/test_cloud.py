"""`vitrine cloud …` as an administrator types it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import httpx
import pytest

from deploy.cli.main import main

VITRINE = [sys.executable, "-c", "import sys; from deploy.cli.main import main; sys.exit(main())"]


@pytest.fixture
def data(tmp_path: Path) -> list[str]:
    return ["--data", str(tmp_path)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The address of `vitrine cloud serve` on a free port."""
    command = [*VITRINE, "cloud", "serve", "--data", str(folder), "--port", "0"]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("VITRINE_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as server:
        assert server.stdout is not None
        yield server.stdout.readline().split()[3].rstrip(",")
        server.terminate()


def test_from_nothing_to_an_enrolled_box(
    served: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = ["--data", str(folder)]
    with httpx.Client(base_url=served, trust_env=False, timeout=30) as client:
        assert client.get("/readyz").status_code == 200
        assert main(["cloud", "box-code", "paris", "mirror-1", "--time-zone", "Europe/Paris", *data]) == 0
        code = capsys.readouterr().out.strip()
        credential = client.post("/v1/enrol", json={"code": code}).json()
        assert (credential["store"], credential["link_url"]) == ("paris", served)
        token = {"Authorization": f"Bearer {credential['token']}"}
        assert client.post("/v1/events", json=[], headers=token).status_code == 200
        assert main(["cloud", "revoke-box", "paris", "mirror-1", *data]) == 0
        assert client.post("/v1/events", json=[], headers=token).status_code == 401


def test_a_code_as_json(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["cloud", "box-code", "paris", "mirror-1", "--json", *data])
    told = json.loads(capsys.readouterr().out)
    assert (told["store"], told["box"], len(told["code"])) == ("paris", "mirror-1", 14)


def test_the_first_administrator(
    data: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["cloud", "admin", "ilse", "--store", "paris", "--password-stdin", *data]
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    assert main(command) == 2
    assert "10 to 200" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", StringIO("a good long one\n"))
    assert main(command) == 0
    monkeypatch.setattr("sys.stdin", StringIO("another good one\n"))
    assert main(command) == 2
    assert "ilse" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", StringIO("another good one\n"))
    assert main([*command, "--reset"]) == 0


def test_stock_and_migrate_and_dead_letters(data: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cloud", "migrate", *data]) == 0
    assert main(["cloud", "stock", "paris", "LIP-01", "5", *data]) == 0
    assert "5 on hand, 5 free" in capsys.readouterr().out
    assert main(["cloud", "dead-letters", *data]) == 0
    assert main(["cloud", "dead-letters", "--replay", *data]) == 0
    assert capsys.readouterr().out == "0 taken\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["box-code", "Paris!", "mirror-1"], "no name"),
        (["box-code", "paris", "mirror-1", "--time-zone", "Paris"], "Europe/Paris"),
        (["revoke-box", "paris", "mirror-1"], "no box"),
        (["stock", "paris", "bad sku", "3"], "bad sku"),
        (["stock", "paris", "LIP-01", "-3"], "-3"),
    ],
)
def test_what_a_person_can_mend_is_one_message(
    words: list[str], told: str, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cloud", *words, *data]) == 2
    assert told in capsys.readouterr().err


def test_a_taken_port_is_one_message(
    served: str, data: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    port = served.rpartition(":")[2]
    assert main(["cloud", "serve", "--port", port, *data]) == 2
    assert port in capsys.readouterr().err


def test_the_cloud_starts_without_a_vision_library(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "blocked = ('numpy', 'cv2', 'onnxruntime', 'pygame', 'PIL', 'mediapipe', 'websockets')\n"
        "sys.modules.update(dict.fromkeys(blocked))\n"
        "import cloud_api.app\n"
        "from deploy.cli.main import main\n"
        f"sys.exit(main(['cloud', 'box-code', 'paris', 'mirror-1', '--data', {str(tmp_path)!r}]))\n"
    )
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
