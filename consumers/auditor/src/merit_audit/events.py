"""Every event: who may emit it (DOMAIN §4), its field checks, and its fold."""

from dataclasses import dataclass
from typing import Callable

from merit_audit import fields, matters, programme, redemption, reports, service
from merit_audit.wire import Event, enum

Role = enum("Role")
PLATFORM, APP, REVIEW, AUTHORITY = Role.PLATFORM, Role.APP, Role.REVIEW, Role.AUTHORITY
PARTNER, FINANCE, CLOCK, ADMIN = Role.PARTNER, Role.FINANCE, Role.CLOCK, Role.ADMIN


@dataclass(frozen=True, slots=True)
class EventType:
    roles: frozenset[int]
    fields: Callable  # (city, body) -> pairs (field number, holds)
    fold: Callable  # (city, body): raises Refused, or changes the city and emits effects


_ROLES = {
    programme: {
        "programme_opened": (ADMIN,),
        "policy_activated": (AUTHORITY, ADMIN),
        "calendar_published": (AUTHORITY,),
        "producer_registered": (ADMIN,),
        "producer_revoked": (ADMIN,),
        "reviewer_registered": (AUTHORITY,),
        "reviewer_revoked": (AUTHORITY,),
        "day_closed": (CLOCK,),
        "points_adjusted": (ADMIN,),
        "driver_enrolled": (PLATFORM, AUTHORITY),
        "driver_updated": (PLATFORM, AUTHORITY),
        "driver_opted_out": (APP,),
        "driver_opted_in": (APP,),
        "driver_erased": (ADMIN,),
    },
    reports: {
        "report_submitted": (APP, PLATFORM),
        "report_withdrawn": (APP,),
        "report_reviewed": (REVIEW,),
        "report_co_reviewed": (REVIEW,),
        "report_revoked": (REVIEW, AUTHORITY),
        "appeal_filed": (APP,),
        "appeal_decided": (REVIEW, AUTHORITY),
    },
    matters: {
        "matter_opened": (REVIEW, APP),
        "matter_assigned": (REVIEW,),
        "matter_returned": (REVIEW, PARTNER),
        "matter_escalated": (REVIEW, CLOCK),
        "matter_resolved": (REVIEW, PARTNER),
        "matter_verified": (REVIEW,),
        "matter_followed_up": (REVIEW,),
        "matter_reopened": (REVIEW,),
        "matter_voided": (REVIEW,),
        "matter_merged": (REVIEW,),
    },
    service: {
        "volunteer_service_recorded": (REVIEW, PLATFORM),
        "volunteer_service_revoked": (REVIEW,),
        "honour_granted": (AUTHORITY,),
        "honour_revoked": (AUTHORITY,),
        "standing_assessed": (PLATFORM,),
        "violation_recorded": (AUTHORITY, PLATFORM),
        "violation_rescinded": (AUTHORITY, PLATFORM),
        "suspension_imposed": (AUTHORITY,),
        "suspension_lifted": (AUTHORITY,),
        "dispatch_exposure_reported": (PLATFORM,),
    },
    redemption: {
        "item_listed": (PARTNER, ADMIN),
        "stock_adjusted": (PARTNER, ADMIN),
        "item_closed": (PARTNER, ADMIN),
        "redemption_requested": (APP,),
        "redemption_cancelled": (APP,),
        "voucher_issued": (PARTNER, APP),
        "voucher_verified": (PARTNER,),
        "voucher_voided": (PARTNER, ADMIN),
        "voucher_returned": (PARTNER, ADMIN),
        "settlement_batch_closed": (FINANCE,),
    },
}


def _fields_of(name: str) -> Callable:
    body = Event.DESCRIPTOR.fields_by_name[name].message_type
    if hasattr(fields, name):
        return getattr(fields, name)
    assert len(body.fields) == 1, name
    return fields.only_id


EVENTS: dict[str, EventType] = {
    name: EventType(frozenset(roles), _fields_of(name), getattr(room, name))
    for room, names in _ROLES.items()
    for name, roles in names.items()
}
