"""Web pages as government sites build them: the report comes back, the site around it does not."""

import time

import pytest

from baoshu.errors import ReportError
from baoshu.reports.html import read_html
from baoshu.reports.read import read_report

MENU = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in ("首页", "要闻", "政务公开", "办事服务", "互动交流", "走进临澜"))
NEWS = "".join(
    f'<li><a href="/n{number}.html">市政府第{number}次常务会议，研究海塘、码头和学校。</a><i>01-{number}</i></li>' for number in range(10, 24)
)


def as_p(lines):
    return "<div id='zoom' class='content'>" + "\n".join(f"<p style='text-indent:2em'>　　{line}</p>" for line in lines) + "</div>"


def as_br(lines):
    return "<div class='content'>" + "<br/>\n".join(f"&nbsp;&emsp;&emsp;{line}" for line in lines) + "</div>"


def as_blank_br(lines):
    return "<div class='content'>" + "<br><br>".join(f"　　{line}" for line in lines) + "</div>"


def as_spans(lines):
    return "".join(f"<div><span style='font-size:16pt'><font face='仿宋'>　　{line}</font></span></div>" for line in lines)


def as_rows(lines):
    return "<table>" + "".join(f"<tr><td><span>　　{line}</span></td></tr>" for line in lines) + "</table>"


def as_pre(lines):
    return "<pre>" + "\n".join(f"　　{line}" for line in lines) + "</pre>"


def page(content, *, charset="utf-8", title="2024年临澜市政府工作报告", layout="div"):
    inside = (
        f"<div class='path'>您现在的位置：<a href='/'>首页</a> &gt; <a href='/z/'>政府工作报告</a></div><h1>{title}</h1>"
        "<div class='info'>来源：临澜日报　发布时间：2024-01-22 08:30　浏览次数：<span id='n'></span> 【字号：<a href='#'>大</a> <a href='#'>中</a> <a href='#'>小</a>】</div>"
        f"{content}<p>责任编辑：王小舟</p><div><a href='javascript:window.print()'>【打印本页】</a><a href='#'>【关闭窗口】</a></div>"
    )
    if layout == "table":
        main = f"<table width='980'><tr><td width='220'><ul>{NEWS}</ul></td><td valign='top'>{inside}</td></tr></table>"
    else:
        main = f"<div class='main'><div class='left'>{inside}</div><div class='right'><h3>相关报道</h3><ul>{NEWS}</ul></div></div>"
    return (
        f"<!DOCTYPE html><html><head><meta http-equiv='Content-Type' content='text/html; charset={charset}'><title>{title}-临澜市人民政府</title>"
        "<style>p{margin:0}</style><script>document.write('<p>脚本里的话，不算。</p>')</script></head><body>"
        f"<div class='top'>今天是星期一 <a href='/en'>English</a></div><ul>{MENU}</ul><nav>网站导航，请选择。</nav>{main}"
        "<div class='foot'>主办：临澜市人民政府办公室<br>版权所有：临澜市人民政府　网站标识码：3399000001<br>浙ICP备05012345号</div></body></html>"
    )


@pytest.mark.parametrize(
    "build, layout", [(as_p, "div"), (as_br, "div"), (as_blank_br, "div"), (as_spans, "table"), (as_rows, "table"), (as_pre, "div")]
)
@pytest.mark.parametrize(
    "charset, encoding", [("utf-8", "utf-8"), ("gb2312", "gb18030"), ("GBK", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "gb18030")]
)
def test_the_report_is_read_from_every_type_of_page(tmp_path, paragraphs, build, layout, charset, encoding):
    file = tmp_path / "a.html"
    file.write_bytes(page(build(paragraphs), charset=charset, layout=layout).encode(encoding))
    assert read_report(file).text.split("\n") == paragraphs


def test_the_site_around_the_report_is_left_out(paragraphs):
    found = "\n".join(read_html(page(as_p(paragraphs)).encode(), "a.html"))
    for word in ("常务会议", "政务公开", "网站导航", "脚本", "主办", "ICP", "English"):
        assert word not in found


def read(body, head=""):
    return read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), "a.html")


PROSE = "这一句话讲的是渔港，讲的是码头，也讲的是山路；它有逗号，也有句号。"


