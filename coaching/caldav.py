"""The little of CalDAV (RFC 4791) that reading busy time and writing appointments needs, over `lms.kit.outbound`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote, urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from lms.kit.errors import DomainError
from lms.kit.outbound import Answer, request

type Credentials = tuple[str, str] | None

_NAMES = {"d": "DAV:", "c": "urn:ietf:params:xml:ns:caldav"}
_FIND = b"""<?xml version="1.0" encoding="utf-8"?>
<d:propfind xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>
<d:resourcetype/><d:current-user-principal/><c:calendar-home-set/><c:supported-calendar-component-set/>
</d:prop></d:propfind>"""
_EVENTS = """<?xml version="1.0" encoding="utf-8"?>
<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop><c:calendar-data/></d:prop>
<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">
<c:time-range start="{start:%Y%m%dT%H%M%SZ}" end="{end:%Y%m%dT%H%M%SZ}"/>
</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"""


class CalendarRefused(DomainError):
    """The server answered, and its answer is of no use: the message says what to do about it.

    Codes: `password` `nothing-here` `no-calendar` `server-problem`.
    """


@dataclass(frozen=True, slots=True)
class _Found:
    """One resource of a PROPFIND: its address, what it is, where it sends."""

    url: str
    is_calendar: bool
    takes_events: bool
    principal: str
    home: str


def calendar_address(url: str, credentials: Credentials) -> str:
    """The calendar behind what a person typed: the calendar itself, her account, or the server.

    Raises:
        CalendarRefused, OutboundError
    """
    here = _one(url, credentials)
    if here.is_calendar:
        return here.url
    if not here.home and here.principal:
        here = _one(here.principal, credentials)
    for found in _look(here.home or here.url, credentials, depth=1):
        if found.is_calendar and found.takes_events:
            return found.url
    raise CalendarRefused("no-calendar", _("There is no calendar at this address. Copy the address of the calendar."))


def events(url: str, credentials: Credentials, *, start: datetime, end: datetime) -> list[bytes]:
    """The calendar data (RFC 5545) of what happens between two instants; recurrences are left to us."""
    body = _EVENTS.format(start=start.astimezone(UTC), end=end.astimezone(UTC)).encode()
    answer = _ask("REPORT", url, credentials, body, depth=1)
    found = _multistatus(answer).iterfind(".//c:calendar-data", _NAMES)
    return [data.text.encode() for data in found if data.text]


def put(url: str, credentials: Credentials, *, uid: str, content: str) -> None:
    """Write an event, new or changed."""
    headers = {"content-type": "text/calendar; charset=utf-8"}
    check(request("PUT", _event_address(url, uid), body=content.encode(), headers=headers, auth=credentials))


def delete(url: str, credentials: Credentials, *, uid: str) -> None:
    """Take an event away; one that is gone already is no matter."""
    answer = request("DELETE", _event_address(url, uid), auth=credentials)
    if answer.status not in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        check(answer)


def check(answer: Answer) -> Answer:
    """The answer, when it is one.

    Raises:
        CalendarRefused: see its codes.
    """
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        raise CalendarRefused("password", _("The calendar refuses us. Check the user name and the password."))
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise CalendarRefused("nothing-here", _("There is nothing at this address any more. Copy it again."))
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise CalendarRefused("server-problem", _("The calendar’s server has a problem. We try again by ourselves."))
    return answer


def _event_address(url: str, uid: str) -> str:
    return urljoin(url.rstrip("/") + "/", quote(uid, safe="@") + ".ics")


def _ask(method: str, url: str, credentials: Credentials, body: bytes, *, depth: int) -> Answer:
    headers = {"depth": str(depth), "content-type": "application/xml; charset=utf-8"}
    return check(request(method, url, body=body, headers=headers, auth=credentials))


def _multistatus(answer: Answer) -> Element:
    no_caldav = CalendarRefused("no-calendar", _("This address does not speak CalDAV. Try the calendar’s ICS address."))
    if answer.status != HTTPStatus.MULTI_STATUS:
        raise no_caldav
    try:
        tree: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise no_caldav from error
    return tree


def _one(url: str, credentials: Credentials) -> _Found:
    found = next(_look(url, credentials, depth=0), None)
    if found is None:
        raise CalendarRefused("no-calendar", _("This address does not speak CalDAV. Try the calendar’s ICS address."))
    return found


def _look(url: str, credentials: Credentials, *, depth: int) -> Iterator[_Found]:
    answer = _ask("PROPFIND", url, credentials, _FIND, depth=depth)
    for response in _multistatus(answer).iterfind("d:response", _NAMES):
        components = [one.get("name") for one in response.iterfind(".//c:comp", _NAMES)]
        yield _Found(
            url=urljoin(answer.url, response.findtext("d:href", "", _NAMES).strip()),
            is_calendar=response.find(".//d:resourcetype/c:calendar", _NAMES) is not None,
            takes_events=not components or "VEVENT" in components,
            principal=_href(answer.url, response, ".//d:current-user-principal/d:href"),
            home=_href(answer.url, response, ".//c:calendar-home-set/d:href"),
        )


def _href(base: str, response: Element, path: str) -> str:
    href = response.findtext(path, "", _NAMES).strip()
    return urljoin(base, href) if href else ""
