"""What people do in Slack: type a command or a message, fill in a form, press, close, choose a shortcut.

Each act answers as its control does: `status` is the service's (0: it did not answer in time, None:
nothing was sent), `trouble` what Slack would tell the person, or the app's author, went wrong.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack import payloads
from sandbox.slack.acknowledgements import after_command, after_submission
from sandbox.slack.conversations import Conversation
from sandbox.slack.deliveries import Acknowledgement, Deliveries
from sandbox.slack.identity import GLOBAL_SHORTCUT, SHORTCUT
from sandbox.slack.inputs import Field, NoSuchOption, entered, fields_of, refused_by_form
from sandbox.slack.messages import Content, Message
from sandbox.slack.people import PEOPLE, Person
from sandbox.slack.presses import PressRefused, action_of, find_pressable, state_after
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace
from sandbox.standin import Control, ControlRefused

Body = dict[str, Any]


class Hands:
    """People's acts, one method each."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, urls: ResponseUrls) -> None:
        self._workspace, self._deliveries, self._urls = workspace, deliveries, urls
        self._submitted: dict[str, tuple[View, payloads.Payload]] = {}
        self.controls: dict[str, Control] = {
            "command": self.command,
            "say": self.say,
            "submit": self.submit,
            "close": self.close,
            "press": self.press,
            "shortcut": self.shortcut,
            "open_home": self.open_home,
        }

    async def command(self, body: Body) -> Body:
        """`/paylink text` in a channel."""
        person, channel = self._person_in(body)
        if channel.is_archived:
            raise ControlRefused(f"{channel.id} is archived: nobody can write there")
        since = self._workspace.messages.next_ts()
        url, way = self._urls.issue(person.id, channel.id)
        trigger_id = self._workspace.triggers.issue(person.id, channel.id)
        form = payloads.command(person, channel, body["text"].strip(), trigger_id, url)
        answer = await self._deliveries.command(form)
        trouble = after_command(answer, self._workspace, self._urls, way)
        return self._seen(person, answer, since) | {"trouble": trouble}

    async def say(self, body: Body) -> Body:
        """A message of a person's own, in a channel or below `thread_ts`; the app is not told."""
        person, channel = self._person_in(body)
        content, thread_ts = Content(body["text"]), body.get("thread_ts")
        message = self._workspace.messages.post(channel.id, content, user=person.id, thread_ts=thread_ts)
        return {"ts": message.ts}

    async def submit(self, body: Body) -> Body:
        """The submit button of a view; `again` sends what was sent before once more."""
        if body.get("again"):
            if body["view"] not in self._submitted:
                raise ControlRefused(f"{body['view']} was not submitted yet")
            view, payload = self._submitted[body["view"]]
        else:
            view = self._fill_in(body)
            if errors := refused_by_form(view.blocks, view.values):
                return {"status": None, "errors": errors, "view": view.as_json(), "trouble": None}
            payload = self._submission(view)
        answer = await self._deliveries.interact(payload)
        errors, trouble = after_submission(answer, self._workspace, view)
        return {
            "status": answer.status,
            "errors": errors,
            "view": self._top(view.user),
            "trouble": trouble,
        }

    async def close(self, body: Body) -> Body:
        """The cross or the close button of a view; the app hears of it if it asked to."""
        view, views = self._modal_on_top(body["view"]), self._workspace.views
        cleared = bool(view.definition.get("clear_on_close"))
        payload = payloads.view_closed(PEOPLE[view.user], view, is_cleared=cleared)
        if cleared:
            views.clear(view.user)
        else:
            views.close(view)
        wanted = view.definition.get("notify_on_close")
        answer = await self._deliveries.interact(payload) if wanted else None
        return {
            "status": answer.status if answer else None,
            "view": self._top(view.user),
            "trouble": answer.trouble if answer else None,
        }

    async def press(self, body: Body) -> Body:
        """A button, a menu or a picker, in a message or in a view; a `confirm` is confirmed."""
        try:
            return await (self._press_in_view(body) if "view" in body else self._press_in_message(body))
        except PressRefused as error:
            raise ControlRefused(str(error)) from error

    async def shortcut(self, body: Body) -> Body:
        """A shortcut of the app: a message's, from its menu; without `ts` a global one, from anywhere."""
        if "ts" not in body:
            return await self._global_shortcut(body)
        message = self._message(body)
        if message.seen_by is not None:
            raise ControlRefused("an ephemeral message has no shortcuts")
        scene, since = self._scene(body, message, None), self._workspace.messages.next_ts()
        payload = payloads.message_shortcut(scene, body.get("callback_id", SHORTCUT), since)
        answer = await self._deliveries.interact(payload)
        return self._seen(scene.person, answer, since)

    async def _global_shortcut(self, body: Body) -> Body:
        person, _ = self._person_in({**body, "channel": f"D{body['user'][1:]}"})
        trigger_id = self._workspace.triggers.issue(person.id, None)
        since = self._workspace.messages.next_ts()
        callback_id = body.get("callback_id", GLOBAL_SHORTCUT)
        payload = payloads.global_shortcut(person, callback_id, trigger_id, since)
        return self._seen(person, await self._deliveries.interact(payload), since)

    async def open_home(self, body: Body) -> Body:
        """The app's home tab; the app hears of it, and sees what it had published there."""
        person, channel = self._person_in({**body, "channel": f"D{body['user'][1:]}"})
        shown = self._workspace.views.home(person.id)
        event = payloads.app_home_opened(person, channel, shown, self._workspace.messages.next_ts())
        answer = await self._workspace.events.deliver(event)
        home = self._workspace.views.home(person.id)
        view = home.as_json() if home else None
        return {"status": answer.status, "view": view, "trouble": answer.trouble}

    async def _press_in_message(self, body: Body) -> Body:
        message, value, since = self._message(body), body.get("value"), self._workspace.messages.next_ts()
        blocks = message.content.blocks or []
        block, element = find_pressable(blocks, body["action_id"], body.get("block_id"), value)
        if state := state_after(element, value):
            message.typed[block["block_id"], element["action_id"]] = state
        scene = self._scene(body, message, message)
        action = action_of(block, element, value, since)
        answer = await self._deliveries.interact(payloads.message_action(scene, action))
        return self._seen(scene.person, answer, since)

    async def _press_in_view(self, body: Body) -> Body:
        view = self._view_shown(body["view"])
        person = PEOPLE[view.user]
        if body.get("user", person.id) != person.id:
            raise ControlRefused(f"{view.id} is open for {person.id}")
        _type_in(view, body.get("values", {}))
        value, since = body.get("value"), self._workspace.messages.next_ts()
        block, element = find_pressable(view.blocks, body["action_id"], body.get("block_id"), value)
        if state := state_after(element, value):
            view.typed[block["block_id"], element["action_id"]] = state
        trigger_id = self._workspace.triggers.issue(person.id, view.channel, in_modal=not view.is_home)
        action = action_of(block, element, value, since)
        answer = await self._deliveries.interact(payloads.view_action(person, view, action, trigger_id))
        return self._seen(person, answer, since)

    def _fill_in(self, body: Body) -> View:
        view = self._modal_on_top(body["view"])
        if "submit" not in view.definition:
            raise ControlRefused(f"{view.id} has no submit button")
        _type_in(view, body.get("values", {}))
        return view

    def _submission(self, view: View) -> payloads.Payload:
        trigger_id = self._workspace.triggers.issue(view.user, view.channel, in_modal=True)
        urls = [
            {"block_id": block_id, "action_id": action_id, "channel_id": chosen, "response_url": url}
            for block_id, action_id, chosen in _chosen_to_respond(view)
            for url, _ in [self._urls.issue(view.user, chosen)]
        ]
        payload = payloads.view_submission(PEOPLE[view.user], view, trigger_id, urls)
        self._submitted[view.id] = view, payload
        return payload

    def _person_in(self, body: Body) -> tuple[Person, Conversation]:
        person = PEOPLE.get(body["user"])
        channel = self._workspace.conversations.get(body["channel"])
        acts = person is not None and not (person.is_bot or person.deleted)
        if acts and channel is None:
            there_are = ", ".join(one.id for one in self._workspace.conversations.channels())
            raise ControlRefused(f"no channel {body['channel']}: there are {there_are}")
        if person is None or channel is None or not acts or person.id not in channel.members:
            there_are = ", ".join(channel.members if channel else PEOPLE)
            raise ControlRefused(
                f"nobody called {body['user']} is in {body['channel']}: there are {there_are}"
            )
        channel.is_open = True
        return person, channel

    def _message(self, body: Body) -> Message:
        person, channel = self._person_in(body)
        message = self._workspace.messages.find_for(person.id, channel.id, body["ts"])
        if message is None:
            raise ControlRefused(f"{person.id} sees no message {body['ts']} in {channel.id}")
        return message

    def _scene(self, body: Body, message: Message, original: Message | None) -> payloads.Scene:
        person, channel = self._person_in(body)
        url, _ = self._urls.issue(person.id, channel.id, original)
        trigger_id = self._workspace.triggers.issue(person.id, channel.id)
        return payloads.Scene(person, channel, message, trigger_id, url)

    def _view_shown(self, view_id: str) -> View:
        view = self._workspace.views.shown(view_id)
        if view is None:
            raise ControlRefused(f"{view_id} is not a view anybody looks at")
        return view

    def _modal_on_top(self, view_id: str) -> View:
        view = self._view_shown(view_id)
        if view.is_home:
            raise ControlRefused(f"{view_id} is a home tab: it is neither submitted nor closed")
        return view

    def _top(self, user: str) -> Body | None:
        view = self._workspace.views.top(user)
        return view.as_json() if view else None

    def _seen(self, person: Person, answer: Acknowledgement, since: str) -> Body:
        return {
            "status": answer.status,
            "messages": self._workspace.messages.ephemerals(person.id, since=since),
            "view": self._top(person.id),
            "trouble": answer.trouble,
        }


def _chosen_to_respond(view: View) -> list[tuple[str, str, str]]:
    values = view.values
    return [
        (block_id, action_id, chosen)
        for field in fields_of(view.blocks)
        if field.element.get("response_url_enabled")
        for block_id, action_id in [field.place]
        if (chosen := values[block_id][action_id]["selected_conversation"])
    ]


def _type_in(view: View, values: Mapping[str, str]) -> None:
    """What stands in a view's inputs now, by block_id: every request of the view tells it."""
    fields: dict[str, list[Field]] = {}
    for field in fields_of(view.blocks):
        fields.setdefault(field.block["block_id"], []).append(field)
    for block_id, text in values.items():
        if len(fields.get(block_id, [])) != 1:
            raise ControlRefused(f"no one field in block {block_id!r}; there are: {', '.join(fields)}")
        field = fields[block_id][0]
        try:
            view.typed[field.place] = entered(field.element, text or "")
        except NoSuchOption as error:
            raise ControlRefused(str(error)) from error
