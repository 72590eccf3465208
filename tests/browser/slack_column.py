"""The Slack column as tests use it: hands for who is there, and what the stand-in knows of it."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect
from starlette.responses import JSONResponse, Response

from tests.browser.conftest import Sandbox
from tests.browser.fake_service import Json, plain

ALICE, BOB, GINA, OLGA = "U0ALICE", "U0BOB", "U0GUEST", "U0OUTSIDER"
SALES, QUIET, PRIVATE, SHARED, DIRECT = "C0SALES", "C0QUIET", "C0PRIVATE", "C0SHARED", "D0ALICE"


@dataclass
class Column:
    page: Page
    sandbox: Sandbox

    def part(self, name: str) -> Locator:
        return self.page.locator(f"#slack-{name}")

    @property
    def line(self) -> Locator:
        return self.part("text")

    @property
    def messages(self) -> Locator:
        return self.part("messages").locator(".message")

    @property
    def modal(self) -> Locator:
        return self.part("modal").get_by_role("dialog")

    async def type(self, text: str) -> None:
        await self.line.fill(text)
        await self.line.press("Enter")

    async def enter(self, place: str) -> None:
        await self.part("places").get_by_role("button", name=place).click()
        await expect(self.part("title")).to_contain_text(place)

    async def become(self, person: str) -> None:
        await self.part("people").select_option(person)

    async def post(self, text: str, channel: str = SALES, **more: Any) -> str:
        """A message of the app's; answers its ts."""
        answer = await self.sandbox.service.slack("chat.postMessage", channel=channel, text=text, **more)
        return str(answer["ts"])

    async def sent(self, channel: str = SALES) -> list[Json]:
        """What stands in a channel, by the stand-in."""
        url = f"{self.sandbox.url}/slack/_control/messages"
        answer = await self.sandbox.service.client.get(url, params={"channel": channel})
        return list(answer.json()["messages"])

    async def control(self, name: str, **body: Any) -> Json:
        url = f"{self.sandbox.url}/slack/_control/{name}"
        answer: Json = (await self.sandbox.service.client.post(url, json=body)).json()
        assert answer["ok"], answer
        return answer

    def asked(self, control: str) -> AbstractAsyncContextManager[Any]:
        """Around what makes the page ask for this: until it has been answered."""
        return self.page.expect_response(f"**/slack/_control/{control}")

    def received(self, kind: str) -> list[Json]:
        """The requests of one type that the service has got."""
        return [one for one in self.sandbox.service.received if one.get("type") == kind]

    def opens(self, view: Json) -> None:
        """Whatever opens a view from now on opens this one; what is pressed in one lays it over that one."""
        service = self.sandbox.service

        async def opened(request: Json) -> Response | None:
            method = "views.push" if "view" in request else "views.open"
            if request.get("type") not in {"view_submission", "view_closed"}:
                await service.slack(method, trigger_id=request["trigger_id"], view=view)
            return Response()

        service.instead = opened

    async def open(self, view: Json) -> Locator:
        """Open this view with a command; answers it, drawn."""
        self.opens(view)
        await self.type("/paylink")
        await expect(self.modal).to_be_visible()
        return self.modal

    async def submit(self) -> None:
        async with self.asked("submit"):
            await self.modal.locator("footer .primary").click()

    def answer_with(self, **answers: Any) -> None:
        """Answer requests of these types with these objects, or with a bare status."""

        async def answered(request: Json) -> Response | None:
            answer = answers.get(request.get("type", "command"))
            return (
                Response(status_code=answer) if isinstance(answer, int) else answer and JSONResponse(answer)
            )

        self.sandbox.service.instead = answered


def modal(*blocks: Json, title: str = "A view", **more: Any) -> Json:
    """A view with these blocks; one without a submit button if `submit` is None."""
    view = {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": list(blocks), **more}
    return {name: value for name, value in view.items() if value is not None}
