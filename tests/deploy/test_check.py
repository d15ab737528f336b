"""`vitrine check` finds what is wrong with a box, and says what to do."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import onnxruntime
import pytest
from onnx import helper

from cloud_api.contract.enrolment import Credential
from deploy import check
from deploy.cli.main import main
from edge import config, credential
from edge.outbox import FILE_NAME, Backlog
from edge.ui import fonts
from mirror_app import catalog as catalogs
from tests.edge.receiver import Answer, Receiver, receiving
from tests.models.yolox_files import failing, of_nodes

GIVEN = Credential(store="demo", box="box-1", token="t", share_secret="00", link_url="https://example.com")
BOX = """
store = "demo"
box = "box-1"
state_dir = "state"
[cloud]
url = "{url}"
[cameras.main]
source = "{camera}"
[screens.mirror]
experience = "{experience}"
camera = "main"
[outbox]
budget_mb = {budget_mb}
"""


@pytest.fixture
def cloud() -> Iterator[Receiver]:
    with receiving() as receiver:
        receiver.rule = lambda _: Answer(200, {"status": "ok"})
        yield receiver


def box_file(folder: Path, url: str, **changes: object) -> Path:
    values = {"camera": "portrait:", "experience": "mirror", "budget_mb": 1} | changes
    path = folder / "box.toml"
    path.write_text(BOX.format(url=url, **values))
    return path


def look(path: Path) -> dict[str, check.Finding]:
    return {finding.what: finding for finding in check.findings(path)}


def test_a_box_that_is_well(tmp_path: Path, cloud: Receiver) -> None:
    credential.save(tmp_path / "state", GIVEN)
    found = look(box_file(tmp_path, cloud.url))
    elsewhere = {"models", "models run on", "fonts"}
    assert [finding for finding in found.values() if not finding.ok and finding.what not in elsewhere] == []
    assert found["cloud"].words == f"{cloud.url} answers and knows this box"
    assert found["camera main"].words == "portrait:"
    assert [one.body for one in cloud.asked if one.method == "POST"] == [b"[]"]


def runs_on(path: Path) -> check.Finding:
    return next(finding for finding in check.findings(path) if finding.what == "models run on")


def test_it_says_what_runs_the_models(tmp_path: Path, cloud: Receiver, built_models: Path) -> None:
    path = box_file(tmp_path, cloud.url)
    assert runs_on(path).words == "cpu; 1 core for each"
    path.write_text(path.read_text() + "[perception]\nthreads = 2\n")
    assert runs_on(path).words == "cpu; 2 cores for each"


def test_a_provider_that_is_not_installed_is_wrong(
    tmp_path: Path, cloud: Receiver, built_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    path = box_file(tmp_path, cloud.url)
    path.write_text(path.read_text() + '[perception]\nproviders = ["openvino", "cpu"]\n')
    found = runs_on(path)
    assert not found.ok
    assert "Present: cpu" in found.words


def test_a_provider_that_cannot_start_is_wrong(
    tmp_path: Path, cloud: Receiver, built_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: names)
    path = box_file(tmp_path, cloud.url)
    path.write_text(path.read_text() + '[perception]\nproviders = ["cuda"]\n')
    found = runs_on(path)
    assert not found.ok
    assert "runs on cpu: cuda could not be used" in found.words


def test_a_broken_box_file_is_the_only_finding(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text("stroe = 'demo'")
    [finding] = check.findings(path)
    assert not finding.ok
    assert "did you mean 'store'?" in finding.words


@pytest.mark.parametrize(
    ("what", "changes", "words"),
    [
        ("camera main", {"camera": "webcm:0"}, "webcam:"),
        ("screen mirror", {"experience": "mirorr"}, "mirror"),
        ("disk", {"budget_mb": 10**9}, "lower the budget"),
    ],
)
def test_what_the_file_asks_for_and_the_box_lacks(
    tmp_path: Path, cloud: Receiver, what: str, changes: dict[str, object], words: str
) -> None:
    finding = look(box_file(tmp_path, cloud.url, **changes))[what]
    assert not finding.ok
    assert words in finding.words


def test_what_of_a_catalogue_is_not_offered_is_named(tmp_path: Path, cloud: Receiver) -> None:
    demo = (Path(catalogs.__file__).parents[1] / "catalogues" / "demo.toml").read_text()
    text = re.sub(r'("MO-VP-130".*lab = \[)', r"\g<1>9", demo)
    assert text != demo
    (tmp_path / "house.toml").write_text(text)
    box = box_file(tmp_path, cloud.url)
    assert look(box)["catalogue of mirror"].ok
    box.write_text(box.read_text().replace('camera = "main"', 'camera = "main"\ncatalogue = "house.toml"'))
    found = look(box)["catalogue of mirror"]
    assert not found.ok
    assert "not offered (" in found.words
    assert "look 'soiree-rouge': nothing that is offered has the SKU MO-VP-130" in found.words
    assert "shade 'MO-VP-130': key 'shades.3.lab.0'" in found.words
    assert look(box)["screen mirror"].ok, "the mirror runs with all the others"


def test_no_credential(tmp_path: Path, cloud: Receiver) -> None:
    finding = look(box_file(tmp_path, cloud.url))["credential"]
    assert not finding.ok
    assert "vitrine cloud box-code demo box-1" in finding.words


def test_the_credential_of_another_box(tmp_path: Path, cloud: Receiver) -> None:
    credential.save(tmp_path / "state", GIVEN.model_copy(update={"box": "box-9"}))
    finding = look(box_file(tmp_path, cloud.url))["credential"]
    assert not finding.ok
    assert "box-9" in finding.words


def test_a_credential_that_the_cloud_refuses(tmp_path: Path, cloud: Receiver) -> None:
    credential.save(tmp_path / "state", GIVEN)
    cloud.rule = lambda asked: Answer(401 if asked.method == "POST" else 200)
    finding = look(box_file(tmp_path, cloud.url))["cloud"]
    assert not finding.ok
    assert "enrol again" in finding.words


def test_no_cloud(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    finding = look(box_file(tmp_path, url))["cloud"]
    assert not finding.ok
    assert "check cloud.url" in finding.words


def test_an_outbox_that_cannot_be_written(tmp_path: Path, cloud: Receiver) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    finding = look(box_file(tmp_path, cloud.url))["outbox"]
    assert not finding.ok


def test_rows_the_cloud_refused_for_good(
    tmp_path: Path, cloud: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = box_file(tmp_path, cloud.url)
    state = config.load(path).state_path
    backlog = Backlog(state / FILE_NAME)
    with backlog._file.transaction() as db:
        db.execute("INSERT INTO set_aside VALUES (1, 'orders', 'x', '422 no', '2026-01-01', x'00', NULL)")
    backlog.close()
    finding = look(path)["outbox"]
    assert not finding.ok
    assert "1 rows" in finding.words


def test_the_command_says_it_by_its_exit_code(
    tmp_path: Path, cloud: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(box_file(tmp_path, cloud.url))]) == 1
    out = capsys.readouterr().out
    assert "WRONG  credential" in out
    assert "ok     outbox" in out


def test_a_language_without_glyphs_is_named_with_its_package(
    tmp_path: Path, cloud: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_installed", dict)
    fonts.chain.cache_clear()
    try:
        finding = look(box_file(tmp_path, cloud.url))["fonts"]
    finally:
        fonts.chain.cache_clear()
    assert not finding.ok
    assert "th lacks" in finding.words
    assert finding.words.endswith("apt-get install fonts-noto-cjk fonts-noto-core")


COUNTERS = """
[floor]
width_m = 8.0
height_m = 7.0
[counters.ceiling]
camera = "main"
points_px = [[0, 0], [100, 0], [100, 100], [0, 100]]
points_m = [[0, 0], [8, 0], [8, 7], [0, 7]]
detector = {detector}
model = "{model}"
"""


@pytest.mark.parametrize(
    ("detector", "model", "words"),
    [
        ('"motion"', "gone.onnx", "people found by motion; low in crowds"),
        ('"yolox"', "gone.onnx", "gone.onnx"),
        ('["yolox", "motion"]', "gone.onnx", "Counting by motion; low in crowds."),
        ('"yolox"', "classifier.onnx", "classifier.onnx is no YOLOX that can be used"),
        ('"yolox"', "fails.onnx", "fails.onnx cannot be loaded"),
        ('["yolox", "motion"]', "fails.onnx", "Counting by motion; low in crowds."),
    ],
)
def test_it_says_what_finds_the_people_of_a_counter(
    tmp_path: Path, cloud: Receiver, detector: str, model: str, words: str
) -> None:
    path = box_file(tmp_path, cloud.url)
    of_nodes(tmp_path / "classifier.onnx", [helper.make_node("Relu", ["images"], ["output"])], ("N", 10))
    failing(tmp_path / "fails.onnx")
    path.write_text(path.read_text() + COUNTERS.format(detector=detector, model=model))
    found = next(finding for finding in check.findings(path) if finding.what == "counter ceiling")
    assert words in found.words
    assert found.ok is ("yolox" not in detector)


@pytest.mark.parametrize(
    ("above_floor_mm", "words"),
    [(900, "every control below 1220 mm"), (1100, "controls up to 1366 mm .*hang it 146 mm lower")],
)
def test_it_says_when_a_display_hangs_too_high_for_some(
    tmp_path: Path, cloud: Receiver, above_floor_mm: int, words: str
) -> None:
    path = box_file(tmp_path, cloud.url)
    tall = f"width_px = 1080\nheight_px = 1920\npx_per_mm = 2.4\nabove_floor_mm = {above_floor_mm}\n"
    path.write_text(path.read_text().replace("[outbox]", f"{tall}[outbox]"))
    found = look(path)["reach of mirror"]
    assert re.search(words, found.words)
    assert found.ok == (above_floor_mm == 900)
