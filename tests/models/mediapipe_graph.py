"""MediaPipe as the reference: its face mesh, and its own graph around the attention model.

Its imports warn and its C++ part logs to standard error; both are silenced here and nowhere else.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from models.results import F32, U8
from tests.conftest import absent

_ATTENTION = """
input_stream: "image"
{floats}
node {{ calculator: "ConstantSidePacketCalculator" output_side_packet: "PACKET:attention"
  options {{ [mediapipe.ConstantSidePacketCalculatorOptions.ext] {{ packet {{ bool_value: true }} }} }} }}
node {{ calculator: "FaceLandmarksModelLoader"
  input_side_packet: "WITH_ATTENTION:attention" output_side_packet: "MODEL:model" }}
node {{ calculator: "TfLiteCustomOpResolverCalculator" output_side_packet: "OP_RESOLVER:resolver" }}
node {{ calculator: "ImageToTensorCalculator" input_stream: "IMAGE:image" output_stream: "TENSORS:input"
  options {{ [mediapipe.ImageToTensorCalculatorOptions.ext] {{
    output_tensor_width: 192 output_tensor_height: 192 output_tensor_float_range {{ min: 0 max: 1 }} }} }} }}
node {{ calculator: "InferenceCalculator"
  input_stream: "TENSORS:input" output_stream: "TENSORS:output"
  input_side_packet: "MODEL:model" input_side_packet: "OP_RESOLVER:resolver"
  options {{ [mediapipe.InferenceCalculatorOptions.ext] {{
    delegate {{ xnnpack {{ num_threads: 1 }} }} }} }} }}
node {{ calculator: "SplitTensorVectorCalculator" input_stream: "output" {tensors}
  options {{ [mediapipe.SplitVectorCalculatorOptions.ext] {{ {ranges} }} }} }}
{readers}
"""


def _mediapipe() -> Any:
    if not _installed():
        absent("reference", "mediapipe is not installed on this platform")
    os.environ["GLOG_minloglevel"] = "3"  # noqa: SIM112 - glog spells it so
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mediapipe
    return mediapipe


def _installed() -> bool:
    import importlib.util

    return importlib.util.find_spec("mediapipe") is not None


class FaceMesh:
    """MediaPipe's refined face mesh: `landmarks(image_bgr)` gives (478, 3) per face, picture pixels."""

    def __init__(self, max_faces: int, *, static: bool) -> None:
        solutions = _mediapipe().solutions.face_mesh
        self._mesh = solutions.FaceMesh(
            static_image_mode=static, max_num_faces=max_faces, refine_landmarks=True
        )

    def landmarks(self, image_bgr: U8) -> list[F32]:
        """The faces of the next frame."""
        height, width = image_bgr.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # protobuf's deprecated GetPrototype, inside MediaPipe
            found = self._mesh.process(np.ascontiguousarray(image_bgr[..., ::-1])).multi_face_landmarks or []
        scale = (width, height, width)
        return [np.array([(p.x, p.y, p.z) for p in f.landmark], np.float32) * scale for f in found]

    def close(self) -> None:
        """End MediaPipe's threads."""
        self._mesh.close()


class FaceDetection:
    """MediaPipe's face detector: model 0 is the short range, 1 the full one."""

    def __init__(self, model: int, score_min: float) -> None:
        solution = _mediapipe().solutions.face_detection
        self._detection = solution.FaceDetection(model_selection=model, min_detection_confidence=score_min)

    def boxes_xyxy(self, image_bgr: U8) -> F32:
        """(n, 4) picture pixels."""
        height, width = image_bgr.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._detection.process(np.ascontiguousarray(image_bgr[..., ::-1])).detections or []
        boxes = [d.location_data.relative_bounding_box for d in found]
        corners = [(b.xmin, b.ymin, b.xmin + b.width, b.ymin + b.height) for b in boxes]
        return np.array(corners, np.float32).reshape(-1, 4) * np.array([width, height] * 2, np.float32)

    def close(self) -> None:
        """End MediaPipe's threads."""
        self._detection.close()


