"""A box file with a mistake: the message names the file, the key and what would be valid."""

from pathlib import Path

import pytest

from edge import config
from edge.toml_file import ConfigError
from models.providers import Runtime

GOOD = """
store = "demo"
box = "front"
cloud.url = "http://127.0.0.1:8700"

[cameras.door]
source = "portrait:"
width_px = 768
height_px = 432

[screens.mirror]
experience = "mirror"
camera = "door"

[floor]
width_m = 8
height_m = 6
[floor.lines.entrance]
from_m = [3, 5]
to_m = [5, 5]
inside_m = [4, 1]
[floor.zones.bar]
polygon_m = [[0, 0], [2, 0], [2, 2]]

[counters.ceiling]
camera = "door"
points_px = [[0, 0], [768, 0], [768, 432], [0, 432]]
points_m = [[0, 0], [8, 0], [8, 6], [0, 6]]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "box.toml"
    path.write_text(text)
    return path


def test_a_good_file_is_read_whole(tmp_path: Path) -> None:
    box = config.load(write(tmp_path, GOOD))
    assert box.screens["mirror"].camera == "door"
    assert box.floor is not None
    assert list(box.floor.lines) == ["entrance"]
    assert box.cameras["door"].base_dir == tmp_path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('box = "front"', "", "key 'box' is missing"),
        ('box = "front"', 'box = "Front Door"', "key 'box'"),
        ("width_px = 768", "width = 768", r"unknown key 'cameras.door.width': did you mean 'width_px'\?"),
        ('experience = "mirror"', "experiense = 1", "valid here: .*experience"),
        ('camera = "door"\n\n[floor]', 'camera = "roof"\n\n[floor]', "screens.mirror.camera is 'roof'.*door"),
        ('camera = "door"\npoints', 'camera = "roof"\npoints', "counters.ceiling.camera is 'roof'"),
        ("cloud.url", "cloud.uri", "did you mean 'url'"),
        (
            "to_m = [5, 5]",
            "to_m = [5, 50]",
            r"lines.entrance: \(5.0, 50.0\) lies outside the plan of 8 by 6 m",
        ),
        ("[2, 2]]", "[2, 9]]", "zones.bar"),
        ("inside_m = [4, 1]", "inside_m = [4, 5]", "inside_m lies on the line itself"),
        ("[768, 432], [0, 432]", "[1000, 0], [0, 432]", "points_px: three of the four points lie on a line"),
        ('store = "demo"', "store = ", "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(ConfigError, match=words) as caught:
        config.load(path)
    assert str(path) in str(caught.value)


def test_counters_without_a_floor_ask_for_one(tmp_path: Path) -> None:
    before, _, rest = GOOD.partition("[floor]")
    counters = rest[rest.index("[counters") :]
    with pytest.raises(ConfigError, match=r"add a table \[floor\]"):
        config.load(write(tmp_path, before + counters))


def test_no_file_and_no_text(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        config.load(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00store")
    with pytest.raises(ConfigError, match="not valid TOML"):
        config.load(tmp_path / "binary.toml")


def test_the_store_as_people_call_it(tmp_path: Path) -> None:
    assert config.load(write(tmp_path, GOOD)).store_title == "Demo"
    named = GOOD.replace('store = "demo"', 'store = "demo"\nstore_name = "朱颜 Paris"')
    assert config.load(write(tmp_path, named)).store_title == "朱颜 Paris"


def test_what_runs_the_models_is_the_cpu_unless_said(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(GOOD)
    assert config.load(path).perception.runtime == Runtime(threads=1, providers=("cpu",))
    path.write_text(GOOD + '[perception]\nproviders = ["openvino", "cpu"]\nthreads = 2\n')
    assert config.load(path).perception.runtime == Runtime(threads=2, providers=("openvino", "cpu"))


def test_an_unknown_provider_is_answered_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "box.toml"
    path.write_text(GOOD + '[perception]\nproviders = ["opnvino"]\n')
    with pytest.raises(ConfigError, match=r"perception\.providers\.0.*'cpu', 'openvino', 'cuda'"):
        config.load(path)
