"""GET /disputes: https://www.checkout.com/docs/risk-management/disputes/disputes-api.

Its parameters and fields are those of https://github.com/checkout/checkout-sdk-net (DisputesQueryFilter,
DisputeSummary).
"""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.checkout.account import CHANNEL, ENTITY
from sandbox.checkout.ids import millis
from sandbox.checkout.ledger import Ledger
from sandbox.checkout.payments import Dispute, Payment
from sandbox.checkout.refusals import unprocessable

JSON = dict[str, Any]
_MOST_LISTED = 250
_FILTERS: Mapping[str, Callable[[JSON, str], bool]] = {
    "id": lambda row, wanted: row["id"] == wanted,
    "payment_id": lambda row, wanted: row["payment_id"] == wanted,
    "payment_reference": lambda row, wanted: row["payment_reference"] == wanted,
    "statuses": lambda row, wanted: row["status"] in wanted.split(","),
}
# What a dispute has come to, by the event that told of it last.
_STATUSES = {
    "dispute_received": "evidence_required",
    "dispute_evidence_submitted": "evidence_under_review",
    "dispute_evidence_acknowledged_by_scheme": "evidence_under_review",
    "dispute_arbitration_evidence_submitted": "arb_evidence_submitted",
    "dispute_arbitration_sent_to_scheme": "arbitration_under_review",
}


async def list_disputes(ledger: Ledger, request: Request) -> Response:
    """Those that changed last come first. A filter that is not served here is refused, not ignored."""
    query = dict(request.query_params)
    limit, skip = query.pop("limit", "50"), query.pop("skip", "0")
    wrong = {
        "limit_invalid": not (limit.isdecimal() and 1 <= int(limit) <= _MOST_LISTED),
        "skip_invalid": not skip.isdecimal(),
        **{f"{name}_invalid": name not in _FILTERS for name in query},
    }
    if any(wrong.values()):
        return unprocessable([code for code, is_wrong in wrong.items() if is_wrong])
    rows = [_row(payment, one) for payment in ledger.payments for one in payment.disputes]
    found = [row for row in rows if all(_FILTERS[name](row, value) for name, value in query.items())]
    found.sort(key=lambda row: str(row["last_update"]), reverse=True)
    body = {"limit": int(limit), "skip": int(skip), "total_count": len(found), **query}
    return JSONResponse({**body, "data": found[int(skip) :][: int(limit)]})


def _row(payment: Payment, dispute: Dispute) -> JSON:
    status = _STATUSES.get(dispute.told_by, dispute.told_by.removeprefix("dispute_"))
    row = {
        "id": dispute.id,
        "category": "fraudulent",
        "status": status,
        "amount": dispute.amount,
        "currency": payment.currency,
        "reason_code": "10.4",
        "payment_id": payment.id,
        "payment_reference": payment.reference,
        "payment_method": payment.source.get("scheme"),
        "entity_id": ENTITY,
        "processing_channel": CHANNEL,
        "evidence_required_by": millis(dispute.answer_by) if status == "evidence_required" else None,
        "received_on": millis(dispute.received_on),
        "last_update": millis(dispute.told_at or dispute.received_on),
        "resolved_reason": "already_refunded" if status == "resolved" else None,
    }
    return {name: value for name, value in row.items() if value is not None}
