"""Bytes to characters: every encoding a report comes in, whole, cut and damaged."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linlan import PARAGRAPHS

from baoshu.errors import ReportError
from baoshu.reports.decode import decode

TEXT = "\n".join(PARAGRAPHS)
UNMARKED = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


@pytest.mark.parametrize("encoding", [*UNMARKED, "utf-8-sig", "utf-16", "utf-32", "gbk"])
@pytest.mark.parametrize("length", [len(TEXT), 60, 14])
def test_the_encoding_is_found_by_itself(encoding, length):
    assert decode(TEXT[:length].encode(encoding), "a.txt") == TEXT[:length]


@given(start=st.integers(0, len(TEXT) - 40), length=st.integers(20, 400), encoding=st.sampled_from(UNMARKED))
def test_any_stretch_of_chinese_prose_is_decoded_right(start, length, encoding):
    stretch = TEXT[start : start + length]
    assert decode(stretch.encode(encoding), "a.txt") == stretch


@given(st.text(min_size=1).filter(lambda text: text.strip() and not any(c < " " or c in "\x7f\ufffd\ufeff" for c in text)))
@settings(max_examples=200)
def test_valid_utf8_is_taken_as_it_is(text):
    data = text.encode()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
    if not marked and text.strip("\u3000\xa0 "):
        assert decode(data, "a.txt") == text


@pytest.mark.parametrize("encoding", UNMARKED)
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_file_cut_in_mid_character_keeps_all_before_the_cut(encoding, cut):
    found = decode(TEXT.encode(encoding)[:-cut], "a.txt")
    assert TEXT.startswith(found.rstrip("\ufffd"))
    assert len(found) >= len(TEXT) - 3


@pytest.mark.parametrize("encoding", UNMARKED)
@pytest.mark.parametrize("seed", range(5))
def test_a_few_bad_bytes_do_not_change_the_encoding_that_is_found(encoding, seed):
    data = bytearray(TEXT.encode(encoding))
    chance = random.Random(seed)
    for _ in range(4):
        data[chance.randrange(len(data))] = 0xFF
    found = decode(bytes(data), "a.txt")
    lines = [line for line in PARAGRAPHS if line in found]
    assert len(lines) >= len(PARAGRAPHS) - 6


def test_bytes_that_are_no_utf8_stand_as_replacement_characters():
    data = TEXT.encode()
    assert decode(data[:300] + b"\xff\xfe" + data[300:], "a.txt").replace("\ufffd", "") == TEXT


def test_stray_nul_bytes_do_not_make_a_text_binary():
    assert decode(TEXT.encode() + b"\x00\x00", "a.txt") == TEXT + "\x00\x00"


def test_rare_characters_and_emoji_are_text():
    text = "㮾梨镇😀𠮷野家𪚥"
    assert decode(text.encode(), "a.txt") == text


def test_traditional_chinese_in_big5_is_found_by_the_library():
    text = "施政報告。經濟發展持續向好，失業率維持在較低水平，市民生活得到改善，旅遊業穩步復甦。" * 5
    assert decode(text.encode("big5"), "a.txt") == text


def test_the_declared_encoding_counts_only_when_the_common_ones_do_not_fit():
    cantonese = "佢哋喺嚟緊嗰幾年會起多啲單位。"
    assert decode(cantonese.encode("big5hkscs"), "a.html", declared="big5hkscs") == cantonese
    assert decode(TEXT.encode(), "a.html", declared="gb2312") == TEXT


@pytest.mark.parametrize(
    "data, what",
    [
        (b"", "empty file"),
        (b" \r\n\t\n", "empty file"),
        (b"\x00" * 100, "empty file"),
        ("\ufeff　\n".encode(), "empty file"),
        (random.Random(1).randbytes(5000), "binary data"),
        (b"\x89PNG\r\n\x1a\n" + random.Random(2).randbytes(3000), "binary data"),
        (b"\x7fELF\x02\x01\x01" + bytes(2000) + random.Random(3).randbytes(2000), "binary"),
        (TEXT.encode().replace("的".encode(), b"\xff").replace("，".encode(), b"\xff\xff"), "damaged data"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data, what):
    with pytest.raises(ReportError) as error:
        decode(data, "folder/a.txt")
    message = str(error.value)
    assert message.startswith("folder/a.txt: ")
    assert what in message
    assert "expected" in message
    assert "\n" not in message
