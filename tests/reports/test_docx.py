"""Word files, made from the XML that Word and WPS write: what is read, in which order, and what is refused."""

import io
import zipfile

import pytest

from baoshu.errors import ReportError
from baoshu.reports.docx import read_docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def document(body, *, namespace=W, prolog='<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'):
    return f'{prolog}<w:document xmlns:w="{namespace}" {NAMESPACES}><w:body>{body}</w:body></w:document>'


def pack(xml, name="word/document.xml"):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, xml)
    return buffer.getvalue()


def lines(body, **options):
    return [line for line in read_docx(pack(document(body, **options)), "a.docx") if line.strip()]


def run(text):
    return f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*runs, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def row(*cells, properties=""):
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(f'<w:tc><w:tcPr/>{cell}</w:tc>' for cell in cells)}</w:tr>"


def text_box(*paragraphs):
    content = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><a:graphicData><wps:wsp><wps:txbx>'
        f"{content}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


@pytest.mark.parametrize(
    "body, expected",
    [
        pytest.param(par(run("渔港"), run("扩容"), run("完工。")) + par(run("第二段。")), ["渔港扩容完工。", "第二段。"], id="runs and paragraphs"),
        pytest.param(par(run("上行"), "<w:r><w:br/></w:r>", run("下行")), ["上行", "下行"], id="soft break"),
        pytest.param(par(run("前页"), '<w:r><w:br w:type="page"/></w:r>', run("后页")), ["前页", "后页"], id="page break"),
        pytest.param(par(run("市长"), "<w:r><w:tab/></w:r>", run("闻汐")), ["市长\t闻汐"], id="tab"),
        pytest.param(par(properties='<w:tabs><w:tab w:val="left"/></w:tabs>') + par(run("正文")), ["正文"], id="tab stops are no text"),
        pytest.param(
            par(run("新增"), '<w:ins w:id="1" w:author="甲">' + run("120") + "</w:ins>", '<w:del w:id="2"><w:r><w:delText>90</w:delText></w:r></w:del>', run("口")),
            ["新增120口"],
            id="tracked insertion kept, deletion dropped",
        ),
        pytest.param(par(f'<w:moveFrom w:id="1">{run("旧处")}</w:moveFrom>') + par(f'<w:moveTo w:id="1">{run("新处")}</w:moveTo>'), ["新处"], id="tracked move"),
        pytest.param(
            par(run("前半句，"), properties='<w:rPr><w:del w:id="3"/></w:rPr>') + par(run("后半句。")), ["前半句，后半句。"], id="deleted end of paragraph"
        ),
        pytest.param(par(run("末句"), properties='<w:rPr><w:del w:id="3"/></w:rPr>'), ["末句"], id="deleted end of the last paragraph"),
        pytest.param(
            "<w:tbl>" + row(par(run("甲")), par(run("乙"))) + row(par(run("旧")), par(run("旧")), properties='<w:del w:id="4"/>') + "</w:tbl>",
            ["甲\t乙"],
            id="deleted row",
        ),
        pytest.param(
            f"<w:sdt><w:sdtPr><w:alias w:val='标题'/></w:sdtPr><w:sdtContent>{par(run('块级控件'))}</w:sdtContent></w:sdt>"
            + par("<w:sdt><w:sdtContent>" + run("行内控件") + "</w:sdtContent></w:sdt>"),
            ["块级控件", "行内控件"],
            id="content controls",
        ),
        pytest.param(par(run("前"), text_box(par(run("框内一")), par(run("框内二"))), run("后")) + par(run("下段")), ["前后", "框内一", "框内二", "下段"], id="text box once"),
        pytest.param(
            par('<w:r><w:pict><v:textbox><w:txbxContent>' + par(run("老式文本框")) + "</w:txbxContent></v:textbox></w:pict></w:r>"), ["老式文本框"], id="VML text box"
        ),
        pytest.param(
            par(run("表前")) + "<w:tbl>" + row(par(run("指标")), par(run("数值"))) + row(par(run("货运量")), par(run("31.8")) + par(run("万标箱"))) + "</w:tbl>" + par(run("表后")),
            ["表前", "指标\t数值", "货运量\t31.8万标箱", "表后"],
            id="table rows in reading order",
        ),
        pytest.param(
            "<w:tbl>" + row(par(run("外")), "<w:tbl>" + row(par(run("内一")), par(run("内二"))) + "</w:tbl>") + "</w:tbl>", ["外\t内一\t内二"], id="nested table"
        ),
        pytest.param("<w:tbl>" + row(par(run("第一段。")) + par(run("第二段。"))) + "</w:tbl>", ["第一段。", "第二段。"], id="a frame of one cell"),
        pytest.param(
            "<w:tbl>" + row(par(run("左栏")), par(run("第一段。")) + par(run("第二段。"))) + "</w:tbl>", ["左栏", "第一段。", "第二段。"], id="table that lays out prose"
        ),
        pytest.param(
            par('<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>' + run("7")) + par("<w:hyperlink>" + run("链接文字") + "</w:hyperlink>"),
            ["7", "链接文字"],
            id="fields and links",
        ),
        pytest.param(par("<w:r><w:ruby><w:rt>" + run("yú") + "</w:rt><w:rubyBase>" + run("渔") + "</w:rubyBase></w:ruby></w:r>", run("港")), ["渔港"], id="phonetic guide"),
        pytest.param(par(run("每秒10"), "<m:oMath><m:r><m:t>18</m:t></m:r></m:oMath>", run("次")), ["每秒1018次"], id="formula"),
        pytest.param(par(run("a &lt; b &amp; 𠮷😀")), ["a < b & 𠮷😀"], id="entities and characters beyond the BMP"),
    ],
)  # fmt: skip
def test_word_features_are_read_as_word_shows_them(body, expected):
    assert lines(body) == expected


