"""JSON that is read value by value: too deep, too long or cut off, it is refused, and takes neither memory nor process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphbuild.files.intake import InputError
from graphbuild.files.jsonfiles import read_objects
from graphbuild.files.jsonstream import DEEPEST, each_object, first_fields
from graphbuild.read import kind_of

LONG = "9" * 6000


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_fields_of_the_first_object_are_those_of_no_other(tmp_path: Path) -> None:
    text = '{"a": {"inner": [{"deep": 1}]}, "b": 1.5}'
    for form in (text, f"[{text}, {{}}]", f"{text}\n" + '{"other": 1}'):
        assert first_fields(written(tmp_path, form)) == {"a", "b"}


@pytest.mark.parametrize("text", [f'{{"a": {LONG}}}', f'[{{"id": 1, "a": [{LONG}]}}]'])
def test_an_integer_of_thousands_of_digits_ends_no_process(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert kind_of(path) == ""
    with pytest.raises(InputError, match="breaks off"):
        list(each_object(path))
    with pytest.raises(InputError, match="holds a number that is too long; write it as text"):
        read_objects(path)


@pytest.mark.parametrize("text", ["[" * 200_000, '[{"a": "]]]", "b": ' + '[{"a": "]}", "b": ' * 100_000])
def test_what_is_nested_too_deeply_is_refused_before_it_fills_the_memory(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert first_fields(path) <= {"a", "b"}
    with pytest.raises(InputError, match="nested too deeply"):
        list(each_object(path))


def test_brackets_in_strings_do_not_count(tmp_path: Path) -> None:
    values = [{"a": "[{\\\"" * 50_000 + "\\", "\"[": [[n]]} for n in range(DEEPEST)]
    assert list(each_object(written(tmp_path, json.dumps(values)))) == values
