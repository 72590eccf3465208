"""Slack's texts and blocks as they come out on the page, also those that the stand-in does not take."""

from typing import Any

import pytest
from playwright.async_api import Page

from tests.browser.fake_service import Json, mrkdwn, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DRAW = """async ([module, name, given]) => {
    const drawn = (await import(`/page/${module}.js`))[name](given);
    const place = document.createElement("div");
    place.append(...[drawn].flat(Infinity));
    return place.innerHTML.replaceAll(' rel="noreferrer"', "");
}"""
MENTION = '<span class="mention">@'
MRKDWN = {
    "*bold* _it_ ~no~ `a*b*`": "<strong>bold</strong> <em>it</em> <s>no</s> <code>a*b*</code>",
    "*_both_*": "<strong><em>both</em></strong>",
    "2*3*4 snake_case_name": "2*3*4 snake_case_name",
    "\u2060*\u2060as it is\u2060*\u2060": "\u2060*\u2060as it is\u2060*\u2060",
    "&lt;b&gt; &amp;amp;": "&lt;b&gt; &amp;amp;",
    "a\n&gt; said\n> twice\nb": "a<blockquote>said\ntwice</blockquote>b",
    "see ```x *y*\n> z``` there": "see <pre>x *y*\n&gt; z</pre> there",
    "<https://a.example/?a=1&amp;b|here> https://b.example/.": (
        '<a href="https://a.example/?a=1&amp;b">here</a> <a href="https://b.example/">https://b.example/</a>.'
    ),
    "<mailto:a@b.example|a@b.example>": "<span>a@b.example</span>",
    "<@U0ALICE> <@U0NOBODY> <!here> <!subteam^S1|@sales>": (
        f"{MENTION}Alice</span> {MENTION}U0NOBODY</span> {MENTION}here</span> {MENTION}sales</span>"
    ),
    "<#C0QUIET> <#C0ELSE|else>": (
        '<a class="mention" href="#C0QUIET" data-channel="C0QUIET">#quiet</a> '
        '<span class="mention">#else</span>'
    ),
    ":white_check_mark: :no_such_thing: 12:30:45": "✅ :no_such_thing: 12:30:45",
    "<!date^x^{date}|then>": "then",
}
BLOCKS: list[tuple[Json, str]] = [
    (
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": "Day"}], [{"type": "raw_number", "value": 5}]],
            "column_settings": [{"align": "right"}],
        },
        ('<table><tr><th data-align="right">Day</th></tr><tr><td data-align="right">5</td></tr></table>'),
    ),
    ({"type": "file", "external_id": "x"}, '<p class="unknown">[file: not drawn here]</p>'),
    ({"type": "rich_text"}, '<p class="unknown">[rich_text: not drawn here]</p>'),
    ({"type": "video"}, '<p class="unknown">[video: not drawn here]</p>'),
    ({"type": "carousel"}, '<p class="unknown">[carousel: not drawn here]</p>'),
    (
        {"type": "actions", "elements": [{"type": "feedback_buttons"}]},
        '<div class="actions"><span class="unknown">[feedback_buttons]</span></div>',
    ),
    (
        {"type": "context", "elements": [{**mrkdwn("*b* https://a.example/"), "verbatim": True}]},
        '<div class="context"><span><strong>b</strong> https://a.example/</span></div>',
    ),
    (
        {"type": "context", "elements": [{**plain(":tada:"), "emoji": False}]},
        '<div class="context"><span>:tada:</span></div>',
    ),
]


async def drawn(page: Page, module: str, name: str, given: Any) -> str:
    await page.locator("#slack-places li").first.wait_for()
    return str(await page.evaluate(DRAW, [module, name, given]))


async def test_mrkdwn_is_read_as_slack_reads_it(page: Page) -> None:
    assert {text: await drawn(page, "slack_mrkdwn", "mrkdwn", text) for text in MRKDWN} == MRKDWN


async def test_every_block_is_drawn_or_named(page: Page) -> None:
    for block, expected in BLOCKS:
        assert await drawn(page, "slack_blocks", "drawBlock", block) == expected


async def test_without_mrkdwn_nothing_stands_out(page: Page) -> None:
    text = await drawn(page, "slack_mrkdwn", "unstyled", "*no* _no_ `no` &amp; <@U0BOB>")
    assert text == f"*no* _no_ `no` &amp; {MENTION}Bob</span>"


async def test_what_people_type_is_passed_on_as_slack_does(page: Page) -> None:
    typed = await page.evaluate(
        """async () => (await import("/page/slack_mrkdwn.js")).encoded("<b> & jane@a.example https://a.example/?x&y")"""
    )
    assert typed == "&lt;b&gt; &amp; <mailto:jane@a.example|jane@a.example> <https://a.example/?x&amp;y>"