def test_strict_open_xml_is_read_like_the_usual_one():
    assert lines(par(run("严格格式。")), namespace=STRICT) == ["严格格式。"]


def test_the_main_document_may_have_a_number():
    assert [line for line in read_docx(pack(document(par(run("正文。"))), "word/document2.xml"), "a.docx") if line] == ["正文。"]


def test_a_utf16_document_is_read():
    xml = document(par(run("正文。")), prolog='<?xml version="1.0" encoding="UTF-16"?>')
    assert [line for line in read_docx(pack(xml.encode("utf-16")), "a.docx") if line] == ["正文。"]


def damaged_stream():
    data = bytearray(pack(document(par(run("文" * 5000)))))
    start = data.index(b"word/document.xml") + 30
    data[start : start + 40] = bytes(40)
    return bytes(data)


BOMB_XML = document(par(run("　" * 20_000_000)))
LAUGHS = '<!DOCTYPE w [<!ENTITY a "笑"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "data, what",
    [
        pytest.param(b"no zip at all", "not a readable .docx", id="no zip"),
        pytest.param(pack(document(par(run("正文")) * 50))[:-60], "not a readable .docx", id="cut zip"),
        pytest.param(damaged_stream(), "not a readable .docx", id="damaged stream"),
        pytest.param(pack("<x/>", name="xl/workbook.xml"), "no Word document", id="spreadsheet"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted or old (.doc)", id="old or encrypted"),
        pytest.param(pack(document(par(run("正文")))[:-30]), "damaged Word document", id="cut XML"),
        pytest.param(pack(document(par(run("&b;")), prolog=LAUGHS)), "damaged Word document", id="entities"),
        pytest.param(pack(document(par(run("x")), prolog='<!DOCTYPE w SYSTEM "file:///etc/passwd">')), "damaged Word document", id="external DTD"),
        pytest.param(
            pack(document(par(run("x")), prolog='<?xml version="1.0" encoding="klingon"?>')), "damaged Word document", id="unknown encoding"
        ),
        pytest.param(pack(document("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000)), "nested deeper than 1,000", id="deep nesting"),
        pytest.param(pack(document("<w:tbl><w:tr><w:tc><w:p>" * 50_000)), "nested deeper than 1,000", id="deep tables"),
        pytest.param(pack(BOMB_XML), "unpacks to more than 30,000,000 bytes", id="zip bomb"),
    ],
)
def test_what_is_no_readable_word_file_is_refused_in_one_line(data, what):
    with pytest.raises(ReportError) as error:
        read_docx(data, "b/a.docx")
    message = str(error.value)
    assert message.startswith("b/a.docx: ")
    assert what in message
    assert "expected" in message
    assert error.value.hint
    assert "\n" not in message
