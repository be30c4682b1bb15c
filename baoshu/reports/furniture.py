"""Lines that are no part of a report: buttons and labels of web pages, page numbers, captions, advertising."""

from __future__ import annotations

import re

_MAX_LINE = 160
_LABELLED = (
    "来源|信息来源|文章来源|稿件来源|数据来源|稿源|供稿|作者|撰稿|编辑|责任编辑|责编|记者|审核|审校|校对|初审|终审|监制|"
    "时间|日期|发布时间|发布日期|发表时间|更新时间|更新日期|成文日期|生成日期|公开日期|发文日期|印发日期|"
    "浏览|浏览次数|浏览量|点击|点击数|点击量|点击次数|阅读|阅读量|阅读次数|访问量|访问次数|人气|"
    "索引号|文号|发文字号|发文机关|发布机构|发布单位|公开机构|公开方式|公开范围|公开形式|主题分类|主题词|组配分类|体裁分类|信息类别|有效性|关键词|信息名称|"
    "字号|字体|分享|分享到|当前位置|您的位置|您现在的位置|您当前的位置|所在位置|现在位置|"
    "主办|主办单位|承办|承办单位|协办单位|版权所有|技术支持|联系电话|网站标识码|备案号|附件下载|相关附件|上一篇|下一篇|上一条|下一条|上一页|下一页"
)
_LABEL = re.compile(rf"[【\[(（]?(?:{_LABELLED})[:：].*")
# Longer words stand before their beginnings: the repetition is possessive, a line of a thousand buttons takes no backtracking.
_BUTTONS = re.compile(
    "(?:下载|打印本页|打印此页|打印页面|打印|全屏|加入收藏|收藏|设为首页|加大|还原|减小|关闭窗口|关闭本页|关闭|返回顶部|返回首页|返回列表|返回|回到顶部|网站首页|首页|"
    "分享文章|分享到|分享|复制链接|上一篇|下一篇|上一页|下一页|字体|字号|大|中|小|默认|我要纠错|纠错|朗读|语音播报|收听|无障碍浏览|无障碍阅读|无障碍|长者模式|适老化|"
    "关怀版|简体中文|简体|繁体|繁體|English|登录|注册|搜索|网站地图|联系我们|网站声明|微信|新浪微博|微博|QQ空间|朋友圈|扫一扫|"
    r"[\[\]【】()（）|｜·:：>＞»/\\+\-—_^×✕←→↑*])++"
)
_OTHER = re.compile(
    r"""(?x)
    (?:扫一扫|扫码|微信扫|手机扫|用手机).{0,30}
    |版权所有.{0,80}|(?i:copyright|©).{0,100}|(?i:all\ ?rights\ ?reserved).{0,20}
    |.{0,30}ICP[备证].{0,60}|.{0,20}公网安备.{0,60}
    |您是第\d+位访[客问].{0,10}|本[页文]共?\d+人(?:浏览|阅读)
    |[-—–－·•~]+\d{1,3}[-—–－·•~]+|第\d{1,3}页(?:[,，/]?共\d{1,3}页)?|\d{1,3}/\d{1,3}|(?i:page)\d{1,3}(?:of\d{1,3})?
    |20\d\d[-/.]\d{1,2}[-/.]\d{1,2}(?:\d{1,2}:\d\d(?::\d\d)?)?(?:来源[:：].{0,40})?|20\d\d年\d{1,2}月\d{1,2}日\d{1,2}:\d\d(?:来源[:：].{0,40})?
    |[^。！？]{0,80}。?(?:本报|本网|新华社|中新社)?(?:首席|全媒体)?(?:记者|通讯员)[^。]{0,30}摄影?[）)。]*|[^。]{0,40}摄影[:：].{0,20}|\(?（?(?:图|题图|资料图)[:：/|].{0,40}
    |(?:网站)?首页[>＞»/\\]+.{1,60}
    |.{2,60}?[.…·．]{4,}\d{1,3}|目录|目次
    """
)
_ADVERTISING = re.compile(
    r"https?://|www\.|(?:关注|搜索|添加|扫码|订阅).{0,12}公众号|公众号[:：【“「]|微信号|加微信|QQ群|交流群|(?:更多|数据|资料).{0,10}尽在|"
    r"(?:更多|海量|获取|领取).{0,12}(?:数据|资料|报告|资源|干货|文档|内容|精彩).{0,10}(?:请|关注|访问|点击|下载|登录|免费|添加)|"
    r"(?:免费|点击)下载|本文由.{0,20}(?:整理|提供|发布|上传)|仅供.{0,8}(?:学习|参考|交流)|数据皮皮侠|百度文库|道客巴巴|豆丁网"
)
_RELATED = re.compile(r"[【\[]?(?:相关(?:报道|链接|阅读|新闻|文档|附件|稿件|文章|信息|推荐|解读)|延伸阅读|推荐阅读|热门推荐|猜你喜欢)[】\]]?[:：]?")
_SPACE = re.compile(r"\s+")


def is_furniture(line: str) -> bool:
    """Tell whether a whole line belongs to the page, the site or an advertiser, and not to the report.

    A line that ends like a sentence of the report (。 or ；) is kept, unless it is a photo caption.
    """
    if len(line) > _MAX_LINE:
        return False
    bare = _SPACE.sub("", line)
    if _OTHER.fullmatch(bare) or _BUTTONS.fullmatch(bare):
        return True
    return not bare.endswith(("。", "；")) and bool(_LABEL.fullmatch(bare) or (len(bare) <= 80 and _ADVERTISING.search(bare)))


def opens_related(line: str) -> bool:
    """Tell whether the line opens the list of other articles below a report (相关报道：)."""
    return _RELATED.fullmatch(_SPACE.sub("", line)) is not None