@pytest.mark.parametrize(
    "body, expected",
    [
        pytest.param(f"<form id='aspnetForm'><div>{PROSE}</div></form>", [PROSE], id="a page that is one form"),
        pytest.param(f"<article><header><h2>小标题</h2></header><p>{PROSE}</p></article><header>网站抬头，欢迎。</header>", ["小标题", PROSE], id="header of the article"),
        pytest.param(f"<div>{PROSE}</div><div style='display: none'>看不见的话，看不见。</div><p hidden>也看不见。</p>", [PROSE], id="hidden parts"),
        pytest.param(f"<div>{PROSE}<nav>站内导航，请选。</nav><aside>旁注，不算。</aside></div>", [PROSE], id="navigation within the content"),
        pytest.param("<p>经济\n   发展，稳中\n向好。</p>", ["经济发展，稳中向好。"], id="line breaks of the source between Chinese characters"),
        pytest.param("<p>全长 12\n公里，GDP\ngrowth。</p>", ["全长 12 公里，GDP growth。"], id="other breaks are blanks"),
        pytest.param(f"<p>{PROSE}</p><table><tr><th>指标</th><th>数值</th></tr><tr><td><p>货运量</p></td><td><p>31.8</p><p>万箱</p></td></tr></table>", [PROSE, "指标\t数值", "货运量\t31.8万箱"], id="data table"),
        pytest.param(f"<p>{PROSE}<a name='top'>书签里的文字</a></p>", [PROSE + "书签里的文字"], id="anchors are no links"),
        pytest.param(f"<p>{PROSE}<a href='/x'>链接</a>。</p>", [PROSE + "链接。"], id="a link inside prose"),
        pytest.param(f"<p>{PROSE}</p><p><a href='/x'>相关文章一</a> <a href='/y'>相关文章二</a></p>", [PROSE], id="a line of links"),
        pytest.param(f"<div><div><p>{PROSE * 7}</p></div><div><p>{PROSE}</p><p>{PROSE}</p></div></div>", [PROSE * 7, PROSE, PROSE], id="content in two blocks"),
        pytest.param("<p>a &lt; b &amp; 𠮷&#x1F600;<!-- 注 --></p>", ["a < b & 𠮷😀"], id="entities and comments"),
        pytest.param(f"<DIV>{PROSE}<P>没有结尾标签的一段，照样。<P>还有一段，也照样。", [PROSE, "没有结尾标签的一段，照样。", "还有一段，也照样。"], id="open tags"),
    ],
)  # fmt: skip
def test_markup_is_read_as_a_browser_shows_it(body, expected):
    assert read(body) == expected


@pytest.mark.parametrize(
    "head, body, first",
    [
        ("<meta name='ArticleTitle' content='临澜市2024年政府工作报告'>", f"<p>{PROSE}</p>", "临澜市2024年政府工作报告"),
        (
            "<title>临澜市2024年政府工作报告_临澜市人民政府</title>",
            f"<h1>临澜市人民政府门户网站</h1><div><p>{PROSE}</p></div>",
            "临澜市2024年政府工作报告",
        ),
        ("<title>首页</title>", f"<div><h2>临澜市2024年政府工作报告</h2></div><div><p>{PROSE}</p></div>", "临澜市2024年政府工作报告"),
        ("<title>临澜市2024年政府工作报告</title>", f"<p>临澜市 2024年政府工作报告</p><p>{PROSE}</p>", "临澜市 2024年政府工作报告"),
        ("<title>临澜市人民政府</title>", f"<div><p>{PROSE}</p></div>", PROSE),
    ],
)
def test_the_title_comes_first_and_once(head, body, first):
    found = read(body, head)
    assert found[0] == first
    assert found[-1] == PROSE
    assert len(found) == len(set(found)) == (1 if first == PROSE else 2)


@pytest.mark.parametrize(
    "data, what",
    [
        pytest.param(b"<html><frameset><frame src='a.htm'></frameset></html>", "a page without text", id="frames"),
        pytest.param("<html><body><script>var 内容;</script></body></html>".encode(), "a page without text", id="script only"),
        pytest.param(("<div>" * 3000 + "深").encode(), "nested deeper than 1,000", id="deep"),
        pytest.param(("<div>" * 100_000 + "更深").encode(), "nested deeper than 1,000", id="very deep"),
        pytest.param(("<table><tr><td>" * 600 + "表中表").encode(), "nested deeper than 1,000", id="tables in tables"),
    ],
)
def test_a_page_that_holds_nothing_or_too_much_is_refused_in_one_line(data, what):
    started = time.perf_counter()
    with pytest.raises(ReportError) as error:
        read_html(data, "b/a.html")
    message = str(error.value)
    assert message.startswith("b/a.html: ")
    assert what in message
    assert "; expected " in message
    assert error.value.hint
    assert "\n" not in message
    assert time.perf_counter() - started < 5


def test_nesting_below_the_limit_is_read_without_recursion():
    nested = "<table><tr><td>" * 200 + PROSE + "</td></tr></table>" * 200
    assert read(nested) == [PROSE]
