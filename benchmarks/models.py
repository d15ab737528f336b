"""What one run of each built model costs, against LiteRT with XNNPACK, one thread each.

Ours: `Session.run` from a uint8 picture (planes, as models/images.py cuts them) to the outputs; conversion to
float, normalisation and Python's share included. Theirs: `Interpreter.invoke` alone, the normalised float32
picture already in place and the outputs left where they are, which favours it. Both look at the portrait
(what is in a picture does not change the work); short blocks alternate within one run; each model's ratio is
the median over its blocks of ours / theirs, in processor time of the one thread that runs it (on an idle
machine the same as time; on a busy one others' turns do not count). `ratio` is the worst model's share of its
bar (0.8 for the 468-point face mesh, 1.0 for all others): at most 1 where all hold.

Left out: the attention mesh, whose custom operators LiteRT lacks (`bench faces` counts it). The built
pose_landmark_full gives no mask, for nobody here reads it, and LiteRT cannot leave it out: `every_output` has
the ratio of a build with the mask.

What was tried, on two busy cores of an AMD EPYC (AVX-512), alternating, best of many blocks, in ms:

Kept (models/convert/passes and operators):
- sums of fewer channels without an identity convolution, pictures in whole vectors of 16 channels:
  face_detection_short_range 1.31 to 0.86, selfie_segmentation 2.42 to 2.04, face_landmark 1.02 to 0.98;
  with channels to pixels by one transposition face_detection_full_range_sparse 3.15 to 2.93;
- 1x1 convolutions before the enlargement, strided depthwise ones before channels become pixels, padding that
  nobody used left out: pose_detection 10.7 to 9.5;
- channels that training silenced left out: hand_landmark_full 7.8 to 7.1, lite 3.6 to 3.5;
- branches of one shape side by side: iris_landmark 1.34 to 1.30 (199 nodes to 143);
- FULLY_CONNECTED's weights transposed when built: 40 us less in both hand models;
- a convolution with one output as a depthwise one and a sum: pose_landmark_full with its mask 1.09 to 0.95
  of LiteRT.

PReLU is what separates face_landmark (0.84 to 0.87) and iris_landmark (1.05 to 1.16, worst while other work
shares the core) from their bars. It is written as two depthwise 1x1 convolutions (ONNX Runtime's own PRelu
leaves the blocked layout: 3.4 ms instead of 0.74 for the whole mesh on an idle core). Were it free,
face_landmark would take 0.82 and iris_landmark 1.12. Profiles, us by kind of node, the profiler's 1 to 3 us a
node included:
  face_landmark  1x1 584, depthwise 243, PReLU 340, other convolutions 160, pools 29, joins 23, input 20
  iris_landmark  1x1 985, PReLU 480, other convolutions 279, depthwise 157, pools 19, joins 15, input 8
No operator of the blocked layout does a slope per channel in one pass. Per 16x96x96 picture, in us: depthwise
1x1 14.3, the same with Relu 14.7, Relu alone 10.1, Add 21, Mul 22, a full 1x1 convolution 43; so relu(x) and
relu(-x) as channels of their own, which double the convolutions around them, cost more than they save, and
what a Relu alone would save (scaling instead of a first pass) fails where slopes below 0 meet a pool. The
convolutions run at the core's peak, 50 to 55 GMAC/s; Python's share is 8 us, the same with bound buffers.

Not kept:
- Clip(0, 6) as relu(6 - relu(6 - x)), for Relu is free in a convolution's loop and Clip is not: 150 us
  against 150 for 32x112x112, 48 against 46 for 480x14x14;
- DequantizeLinear instead of Cast at the input: 102 us against 99 with the first convolution, 91 without any;
- ONNX Runtime's options: denormals as zero, no memory pattern, no arena, no reuse of memory, weights from the
  device's allocator, nodes by priority: within 0.98 to 1.02 of its defaults in both models, which is noise;
- another provider for the CPU, OpenVINO 1.24 (float32, one thread, these graphs): face_landmark 1.12 against
  0.94, iris_landmark 1.33 against 1.28, hand_landmark_lite 3.95 against 3.83, short range 0.90 against 0.85.
"""

import argparse
import json
import math
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from models.weights import Weights

HELP = "time per run of each built model, against LiteRT with XNNPACK"

#: LiteRT lacks its operators.
_LEFT_OUT: Final = "face_landmark_with_attention"
#: Ratios that may not be exceeded; 1 for all others.
_BARS: Final = {"face_landmark": 0.8}
_BLOCK_S: Final = 0.04
_LEAST_RUNS: Final = 4


@dataclass(frozen=True, slots=True)
class Times:
    """Medians of one model. ratio: of ours / theirs in each block, the median; spread: best and worst."""

    name: str
    ours_s: float
    theirs_s: float
    ratio: float
    spread: tuple[float, float]


