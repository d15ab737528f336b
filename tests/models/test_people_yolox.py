"""YOLOX: the real one against plain arithmetic, every kind of export, and files that are none."""

from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from models import store
from models.errors import ModelError
from models.people import Wanted
from models.people_yolox import YoloxDetector, detector, distinct, preprocess
from models.providers import Runtime
from models.results import F32, U8, People
from tests.models.people_truth import frames
from tests.models.yolox_files import failing, file, of_nodes, person, rows

#: Anchors of a 64 x 64 input: 8 x 8, 4 x 4 and 2 x 2.
COUNT = 84


@pytest.fixture(scope="module")
def weights(realdata: Path) -> Path:
    return realdata / "detectors" / "yolox_nano_416.onnx"


@pytest.fixture(scope="module")
def picture(realdata: Path) -> U8:
    return next(image for k, image in frames(realdata, 150) if k == 150)


def plainly(weights: Path, image: U8, confidence: float) -> tuple[F32, F32]:
    """Boxes and scores as YOLOX's own demo works them out: everything decoded, then thinned out by OpenCV."""
    scale = min(416 / image.shape[0], 416 / image.shape[1])
    padded = np.full((416, 416, 3), 114, np.uint8)
    resized = cv2.resize(image, (int(image.shape[1] * scale), int(image.shape[0] * scale)))
    padded[: resized.shape[0], : resized.shape[1]] = resized
    session = onnxruntime.InferenceSession(str(weights), providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {"images": padded.transpose(2, 0, 1)[None].astype(np.float32)})
    grids, strides = [], []
    for stride in (8, 16, 32):
        xs, ys = np.meshgrid(np.arange(416 // stride), np.arange(416 // stride))
        grids.append(np.stack((xs, ys), 2).reshape(-1, 2))
        strides.append(np.full((len(grids[-1]), 1), stride))
    centre = (output[0, :, :2] + np.concatenate(grids)) * np.concatenate(strides)
    size = np.exp(output[0, :, 2:4]) * np.concatenate(strides)
    scores = output[0, :, 4] * output[0, :, 5]
    corner = (centre - size / 2) / scale
    found = np.concatenate([corner, size / scale], axis=1)
    kept = np.array(cv2.dnn.NMSBoxes(found.tolist(), scores.tolist(), confidence, 0.5)).ravel()
    boxes = np.concatenate([found[kept, :2], found[kept, :2] + found[kept, 2:]], axis=1)
    return np.clip(boxes, 0, [image.shape[1], image.shape[0]] * 2).astype(np.float32), scores[kept]


def same(found: People, boxes: F32, scores: F32) -> None:
    order = np.argsort(-scores)
    np.testing.assert_allclose(found.boxes_xyxy, boxes[order], atol=0.02)
    np.testing.assert_allclose(found.scores, scores[order], atol=1e-5)


@pytest.mark.parametrize("turn", [None, cv2.ROTATE_90_CLOCKWISE])
def test_the_real_one_finds_what_plain_arithmetic_finds(weights: Path, picture: U8, turn: int | None) -> None:
    image = picture if turn is None else np.asarray(cv2.rotate(picture, turn), np.uint8)
    found = YoloxDetector(weights, confidence=0.02).detect(image, 0.0)
    assert len(found) > (0 if turn is None else -1)
    same(found, *plainly(weights, image, 0.01))


def test_settings_say_who_is_sure_and_the_words_what_it_is(weights: Path, picture: U8) -> None:
    found = YoloxDetector(weights, confidence=0.9).detect(picture, 0.0)
    assert found.sure is not None
    np.testing.assert_array_equal(found.sure, found.scores >= 0.9)
    assert (found.scores >= 0.45).all()
    made = detector(Wanted(model=str(weights)))
    assert (made.name, made.words) == ("yolox", "YOLOX yolox_nano_416, 416×416")


def other_export(weights: Path, path: Path, kind: str) -> Path:
    """The same weights in another form: batch left open, uint8 in front, or decoded in the file."""
    model = onnx.load(str(weights))
    graph = model.graph
    if kind == "open batch":
        graph.input[0].type.tensor_type.shape.dim[0].dim_param = "batch"
        del graph.output[0].type.tensor_type.shape.dim[:]
    elif kind == "uint8":
        name = graph.input[0].name
        for node in graph.node:
            node.input[:] = ["floats" if each == name else each for each in node.input]
        graph.node.insert(0, helper.make_node("Cast", [name], ["floats"], to=TensorProto.FLOAT))
        graph.input[0].type.tensor_type.elem_type = TensorProto.UINT8
    else:
        _decode_inside(model)
    onnx.save(model, str(path))
    return path


def _decode_inside(model: onnx.ModelProto) -> None:
    graph = model.graph
    for node in graph.node:
        node.output[:] = ["raw" if each == "output" else each for each in node.output]
    grid = np.concatenate(
        [
            np.stack(np.meshgrid(np.arange(416 // s), np.arange(416 // s)), 2).reshape(-1, 2)
            for s in (8, 16, 32)
        ]
    )
    strides = np.concatenate([np.full((1, (416 // s) ** 2, 1), s, np.float32) for s in (8, 16, 32)], axis=1)
    values = {
        "grid": grid[None].astype(np.float32),
        "strides": strides,
    }
    graph.initializer.extend(onnx.numpy_helper.from_array(each, name) for name, each in values.items())
    graph.node.extend(
        [
            helper.make_node("Split", ["raw"], ["xy", "wh", "rest"], axis=2, split=[2, 2, 81]),
            helper.make_node("Add", ["xy", "grid"], ["place"]),
            helper.make_node("Mul", ["place", "strides"], ["centre"]),
            helper.make_node("Exp", ["wh"], ["cells"]),
            helper.make_node("Mul", ["cells", "strides"], ["size"]),
            helper.make_node("Concat", ["centre", "size", "rest"], ["output"], axis=2),
        ]
    )


@pytest.mark.parametrize("kind", ["open batch", "uint8", "decoded"])
def test_every_form_of_export_finds_the_same(weights: Path, picture: U8, tmp_path: Path, kind: str) -> None:
    first = YoloxDetector(weights).detect(picture, 0.0)
    other = YoloxDetector(other_export(weights, tmp_path / "other.onnx", kind))
    assert other.layout.decoded is (kind == "decoded")
    assert other.layout.floats is (kind != "uint8")
    same(other.detect(picture, 0.0), first.boxes_xyxy, first.scores)


def grey(width: int, height: int) -> U8:
    return np.full((height, width, 3), 200, np.uint8)


def test_somebody_in_each_stride_is_where_grid_and_stride_say(tmp_path: Path) -> None:
    values = rows(COUNT)
    person(values, 9, (0.5, 0.25, 0.0, 0.0))  # column 1, row 1 of 8: centre (12, 10), 8 x 8
    person(values, 64 + 2, (0.0, 1.0, 0.0, np.log(2)), 0.7)  # column 2, row 0 of 4: (32, 16), 16 x 32
    found = YoloxDetector(file(tmp_path / "a.onnx", values[None])).detect(grey(128, 64), 0.0)
    np.testing.assert_allclose(found.boxes_xyxy, [[16, 12, 32, 28], [48, 0, 80, 64]], atol=1e-4)
    np.testing.assert_allclose(found.scores, [0.81, 0.7], atol=1e-6)


def test_a_model_of_people_alone_of_four_strides_or_of_another_shape(tmp_path: Path) -> None:
    for count, channels, shape in (
        (COUNT, 6, (1, 3, 64, 64)),
        (85, 85, (1, 3, 64, 64)),
        (42, 85, (1, 3, 32, 64)),
    ):
        values = rows(count, channels)
        person(values, 0, (1.0, 1.0, 0.0, 0.0))
        found = YoloxDetector(file(tmp_path / "a.onnx", values[None], shape)).detect(grey(64, 32), 0.0)
        np.testing.assert_allclose(found.boxes_xyxy, [[4, 4, 12, 12]], atol=1e-4)


def test_the_picture_is_top_left_in_blue_green_red_with_grey_around(tmp_path: Path) -> None:
    made = YoloxDetector(file(tmp_path / "a.onnx", rows(COUNT)[None]))
    image = np.empty((30, 60, 3), np.uint8)
    image[:] = (10, 20, 30)
    picture, scale = preprocess(image, made.layout)
    assert picture.shape == (1, 3, 64, 64)
    assert picture.dtype == np.float32
    assert scale == pytest.approx(64 / 60)
    for channel, value in enumerate((10, 20, 30)):
        assert (picture[0, channel, :32] == value).all()
        assert (picture[0, channel, 32:] == 114).all()


def test_what_is_no_number_or_beyond_the_border_does_no_harm(tmp_path: Path) -> None:
    values = rows(COUNT)
    person(values, 0, (-50.0, -50.0, 0.0, 0.0))
    person(values, 1, (0.0, 0.0, 500.0, 500.0), 0.6)
    found = YoloxDetector(file(tmp_path / "a.onnx", values[None])).detect(grey(64, 64), 0.0)
    np.testing.assert_allclose(found.boxes_xyxy, [[0, 0, 64, 64]])
    assert len(YoloxDetector(file(tmp_path / "b.onnx", rows(COUNT)[None])).detect(grey(1, 1), 0.0)) == 0


def test_of_two_boxes_of_one_person_the_surer_remains() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 10, 9], [0, 0, 10, 4], [20, 0, 30, 10]], np.float32)
    assert distinct(boxes, 0.5).tolist() == [0, 2, 3]
    assert distinct(boxes, 0.3).tolist() == [0, 3]
    assert distinct(boxes[:0], 0.3).tolist() == []


def scored(value: float) -> F32:
    values = rows(COUNT)
    values[3, 4] = value
    return values[None]


@pytest.mark.parametrize(
    ("output", "shape", "kind", "words"),
    [
        (rows(COUNT)[None], (1, 3, 64, 64), TensorProto.FLOAT16, "tensor(float16)"),
        (rows(COUNT)[None], (1, 1, 64, 64), TensorProto.FLOAT, "[1, 1, 64, 64]"),
        (rows(COUNT)[None], (4, 3, 64, 64), TensorProto.FLOAT, "[4, 3, 64, 64]"),
        (rows(COUNT)[None], (1, 64, 64, 3), TensorProto.FLOAT, "[1, 64, 64, 3]"),
        (rows(COUNT)[None], (1, 3, "h", "w"), TensorProto.FLOAT, "fixed multiples of 32"),
        (rows(COUNT)[None], (1, 3, 60, 60), TensorProto.FLOAT, "fixed multiples of 32"),
        (rows(COUNT)[None], (3, 64), TensorProto.FLOAT, "[3, 64]"),
        (rows(COUNT), (1, 3, 64, 64), TensorProto.FLOAT, "gives [84, 85] float32"),
        (rows(COUNT)[None].astype(np.float64), (1, 3, 64, 64), TensorProto.FLOAT, "float64, a YOLOX float32"),
        (rows(83)[None], (1, 3, 64, 64), TensorProto.FLOAT, "83 rows, a YOLOX of 64 x 64 gives 84 or 85"),
        (np.zeros((1, 84, 84), np.float32), (1, 3, 64, 64), TensorProto.FLOAT, "79 classes"),
        (rows(COUNT, 25)[None], (1, 3, 64, 64), TensorProto.FLOAT, "20 classes"),
        (rows(COUNT, 4)[None], (1, 3, 64, 64), TensorProto.FLOAT, "4 values a row"),
        (scored(1.5), (1, 3, 64, 64), TensorProto.FLOAT, "not between 0 and 1"),
        (scored(float("nan")), (1, 3, 64, 64), TensorProto.FLOAT, "not between 0 and 1"),
    ],
)
def test_what_is_no_yolox_is_refused_with_the_reason_and_the_remedy(
    tmp_path: Path, output: F32, shape: tuple[int, ...], kind: int, words: str
) -> None:
    path = file(tmp_path / "other.onnx", output, shape, kind)
    with pytest.raises(ModelError) as wrong:
        YoloxDetector(path)
    assert str(path) in str(wrong.value)
    assert words in str(wrong.value)
    assert "vitrine models pull yolox_nano" in str(wrong.value)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (("N", 10), "shape ['N', 10]"),
        ((), "shape []"),
        (("N", 416, 416), "shape ['N', 416, 416]"),
        (("N", 1, 64, 64), "shape ['N', 1, 64, 64]"),
        (("N", 3, 64, 64), "gives [1, 3, 64, 64] float32, a YOLOX one array"),
        # More than any computer has.
        (("N", 3, 1 << 28, 1 << 28), "does not run on an empty picture"),
    ],
)
def test_a_model_of_something_else_is_refused(
    tmp_path: Path, shape: tuple[int | str, ...], words: str
) -> None:
    path = of_nodes(tmp_path / "other.onnx", [helper.make_node("Relu", ["images"], ["output"])], shape)
    with pytest.raises(ModelError, match="vitrine models pull yolox_nano") as wrong:
        YoloxDetector(path)
    assert f"{path} is no YOLOX" in str(wrong.value)
    assert words in str(wrong.value)


def test_a_model_that_gives_no_array_is_refused(tmp_path: Path) -> None:
    """As exports of scikit-learn do, and detectors that return a list of what they found."""
    element = helper.make_tensor_type_proto(TensorProto.FLOAT, None)
    path = of_nodes(
        tmp_path / "list.onnx",
        [helper.make_node("SequenceConstruct", ["images"], ["output"])],
        (1, 3, 64, 64),
        helper.make_sequence_type_proto(element),
    )
    with pytest.raises(ModelError, match=r"list\.onnx is no YOLOX .*gives a list, a YOLOX one array"):
        YoloxDetector(path)


@pytest.mark.parametrize(
    ("batch", "words"),
    [(1, r"cannot be loaded .*Reshape.*no YOLOX"), ("N", "does not run on an empty picture .*Reshape")],
)
def test_a_model_that_fails_when_it_runs_is_refused(tmp_path: Path, batch: int | str, words: str) -> None:
    path = failing(tmp_path / "fails.onnx", batch)
    with pytest.raises(ModelError, match=rf"fails\.onnx .*{words}.*models pull yolox_nano"):
        YoloxDetector(path)


def test_two_inputs_are_refused(tmp_path: Path) -> None:
    path = file(tmp_path / "two.onnx", rows(COUNT)[None], more={"mask": (1, 1)})
    with pytest.raises(ModelError, match="2 inputs, a YOLOX has one"):
        YoloxDetector(path)


def test_a_damaged_or_missing_file_is_named_with_the_remedy(weights: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.onnx"
    torn.write_bytes(weights.read_bytes()[:100_000])
    with pytest.raises(ModelError, match=r"torn\.onnx cannot be loaded.*damaged.*copy it again"):
        YoloxDetector(torn)
    with pytest.raises(ModelError, match=r"there is no file .*gone\.onnx"):
        detector(Wanted(model="gone.onnx", base_dir=tmp_path))


def test_a_path_is_told_from_a_name_in_capitals_too(tmp_path: Path) -> None:
    file(tmp_path / "OURS.ONNX", rows(COUNT)[None])
    made = detector(Wanted(model="OURS.ONNX", base_dir=tmp_path))
    assert made.words == "YOLOX OURS, 64×64"
    with pytest.raises(ModelError, match=r"there is no file .*GONE\.ONNX\. Give yolox_nano or yolox_tiny"):
        detector(Wanted(model="GONE.ONNX", base_dir=tmp_path))


@pytest.mark.parametrize("name", ["yolo", "face_landmark", "models/yolox_nano", "yolox_nano.ort"])
def test_of_an_unknown_name_only_what_finds_people_is_listed(name: str) -> None:
    with pytest.raises(ModelError) as wrong:
        detector(Wanted(model=name))
    assert str(wrong.value) == (
        f"there is no YOLOX called {name!r}. Give yolox_nano or yolox_tiny "
        "(`vitrine models pull yolox_nano`), or the path of an ONNX file, relative to the box file and "
        "ending in .onnx."
    )


@pytest.mark.parametrize("name", ["folder.onnx", f"{'long' * 100}.onnx"])
def test_a_path_that_cannot_be_read_says_why(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.onnx").mkdir()
    with pytest.raises(ModelError, match=r"\.onnx cannot be read \((Is a directory|File name too long)\)"):
        detector(Wanted(model=name, base_dir=tmp_path))


def test_a_provider_that_is_not_there_is_not_the_files_fault(tmp_path: Path) -> None:
    path = file(tmp_path / "a.onnx", rows(COUNT)[None])
    with pytest.raises(ModelError, match=r"^The execution provider 'tpu' is unknown"):
        YoloxDetector(path, runtime=Runtime(providers=("tpu",)))


def test_pulled_weights_are_found_by_their_name(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    store.file_of("yolox_nano").symlink_to(weights)
    assert detector(Wanted(model="yolox_nano")).words == "YOLOX yolox_nano, 416×416"


def test_missing_weights_name_the_command_that_fetches_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(ModelError, match=r"yolox_nano is not there.*vitrine models pull yolox_nano"):
        detector(Wanted())


@pytest.mark.parametrize(
    "image", [np.zeros((10, 10), np.uint8), np.zeros((10, 10, 3), np.uint16), np.zeros((0, 10, 3), np.uint8)]
)
def test_what_is_no_picture_is_refused(tmp_path: Path, image: U8) -> None:
    made = YoloxDetector(file(tmp_path / "a.onnx", rows(COUNT)[None]))
    with pytest.raises(ValueError, match="expected"):
        made.detect(image, 0.0)
