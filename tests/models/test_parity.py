"""The built models against the runtime they were made for, on real pictures: raw outputs.

LiteRT runs the very TFLite file from the wheel; where it lacks the custom operators (the attention mesh),
MediaPipe's own graph does. An output may differ by 1e-4 of its range.
"""

import importlib.metadata
import warnings
from pathlib import Path

import numpy as np
import pytest

from models import store
from models.images import crop, planes
from models.results import F32, U8, Roi
from models.session import Session
from models.weights import DISTRIBUTION, WEIGHTS, Weights
from tests.models.mediapipe_graph import attention_graph
from tests.models.pictures import HEAD, clip_bgr, portrait_bgr, stretched

ATTENTION = "face_landmark_with_attention"
TOLERANCE = 1e-4


def _pictures(name: str, width_px: int, height_px: int, realdata: Path) -> list[U8]:
    """The portrait and two clip frames; a model of one face sees her head, at two sizes and a roll too."""
    if name.startswith(("face_landmark", "iris")):
        turned = Roi(HEAD.centre_x, HEAD.centre_y, HEAD.width_px * 1.2, HEAD.height_px * 1.2, 0.5)
        crops = (crop(portrait_bgr(), roi, (width_px, height_px), 1) for roi in (HEAD, turned))
        return [picture[0].transpose(1, 2, 0).copy() for picture in crops]
    frames = clip_bgr(realdata / "faces" / "head-pose-two.gif")
    return [stretched(image, width_px, height_px) for image in (portrait_bgr(), frames[5], frames[40])]


def _litert(weights: Weights, images: list[U8]) -> list[dict[str, F32]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ai_edge_litert.interpreter import Interpreter
    file = importlib.metadata.distribution(DISTRIBUTION).locate_file(weights.path)
    interpreter = Interpreter(str(file), num_threads=1)
    interpreter.allocate_tensors()
    results = []
    for image in images:
        picture = image[..., ::-1].astype(np.float32) * np.float32(weights.picture.scale)
        picture += np.float32(weights.picture.offset)
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], picture[None])
        interpreter.invoke()
        outputs = interpreter.get_output_details()
        results.append({o["name"]: interpreter.get_tensor(o["index"]).copy() for o in outputs})
    return results


def _relative_error(ours: F32, theirs: F32) -> float:
    """Largest difference over the output's range; a lone number has none, it is taken as 1."""
    span = float(np.ptp(theirs)) if theirs.size > 1 else 1.0
    return float(np.abs(ours.ravel() - theirs.ravel()).max()) / span


@pytest.mark.parametrize("weights", [w for w in WEIGHTS if w.name != ATTENTION], ids=lambda w: w.name)
def test_a_built_model_gives_what_litert_gives(weights: Weights, built_models: Path, realdata: Path) -> None:
    session = Session(store.path(weights.name))
    _, _, height, width = session.inputs["image"]
    images = _pictures(weights.name, width, height, realdata)
    for image, theirs in zip(images, _litert(weights, images), strict=True):
        ours = session.run({"image": planes(image)})
        for name, our in zip(session.outputs, ours, strict=True):
            their = theirs[name]
            assert our.shape == their.shape
            assert _relative_error(our, their) <= TOLERANCE, name


def test_the_attention_mesh_gives_what_mediapipes_graph_gives(built_models: Path) -> None:
    session = Session(store.path(ATTENTION))
    upright = crop(portrait_bgr(), HEAD, (192, 192), 1)[0].transpose(1, 2, 0)
    # Shifted so far that lips and eyes are cut at the map's border, where sampling must give zero.
    images = [upright, np.roll(upright, 60, 1), np.roll(upright, -50, 0), np.rot90(upright), upright[:, ::-1]]
    with attention_graph(len(session.outputs)) as mediapipe:
        for image in images:
            theirs = mediapipe(image)
            ours = session.run({"image": planes(np.ascontiguousarray(image))})
            for name, our, their in zip(session.outputs, ours, theirs, strict=True):
                assert _relative_error(our, their) <= TOLERANCE, name


def test_the_pictures_show_what_the_models_look_for(realdata: Path) -> None:
    """Outputs near zero would agree with anything: the face must be found, the mask be a person."""
    detector = next(w for w in WEIGHTS if w.name == "face_detection_short_range")
    (found,) = _litert(detector, [stretched(portrait_bgr(), 128, 128)])
    assert found["classificators"].max() > 0
    segmenter = next(w for w in WEIGHTS if w.name == "selfie_segmentation")
    (mask,) = _litert(segmenter, [stretched(portrait_bgr(), 256, 256)])
    assert 0.2 < float(mask["activation_10"].mean()) < 0.9