def register(parser: argparse.ArgumentParser) -> None:
    """How long to measure, and what."""
    parser.add_argument("--blocks", type=int, default=15, help="alternating blocks (default: 15)")
    parser.add_argument("--only", nargs="*", metavar="MODEL", help="these models instead of all")


def run(args: argparse.Namespace) -> int:
    """Measure and print; the last line is one JSON object."""
    from edge.toml_file import ConfigError
    from models import store
    from models.weights import WEIGHTS, find

    try:
        import ai_edge_litert  # noqa: F401 - asked for here, used below
    except ImportError:
        raise ConfigError("LiteRT, which this compares with, is missing: install ai-edge-litert") from None
    store.ensure()
    wanted = [find(name) for name in args.only] if args.only else WEIGHTS
    wanted = [weights for weights in wanted if weights.name != _LEFT_OUT]
    blocks = max(args.blocks, 2)
    print(f"{'one thread, one run':<36}{'ours':>9}{'LiteRT':>10}{'ratio':>8}{'bar':>6}")
    found = [_told(_measured(weights, store.path(weights.name), blocks)) for weights in wanted]
    complete = [_told(_with_every_output(weights, blocks)) for weights in wanted if weights.unused]
    _report(found, complete, blocks)
    return 0


def _told(times: Times) -> Times:
    bar = _BARS.get(times.name, 1.0)
    ours, theirs = 1000 * times.ours_s, 1000 * times.theirs_s
    print(f"{times.name:<36}{ours:6.2f} ms{theirs:7.2f} ms{times.ratio:8.3f}{bar:6.1f}", flush=True)
    return times


def _with_every_output(weights: "Weights", blocks: int) -> Times:
    """A build that leaves nothing out, only for this comparison."""
    from models import convert, wheel

    whole = replace(weights, unused=())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{weights.name}.onnx"
        data = wheel.source(weights)
        file.write_bytes(convert.convert(data, whole).SerializeToString())
        return replace(_measured(whole, file, blocks), name=f"{weights.name}, every output")


def _measured(weights: "Weights", file: Path, blocks: int) -> Times:
    ours, theirs = _ours(file), _theirs(weights)
    _block(theirs, 10)
    runs = max(_LEAST_RUNS, math.ceil(_BLOCK_S / _block(ours, 10)))
    pairs = [(_block(ours, runs), _block(theirs, runs)) for _ in range(blocks)]
    ratios = sorted(mine / other for mine, other in pairs)
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Times(weights.name, mine, other, statistics.median(ratios), (ratios[0], ratios[-1]))


def _block(once: Callable[[], object], runs: int) -> float:
    """Median processor seconds of one run."""
    times = []
    for _ in range(runs):
        begun_s = time.thread_time()
        once()
        times.append(time.thread_time() - begun_s)
    return statistics.median(times)


def _ours(file: Path) -> Callable[[], object]:
    import cv2
    import numpy as np

    from edge.cameras.portrait import photograph
    from models.images import planes
    from models.session import Session

    session = Session(file)
    _, _, height, width = session.inputs["image"]
    picture = planes(np.asarray(cv2.resize(photograph(), (width, height)), np.uint8))
    return lambda: session.run({"image": picture})


def _theirs(weights: "Weights") -> Callable[[], object]:
    import cv2
    import numpy as np

    from edge.cameras.portrait import photograph

    interpreter = _interpreter(weights)
    (given,) = interpreter.get_input_details()
    _, height, width, _ = given["shape"]
    picture = cv2.resize(photograph(), (int(width), int(height)))[..., ::-1].astype(np.float32)
    interpreter.set_tensor(given["index"], (picture * weights.picture.scale + weights.picture.offset)[None])
    return interpreter.invoke  # type: ignore[no-any-return]


def _interpreter(weights: "Weights") -> Any:
    from models import wheel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the name the package had before
        from ai_edge_litert.interpreter import Interpreter
    data = wheel.source(weights)
    interpreter = Interpreter(model_content=data, num_threads=1)
    interpreter.allocate_tensors()
    return interpreter


def _report(found: list[Times], complete: list[Times], blocks: int) -> None:
    worst = max(found, key=lambda each: each.ratio / _BARS.get(each.name, 1.0))
    result = {
        "benchmark": "models",
        "ratio": round(worst.ratio / _BARS.get(worst.name, 1.0), 3),
        "worst": worst.name,
        "geometric_mean": round(statistics.geometric_mean(each.ratio for each in found), 3),
        "ratios": {each.name: round(each.ratio, 3) for each in found},
        "ratio_best_worst": {
            each.name: [round(each.spread[0], 3), round(each.spread[1], 3)] for each in found
        },
        "every_output": {each.name.partition(",")[0]: round(each.ratio, 3) for each in complete},
        "bars": {each.name: _BARS.get(each.name, 1.0) for each in found},
        "blocks": blocks,
    }
    print(json.dumps(result))
