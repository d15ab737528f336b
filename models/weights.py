"""The weights this project uses: where they come from, their hashes and licences, how they want a picture.

WEIGHTS lie in MediaPipe's wheel (later wheels carry none) and are built into ONNX; DOWNLOADS are ONNX files
of others, pulled when a store wants them and used as they are. None of them is part of this project (see
NOTICE).
"""

from dataclasses import dataclass
from typing import Final

from models.errors import ModelError

#: The distribution and version whose wheel carries the weights.
DISTRIBUTION: Final = "mediapipe"
VERSION: Final = "0.10.21"


@dataclass(frozen=True, slots=True)
class Picture:
    """How a source model wants its picture: RGB float32 = scale * (uint8 value) + offset.

    The built model takes uint8 BGR as OpenCV has it; scale, offset and channel order go into the weights
    of its first convolution.
    """

    scale: float
    offset: float = 0.0


UNIT: Final = Picture(1 / 255)
SIGNED: Final = Picture(1 / 127.5, -1.0)


@dataclass(frozen=True, slots=True)
class Weights:
    """One TFLite file of the wheel. name is the file's stem and the built model's name.

    use: what it does, for people. user: the module of `models` that runs it, empty where none does: it is
    there, converted and measured, for a store's own experience.
    unused: outputs nobody here reads; what only they need is left out of the built model.
    """

    path: str
    sha256: str
    picture: Picture
    use: str
    user: str
    unused: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The file's stem."""
        return self.path.rpartition("/")[2].removesuffix(".tflite")


@dataclass(frozen=True, slots=True)
class Download:
    """One ONNX file of somebody else, at a pinned address.

    sha256, bytes: of the file at `url`. twins: SHA-256 of other exports of the same network that are taken
    from a file (`--from`) too.
    """

    name: str
    url: str
    sha256: str
    bytes: int
    licence: str
    use: str
    user: str
    twins: tuple[str, ...] = ()

    def knows(self, sha256: str) -> bool:
        """Whether a file with this hash may serve as this model."""
        return sha256 == self.sha256 or sha256 in self.twins


#: Licence of everything in WEIGHTS.
LICENCE: Final = "Apache-2.0, MediaPipe authors"


def _weights(path: str, sha256: str, picture: Picture, use: str, user: str, *unused: str) -> Weights:
    return Weights(f"mediapipe/modules/{path}.tflite", sha256, picture, use, user, unused)


WEIGHTS: Final = (
    _weights(
        "face_detection/face_detection_short_range",
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        SIGNED,
        "finds faces near the screen: a tenth of the picture wide, or wider",
        "face_detector",
    ),
    _weights(
        "face_detection/face_detection_full_range_sparse",
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
        SIGNED,
        "finds faces across a room: a thirtieth of the picture wide, or wider",
        "face_detector",
    ),
    _weights(
        "face_landmark/face_landmark_with_attention",
        "e06a804e0144f9929eda782122916b35d60c697c3c9344013ca2bbe76a6ce2b4",
        UNIT,
        "478 points of a face, lips, eyes and irises refined",
        "face_mesh",
    ),
    _weights(
        "face_landmark/face_landmark",
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        UNIT,
        "468 points of a face, quicker",
        "",
    ),
    _weights(
        "iris_landmark/iris_landmark",
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        UNIT,
        "the iris and the contour of one eye",
        "",
    ),
    _weights(
        "selfie_segmentation/selfie_segmentation",
        "9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        UNIT,
        "which pixels are a person",
        "segmenter",
    ),
    _weights(
        "selfie_segmentation/selfie_segmentation_landscape",
        "a77d03f4659b9f6b6c1f5106947bf40e99d7655094b6527f214ea7d451106edd",
        UNIT,
        "which pixels are a person, in a wide picture",
        "segmenter",
    ),
    _weights(
        "palm_detection/palm_detection_lite",
        "e9a4aaddf90dda56a87235303cf00e4c2d3fb28725f68fd88772997dac905c18",
        UNIT,
        "finds hands",
        "palm_detector",
    ),
    _weights(
        "palm_detection/palm_detection_full",
        "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
        UNIT,
        "finds hands, more surely",
        "palm_detector",
    ),
    _weights(
        "hand_landmark/hand_landmark_lite",
        "048edd3645c9bf7397d19a9f6e3a42957d6e414c9bea6598030a2e9b624156e6",
        UNIT,
        "21 points of a hand",
        "hand_landmarks",
    ),
    _weights(
        "hand_landmark/hand_landmark_full",
        "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
        UNIT,
        "21 points of a hand, more precise",
        "hand_landmarks",
    ),
    _weights(
        "pose_detection/pose_detection",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        SIGNED,
        "finds bodies",
        "pose_detector",
    ),
    _weights(
        "pose_landmark/pose_landmark_full",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        UNIT,
        "33 points of a body",
        "pose_landmarks",
        "Identity_2",  # its mask; the segmenter's is better
    ),
)


#: Both hashes and sizes stand in the download scripts of many public projects, which agree; none of them
#: was computed here. The twin is model/yolox_nano.onnx of Kazuhito00/YOLOX-ONNX-TFLite-Sample at 3d4f111.
_YOLOX: Final = "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0"

DOWNLOADS: Final = (
    Download(
        "yolox_nano",
        f"{_YOLOX}/yolox_nano.onnx",
        "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d",
        3_659_407,
        "Apache-2.0, Megvii Inc.",
        "finds people from a ceiling or door camera",
        "people_yolox",
        ("695e750a5d5754bb5a8d5325643b59282191a7e7a564e435a415fd3c578eab14",),
    ),
    Download(
        "yolox_tiny",
        f"{_YOLOX}/yolox_tiny.onnx",
        "427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7",
        20_219_662,
        "Apache-2.0, Megvii Inc.",
        "finds people from a ceiling or door camera, more surely, at three times the work",
        "people_yolox",
    ),
)


def names() -> tuple[str, ...]:
    """Every model there can be."""
    return tuple(w.name for w in WEIGHTS) + tuple(d.name for d in DOWNLOADS)


def find(name: str) -> Weights:
    """The weights of a model; ModelError lists the names there are."""
    for weights in WEIGHTS:
        if weights.name == name:
            return weights
    raise ModelError(f"There is no model {name!r}. There are: {', '.join(names())}.")


def find_download(name: str) -> Download:
    """A model to be pulled; ModelError lists the names there are."""
    for download in DOWNLOADS:
        if download.name == name:
            return download
    why = "is built, not pulled: run `vitrine models build`" if name in names() else "is unknown"
    raise ModelError(f"Model {name!r} {why}. To pull there are: {', '.join(d.name for d in DOWNLOADS)}.")
