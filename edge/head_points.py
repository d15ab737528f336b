"""Where the bony points of a head lie: millimetres, in the head's own frame (see `head`).

Measured, not modelled: it is what the face mesh answers to an even grey picture, the middle of all faces that
it knows. Its two sides are averaged. Its irises come out as ellipses; across and down are each scaled so that
they are circles of 11.7 mm, the adult iris. From the root of the nose to its base it then measures 52.6 mm,
where Farkas (Anthropometry of the Head and Face, 1994, n-sn) gives 50.6 for women and 54.8 for men, and
between the outer corners of the eyes 88.2 mm (87.8 and 91.2). Depth is scaled to his nose (sn-prn, 19.6 mm).
`tests/edge/test_head.py` measures it anew.

Brows, lids, lips, cheeks and chin are left out: they move without the head.
"""

from typing import Final

#: Adults' irises hardly differ: 11.7 mm, give or take 0.5.
IRIS_MM: Final = 11.7

#: Index of the mesh, mm down, mm away from the camera, and how much it counts.
MIDDLE: Final = (
    (10, -55.0, -19.4, 0.5),
    (151, -38.8, -22.4, 1.0),
    (9, -22.1, -23.4, 0.5),
    (8, -13.0, -21.5, 1.0),
    (168, -4.1, -20.9, 1.0),
    (6, 4.9, -24.8, 1.0),
    (197, 12.7, -29.5, 1.0),
    (195, 19.8, -34.6, 1.0),
    (5, 27.4, -39.7, 1.0),
    (4, 36.1, -41.6, 1.0),
    (1, 42.6, -38.8, 1.0),
    (2, 48.5, -22.0, 0.5),
)

#: Index on the subject's right and on the left, mm from the middle, down and away from the camera, and how
#: much each counts. The rim of the mesh slides on a turned head, so it counts less.
SIDES: Final = (
    (33, 263, 44.1, -0.2, 2.8, 1.0),
    (133, 362, 17.4, 0.2, -2.8, 1.0),
    (193, 417, 8.7, -5.5, -16.6, 1.0),
    (122, 351, 6.0, 6.3, -22.1, 1.0),
    (174, 399, 10.2, 17.2, -22.9, 1.0),
    (236, 456, 10.3, 23.4, -27.3, 1.0),
    (98, 327, 18.4, 45.8, -13.7, 0.5),
    (108, 337, 16.9, -39.2, -21.0, 0.5),
    (109, 338, 19.0, -54.5, -17.9, 0.3),
    (69, 299, 31.5, -39.5, -16.2, 0.5),
    (67, 297, 34.8, -52.3, -11.1, 0.3),
    (104, 333, 45.0, -37.6, -7.6, 0.5),
    (103, 332, 48.8, -47.3, 1.1, 0.3),
    (68, 298, 53.7, -32.2, 2.4, 0.5),
    (54, 284, 57.5, -39.4, 15.1, 0.3),
    (21, 251, 62.5, -28.9, 28.8, 0.3),
    (162, 389, 64.6, -17.2, 43.4, 0.3),
    (127, 356, 64.5, -2.2, 55.4, 0.3),
    (234, 454, 63.6, 12.6, 61.9, 0.3),
    (116, 345, 59.5, 15.0, 17.5, 0.5),
    (117, 346, 50.1, 17.1, 4.7, 0.5),
)
