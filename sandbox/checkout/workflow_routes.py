"""The API of workflows: https://api-reference.checkout.com/#tag/Workflows.

An event that is sent again keeps its id: what the real service does is not documented. Conditions and actions
are changed by making another workflow: their own addresses are not here.
"""

import re
from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.checkout.bodies import json_of
from sandbox.checkout.events import event_of
from sandbox.checkout.outgoing import Outgoing
from sandbox.checkout.refusals import Refused, empty, unprocessable
from sandbox.checkout.samples import SOURCES, sample
from sandbox.checkout.workflows import Workflow, Workflows, change_errors, errors
from sandbox.clock import Clock

JSON = dict[str, Any]

_IDS = {
    "events": r"evt_[a-z0-9]{26}",
    "subjects": r"[a-z]{3}_[a-z0-9]{20,26}",
    "workflows": r"wf_[a-z0-9]{26}",
}
_KNOWN = tuple(kind for kinds in SOURCES.values() for kind in kinds)


class WorkflowApi:
    """Answers from the workflows there are and from every event that was told. `base` begins the links."""

    def __init__(self, workflows: Workflows, outgoing: Outgoing, clock: Clock, base: str) -> None:
        self._workflows, self._outgoing, self._clock, self._base = workflows, outgoing, clock, base

    def routes(self) -> list[Route]:
        events = "/workflows/events"
        return [
            Route("/workflows", self._list, methods=["GET"]),
            Route("/workflows", self._add, methods=["POST"]),
            Route("/workflows/event-types", self._list_types, methods=["GET"]),
            Route(f"{events}/reflow", self._reflow_many, methods=["POST"]),
            Route(f"{events}/subject/{{subject}}", self._list_events, methods=["GET"]),
            Route(f"{events}/subject/{{subject}}/reflow", self._reflow, methods=["POST"]),
            Route(f"{events}/subject/{{subject}}/workflow/{{id}}/reflow", self._reflow, methods=["POST"]),
            Route(f"{events}/{{event}}", self._get_event, methods=["GET"]),
            Route(f"{events}/{{event}}/reflow", self._reflow, methods=["POST"]),
            Route(f"{events}/{{event}}/workflow/{{id}}/reflow", self._reflow, methods=["POST"]),
            Route("/workflows/{id}", self._get, methods=["GET"]),
            Route("/workflows/{id}", self._patch, methods=["PATCH"]),
            Route("/workflows/{id}", self._delete, methods=["DELETE"]),
            Route("/workflows/{id}/test", self._test, methods=["POST"]),
        ]

    async def _list(self, _: Request) -> Response:
        return JSONResponse({"data": [self._summary(one) for one in self._workflows.all.values()]})

    async def _add(self, request: Request) -> Response:
        body = await json_of(request)
        if codes := errors(body):
            return unprocessable(codes)
        workflow = Workflow.from_body(body)
        self._workflows.add(workflow)
        return JSONResponse({"id": workflow.id, "_links": self._links(workflow)}, 201)

    async def _get(self, request: Request) -> Response:
        workflow = self._named(request)
        parts = {"conditions": workflow.conditions, "actions": workflow.actions}
        linked = {
            kind: [{**one, "_links": self._links(workflow, f"/{kind}/{one['id']}")} for one in parts[kind]]
            for kind in parts
        }
        return JSONResponse(self._summary(workflow) | linked)

    async def _patch(self, request: Request) -> Response:
        workflow, body = self._named(request), await json_of(request)
        if codes := change_errors(body):
            return unprocessable(codes)
        workflow.name = body.get("name", workflow.name)
        workflow.active = body.get("active", workflow.active)
        return JSONResponse({"name": workflow.name, "active": workflow.active})

    async def _delete(self, request: Request) -> Response:
        del self._workflows.all[self._named(request).id]
        return Response(status_code=204)

    async def _test(self, request: Request) -> Response:
        """Whatever its conditions: these very events are sent, about a payment that never was."""
        workflow, body = self._named(request), await json_of(request)
        kinds = body.get("event_types")
        if not isinstance(kinds, list) or not kinds or not all(kind in _KNOWN for kind in kinds):
            return unprocessable(["event_types_invalid" if kinds is not None else "event_types_required"])
        for kind in kinds:
            event = event_of(*sample(kind, self._clock.now()), self._base)
            self._outgoing.send(event, list(workflow.targets))
        return Response(status_code=204)

    async def _list_types(self, _: Request) -> Response:
        return JSONResponse(
            [
                {"id": source, "display_name": source.title(), "events": [{"id": kind} for kind in kinds]}
                for source, kinds in SOURCES.items()
            ]
        )

    async def _list_events(self, request: Request) -> Response:
        found = self._outgoing.events_of(request.path_params["subject"])
        listed = [
            {
                "id": event["id"],
                "type": event["type"],
                "timestamp": event.get("timestamp") or event["created_on"],
                "_links": event["_links"],
            }
            for event in found
        ]
        return JSONResponse({"data": listed}) if found else empty(404)

    async def _get_event(self, request: Request) -> Response:
        event = self._outgoing.events.get(request.path_params["event"])
        if event is None:
            return empty(404)
        invocations = [
            {"workflow_id": workflow.id, "workflow_action_id": target.action_id, "status": status}
            for workflow in self._workflows.all.values()
            for target in workflow.targets
            if (status := self._outgoing.status_of(event["id"], target))
        ]
        return JSONResponse(event | {"action_invocations": invocations})

    async def _reflow(self, request: Request) -> Response:
        names = request.path_params
        only = [self._named(request).id] if "id" in names else None
        event = self._outgoing.events.get(names.get("event", ""))
        found = [event] if event else self._outgoing.events_of(names.get("subject", ""))
        return self._sent_again(found, only)

    async def _reflow_many(self, request: Request) -> Response:
        body = await json_of(request)
        codes = [f"{name}_invalid" for name in _IDS if name in body and not _are_ids(body[name], _IDS[name])]
        if not codes and ("events" in body) == ("subjects" in body):
            codes = ["request_invalid"]
        if codes:
            return unprocessable(codes)
        by_id = [
            self._outgoing.events[name] for name in body.get("events", ()) if name in self._outgoing.events
        ]
        of_subjects = [event for name in body.get("subjects", ()) for event in self._outgoing.events_of(name)]
        return self._sent_again([*by_id, *of_subjects], body.get("workflows"))

    def _sent_again(self, found: Sequence[JSON], only: Sequence[str] | None) -> Response:
        for event in found:
            self._outgoing.send(event, self._workflows.targets(event["type"], only))
        return empty(202 if found else 404)

    def _named(self, request: Request) -> Workflow:
        workflow = self._workflows.all.get(request.path_params["id"])
        if workflow is None:
            raise Refused(empty(404))
        return workflow

    def _summary(self, workflow: Workflow) -> JSON:
        named = {"id": workflow.id, "name": workflow.name, "active": workflow.active}
        return {**named, "_links": self._links(workflow)}

    def _links(self, workflow: Workflow, below: str = "") -> JSON:
        return {"self": {"href": f"{self._base}/workflows/{workflow.id}{below}"}}


def _are_ids(given: Any, pattern: str) -> bool:
    return (
        isinstance(given, list)
        and bool(given)
        and all(isinstance(one, str) and re.fullmatch(pattern, one) for one in given)
    )
