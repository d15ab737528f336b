"""Reading JSON in pieces gives what reading it at once gives."""

import json

import pytest

from edge import json_pieces

TEXTS = (
    '{"products": [{"a": [1, 2, {"b": null}]}, {"c": "é口\\u00e9\\n"}], "language": "en", "looks": []}',
    " \n{ }\t",
    '{"a":[[]],"b":{"c":[1]},"a":[2 , 3 ]}',
    "[1, 2]",
    '"words"',
    "12.5",
)
BROKEN = (
    "",
    "{",
    '{"a": [1, 2}',
    '{"a": [1,]}',
    '{"a": 1,}',
    '{"a" 1}',
    "{1: 2}",
    '{"a": [1]} more',
    '{"a": [1]',
    '{"a": [1 2]}',
    "nothing",
)


@pytest.mark.parametrize("text", TEXTS)
def test_it_reads_the_same(text: str) -> None:
    assert json_pieces.loads(text, lambda: None) == json.loads(text)


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_broken_is_refused(text: str) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    with pytest.raises(json.JSONDecodeError):
        json_pieces.loads(text, lambda: None)


def test_it_pauses_between_the_elements() -> None:
    pauses: list[None] = []
    json_pieces.loads(
        '{"products": [{}, {}, {}], "looks": [1], "other": {"not": [2, 3]}}', lambda: pauses.append(None)
    )
    assert len(pauses) == 4