class Pose:
    """MediaPipe's full pose model, every picture by itself: `landmarks(image_bgr)` gives (33, 4), x, y and z
    in picture pixels and visibility, or None."""

    def __init__(self) -> None:
        self._pose = _mediapipe().solutions.pose.Pose(static_image_mode=True, model_complexity=1)

    def landmarks(self, image_bgr: U8) -> F32 | None:
        """The person in a picture."""
        height, width = image_bgr.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._pose.process(np.ascontiguousarray(image_bgr[..., ::-1])).pose_landmarks
        if found is None:
            return None
        points = np.array([(p.x, p.y, p.z, p.visibility) for p in found.landmark], np.float32)
        return points * np.array([width, height, width, 1], np.float32)

    def close(self) -> None:
        """End MediaPipe's threads."""
        self._pose.close()


class Hands:
    """MediaPipe's hands, one at most: model 0 is the lite kind, 1 the full one. `landmarks(image_bgr)` gives
    (21, 3) in picture pixels and how sure it is of a right hand in a mirrored picture, or None."""

    def __init__(self, model: int, *, static: bool) -> None:
        solution = _mediapipe().solutions.hands
        self._hands = solution.Hands(static_image_mode=static, max_num_hands=1, model_complexity=model)

    def landmarks(self, image_bgr: U8) -> tuple[F32, float] | None:
        """The hand of the next frame."""
        height, width = image_bgr.shape[:2]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = self._hands.process(np.ascontiguousarray(image_bgr[..., ::-1]))
        if not found.multi_hand_landmarks:
            return None
        points = np.array([(p.x, p.y, p.z) for p in found.multi_hand_landmarks[0].landmark], np.float32)
        side = found.multi_handedness[0].classification[0]
        right = side.score if side.label == "Right" else 1 - side.score
        return points * np.array([width, height, width], np.float32), right

    def close(self) -> None:
        """End MediaPipe's threads."""
        self._hands.close()


@contextmanager
def attention_graph(outputs: int) -> Iterator[Any]:
    """From a (192, 192, 3) uint8 BGR picture to the attention model's raw outputs, by MediaPipe."""
    mediapipe = _mediapipe()
    from google.protobuf import text_format
    from mediapipe.framework import calculator_pb2
    from mediapipe.python import packet_creator, packet_getter
    from mediapipe.python._framework_bindings import calculator_graph, resource_util

    resource_util.set_resource_dir(str(Path(mediapipe.__file__).parent.parent))
    each = range(outputs)
    text = _ATTENTION.format(
        floats="\n".join(f'output_stream: "floats{i}"' for i in each),
        tensors=" ".join(f'output_stream: "tensor{i}"' for i in each),
        ranges=" ".join(f"ranges {{ begin: {i} end: {i + 1} }}" for i in each),
        readers="\n".join(
            f'node {{ calculator: "TensorsToFloatsCalculator" '
            f'input_stream: "TENSORS:tensor{i}" output_stream: "FLOATS:floats{i}" }}'
            for i in each
        ),
    )
    config = text_format.Parse(text, calculator_pb2.CalculatorGraphConfig())
    graph = calculator_graph.CalculatorGraph(graph_config=config)
    got: dict[str, list[float]] = {}
    for i in each:
        graph.observe_output_stream(
            f"floats{i}", lambda name, packet: got.__setitem__(name, packet_getter.get_float_list(packet))
        )
    graph.start_run()
    steps = iter(range(1, 1_000_000))

    def run(image_bgr: U8) -> list[F32]:
        rgb = np.ascontiguousarray(image_bgr[..., ::-1])
        packet = packet_creator.create_image_frame(rgb, image_format=mediapipe.ImageFormat.SRGB)
        graph.add_packet_to_input_stream("image", packet.at(next(steps)))
        graph.wait_until_idle()
        return [np.array(got[f"floats{i}"], np.float32) for i in each]

    yield run
    graph.close()
