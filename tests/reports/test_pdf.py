"""PDF files as they are typeset: paragraphs come back whole across lines and pages."""

import io

import pytest
from PIL import Image
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from baoshu.errors import ReportError
from baoshu.reports.pdf import read_pdf

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
HEAD_LINES = 3
SPREAD = "排得松一些的一行字里面没有空格呀"
BODY_LINES = ("船厂的坞门在春分那天打开，第一条新船", "当天下水。")


def typeset(paragraphs, *, size=16, indent=2, space=0, align=TA_JUSTIFY, header="临澜市人民政府工作报告", footer="— {} —", **options):
    """Return a PDF: the first three lines centred, the others as body text, a running head and a page number on each page."""
    body = ParagraphStyle(
        "body", fontName=FONT, fontSize=size, leading=1.75 * size, firstLineIndent=indent * size, wordWrap="CJK", alignment=align, spaceAfter=space
    )
    centred = ParagraphStyle("centred", parent=body, alignment=TA_CENTER, firstLineIndent=0)

    def decorate(canvas, document):
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 40, header)
        canvas.drawCentredString(A4[0] / 2, 40, footer.format(document.page))

    story = [Paragraph(text, centred if number < HEAD_LINES else body) for number, text in enumerate(paragraphs)]
    buffer = io.BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, **options).build(story, onFirstPage=decorate, onLaterPages=decorate)
    return buffer.getvalue()


def drawn(*pages):
    """Return a PDF whose pages are made by functions of the canvas."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    for draw in pages:
        canvas.setFont(FONT, 16)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def image(canvas):
    canvas.drawInlineImage(Image.new("RGB", (60, 80), "white"), 50, 50, 400, 600)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="justified"),
        pytest.param({"align": TA_LEFT}, id="ragged right"),
        pytest.param({"size": 10.5}, id="small type"),
        pytest.param({"indent": 0, "space": 14}, id="gaps instead of indents"),
        pytest.param({"footer": "第{}页 共9页", "header": "（会议文件之二）"}, id="page numbers in words"),
        pytest.param({"footer": "{}"}, id="bare page numbers"),
    ],
)
def test_paragraphs_are_joined_across_lines_and_pages(paragraphs, options):
    text = [*paragraphs[:-1], *(line.replace("（", "（十") for line in paragraphs[6:-1]), paragraphs[-1]]
    assert read_pdf(typeset(text, **options), "a.pdf") == text


def test_a_paragraph_of_several_pages_is_one(paragraphs):
    long = "沿江的村子一个接一个亮起了灯，" * 150 + "这就是去年的变化。"
    text = [*paragraphs[:5], long, paragraphs[5], long.replace("灯", "窗")]
    assert read_pdf(typeset(text), "a.pdf") == text


@pytest.mark.parametrize("options", [{}, {"indent": 0, "space": 16}])
def test_a_number_that_shortens_a_line_does_not_end_its_paragraph(paragraphs, options):
    text = [*paragraphs[:4], *("这一段讲的是水。" + "渔" * filler + "民增收。123456.5万元用于改造码头，余下的修路。" for filler in range(9, 15))]
    assert read_pdf(typeset(text, align=TA_LEFT, header="", **options), "a.pdf") == text


def test_a_centred_line_that_runs_over_is_one_and_a_full_heading_is_not_joined_to_its_text(paragraphs):
    session = "——2024年1月16日在临澜山海自治区第八届人民代表大会第三次全体会议上"
    headings = [f"（{'一二三四五'[number]}）" + "渔" * (18 + number) for number in range(5)]
    body = [line for heading in headings for line in (heading, paragraphs[6])]
    text = [paragraphs[0], session, *paragraphs[2:5], *body]
    assert read_pdf(typeset(text), "a.pdf") == text


def test_a_space_that_is_drawn_is_kept_and_one_from_spreading_is_not():
    def page(canvas):
        canvas.drawString(80, 700, "市长 闻汐")
        for number in range(8):
            canvas.drawString(80 + 38 * number, 600, SPREAD[2 * number : 2 * number + 2])
        canvas.drawString(80, 500, "占位的一行文字，让这一页不是空的。")

    found = read_pdf(drawn(page), "a.pdf")
    assert found[0] == "市长 闻汐"
    assert SPREAD in "".join(found)


def test_a_gap_parts_paragraphs_whose_last_line_is_full():
    def page(canvas):
        for number, line in enumerate(
            [
                "渔港的灯一盏接一盏亮了起来，照着",
                "归航的船，也照着等船回来的家里人。",
                "",
                "山路修到了最高的村子，运茶的车到",
                "下午就能开进城里，茶叶当天上货架。",
            ]
        ):
            canvas.drawString(80, 600 - 24 * number, line)

    assert [len(paragraph) for paragraph in read_pdf(drawn(page), "a.pdf")] == [33, 33]


def test_a_running_head_goes_also_from_two_pages():
    def page(canvas):
        canvas.drawString(200, A4[1] - 40, "会议文件")
        for number, line in enumerate(BODY_LINES):
            canvas.drawString(80, 600 - 28 * number, line)

    assert read_pdf(drawn(page, page), "a.pdf") == ["".join(BODY_LINES)] * 2


def test_a_scanned_pdf_is_refused_and_a_picture_on_one_page_is_not(paragraphs):
    def text(canvas):
        for number, line in enumerate(BODY_LINES):
            canvas.drawString(80, 600 - 28 * number, line)

    with pytest.raises(ReportError, match="3 of 3 pages are images without text"):
        read_pdf(drawn(image, image, image), "a.pdf")
    with pytest.raises(ReportError, match="2 of 4 pages are images without text"):
        read_pdf(drawn(text, image, text, image), "a.pdf")
    assert read_pdf(drawn(image, text, text, text), "a.pdf") == ["".join(BODY_LINES)] * 3


@pytest.mark.parametrize(
    "make, what",
    [
        pytest.param(lambda lines: typeset(lines, encrypt=StandardEncryption("geheim", ownerPassword="o")), "an encrypted PDF", id="encrypted"),
        pytest.param(lambda lines: drawn(lambda canvas: None), "without a text layer (no text)", id="blank page"),
        pytest.param(lambda lines: b"%PDF-1.7 and nothing else", "not a readable PDF", id="damaged"),
        pytest.param(lambda lines: typeset(lines)[:200], "not a readable PDF", id="cut"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(paragraphs, make, what):
    with pytest.raises(ReportError) as error:
        read_pdf(make(paragraphs), "b/a.pdf")
    message = str(error.value)
    assert message.startswith("b/a.pdf: ")
    assert what in message
    assert "expected" in message
    assert error.value.hint
    assert "\n" not in message


def test_more_pages_than_the_limit_are_refused_with_the_setting_that_raises_it(monkeypatch):
    def page(canvas):
        canvas.drawString(80, 600, BODY_LINES[0])

    monkeypatch.setenv("BAOSHU_MAX_PAGES", "2")
    assert read_pdf(drawn(page, page), "a.pdf")
    with pytest.raises(ReportError, match=r"3 pages.*at most 2 .*BAOSHU_MAX_PAGES"):
        read_pdf(drawn(page, page, page), "a.pdf")


def test_a_pdf_that_opens_without_a_password_is_read(paragraphs):
    assert read_pdf(typeset(paragraphs, encrypt=StandardEncryption("", ownerPassword="o")), "a.pdf") == paragraphs
