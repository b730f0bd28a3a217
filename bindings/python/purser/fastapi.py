"""Routes and a dependency for FastAPI, which is imported here and nowhere else.

    app.include_router(billing(purser, account=account_of), prefix="/billing")

    @app.get("/crm", dependencies=[Depends(require_feature(purser, "crm"))])
"""

import inspect
import json
import logging
import os
import weakref
from typing import Any, Callable, Mapping, Optional, Sequence
from urllib.parse import parse_qsl

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from . import Purser, PurserError

BODY_MAX_BYTES = 64 * 1024
WEBHOOK_MAX_BYTES = 1024 * 1024  # what Purser takes
SESSION_MARK = "{CHECKOUT_SESSION_ID}"
NO_STORE = {"Cache-Control": "no-store"}
# What a browser may say of a checkout and of the portal, by its name in JSON. Never account, trial or metadata.
CHECKOUT_FIELDS = {"tier": "tier", "price": "price", "interval": "interval", "currency": "currency", "promotionCode": "promotion_code", "locale": "locale"}
PORTAL_FIELDS = {"flow": "flow", "product": "product", "tier": "tier", "interval": "interval", "locale": "locale"}
STATUSES = {"invalid": 400, "not_found": 404, "conflict": 409, "limit": 429, "unavailable": 503, "timeout": 503, "canceled": 503, "busy": 503, "closed": 503}

log = logging.getLogger("purser")
Of = Callable[[Request], Any]  # of a request: a value, or an awaitable of one
_accounts: "weakref.WeakKeyDictionary[Purser, Of]" = weakref.WeakKeyDictionary()


def _account_of_user(request: Request) -> Any:
    user = request.scope.get("user") or getattr(request.state, "user", None)
    return user.get("id") if isinstance(user, Mapping) else getattr(user, "id", None)


async def _value(of: Optional[Of], request: Request) -> Any:
    made = of(request) if of else None
    return await made if inspect.isawaitable(made) else made


def _failure(status: int, error: str, message: str, headers: Optional[Mapping[str, str]] = None, **more: Any) -> HTTPException:
    return HTTPException(status, {"error": error, "message": message, **more}, dict(headers or {}))


async def _account(of: Of, request: Request) -> str:
    """A function that raises, e.g. because there is no user, has found nobody; its own HTTPException is its answer."""
    try:
        found = await _value(of, request)
    except HTTPException:
        raise
    except Exception:
        found = None
    account = str(found) if isinstance(found, int) and not isinstance(found, bool) else found
    if not isinstance(account, str) or not account:
        raise _failure(401, "sign_in_required", "nobody is signed in")
    return account


def _from(error: PurserError, request: Request) -> HTTPException:
    """A wrong URL, key or price is the host's own: logged, not said to its visitors."""
    status = STATUSES.get(error.code, 500)
    headers = {"Retry-After": str(-(-error.retry_after_ms // 1000))} if error.retry_after_ms > 0 else {}
    if status < 500:
        return _failure(status, error.reason, error.message, headers)
    log.error("%s %s: %s", request.method, request.url.path, error.message)
    return _failure(status, "unavailable" if status == 503 else "internal", "try again later", headers)


async def _raw(request: Request, most: int) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise _failure(413, "body_too_large", f"expected a body of at most {most} bytes")
        parts.append(part)
    return b"".join(parts)


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("application/x-www-form-urlencoded")


async def _fields(request: Request) -> Mapping[str, Any]:
    raw = await _raw(request, BODY_MAX_BYTES)
    if not raw.strip():
        return {}
    try:
        if _is_form(request):
            return dict(parse_qsl(raw.decode()))
        # text/plain is what a page of another site may send without asking first.
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
            raise _failure(415, "content_type", "expected Content-Type application/json or application/x-www-form-urlencoded")
        fields = json.loads(raw)
    except ValueError:
        raise _failure(400, "body_invalid", "expected JSON") from None
    if not isinstance(fields, dict):
        raise _failure(400, "body_invalid", "expected a JSON object or a form")
    return fields


def _only(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    said = {own: fields[name] for name, own in names.items() if fields.get(name) not in (None, "")}
    for name, value in said.items():
        if not isinstance(value, str):
            raise _failure(400, "body_invalid", f"{name}: expected text")
    return said


def _quantity(fields: Mapping[str, Any]) -> Optional[int]:
    given = str(fields.get("quantity", ""))
    if given in ("", "None"):
        return None
    if not (given.isascii() and given.isdigit() and int(given) >= 1):
        raise _failure(400, "body_invalid", "quantity: expected a whole number, 1 or more")
    return int(given)


def _shown(value: Any) -> Any:
    """An output of Purser's as JSON: names as in Python."""
    if isinstance(value, list):
        return [_shown(element) for element in value]
    names: Optional[Sequence[str]] = getattr(type(value), "_fields", None)
    return {name: _shown(getattr(value, name)) for name in names} if names else value


class _Billing:
    def __init__(self, purser: Purser, account: Of, options: Mapping[str, Any]) -> None:
        self.purser, self.of, self.options = purser, account, options
        said = options["allowed_origins"] or purser.allowed_origins or os.environ.get("PURSER_ALLOWED_ORIGINS", "").split(",")
        self.origins = [origin.strip().rstrip("/").lower() for origin in said if origin.strip()]

    def refuse_other_origins(self, request: Request) -> None:
        """A POST that a page of another origin causes carries that page's Origin. A client that is no browser sends neither header."""
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        own = site in (None, "same-origin", "none") if origin is None else origin.lower() in self.origins
        if not own:
            raise _failure(403, "origin_refused", "this page's origin may not do that: the host names its own in allowed_origins or PURSER_ALLOWED_ORIGINS")

    def home(self, request: Request) -> str:
        """The page's own origin, never the Host header."""
        origin = request.headers.get("origin", "").lower()
        return origin if origin in self.origins else self.origins[0] if self.origins else ""

    def answer(self, request: Request, url: str) -> Response:
        return RedirectResponse(url, 303, NO_STORE) if _is_form(request) else JSONResponse({"url": url}, headers=NO_STORE)

    async def checkout(self, request: Request) -> Response:
        self.refuse_other_origins(request)
        account = await _account(self.of, request)
        fields = await _fields(request)
        mount = request.url.path.removesuffix("/checkout")
        try:
            buy = await self.purser.aio.checkout_create(
                **_only(fields, CHECKOUT_FIELDS),
                quantity=_quantity(fields),
                account=account,
                email=await _value(self.options["email"], request),
                name=await _value(self.options["name"], request),
                metadata=await _value(self.options["metadata"], request),
                success_url=self.options["success_url"] or f"{self.home(request)}{mount}/confirm?session_id={SESSION_MARK}",
                cancel_url=self.options["cancel_url"] or f"{self.home(request)}/",
            )
        except PurserError as error:
            raise _from(error, request) from error
        return self.answer(request, buy.url)

    async def confirm(self, request: Request) -> Response:
        account = await _account(self.of, request)
        try:
            confirmed = await self.purser.aio.checkout_confirm(account=account, session=request.query_params.get("session_id", ""))
        except PurserError as error:
            raise _from(error, request) from error
        browses = request.headers.get("sec-fetch-mode") == "navigate" or request.headers.get("accept", "").startswith("text/html")
        if browses and not self.options["success_url"]:
            return RedirectResponse("/", 303, NO_STORE)
        return JSONResponse(_shown(confirmed), headers=NO_STORE)

    async def portal(self, request: Request) -> Response:
        self.refuse_other_origins(request)
        account = await _account(self.of, request)
        fields = _only(await _fields(request), PORTAL_FIELDS)
        try:
            portal = await self.purser.aio.portal_create(**fields, account=account, return_url=self.options["return_url"] or f"{self.home(request)}/")
        except PurserError as error:
            raise _from(error, request) from error
        return self.answer(request, portal.url)

    async def webhook(self, request: Request) -> Response:
        body = await _raw(request, WEBHOOK_MAX_BYTES)
        receipt = await self.purser.aio.webhook_receive(body=body, signature=request.headers.get("stripe-signature"), endpoint=self.options["endpoint"])
        return JSONResponse({"outcome": receipt.outcome, "reason": receipt.reason}, receipt.http_status, NO_STORE)

    async def plans(self, request: Request) -> Response:
        try:
            return JSONResponse(_shown(await self.purser.aio.catalog_read()), headers=NO_STORE)
        except PurserError as error:
            raise _from(error, request) from error


def billing(
    purser: Purser,
    *,
    account: Of = _account_of_user,
    success_url: Optional[str] = None,
    cancel_url: Optional[str] = None,
    return_url: Optional[str] = None,
    email: Optional[Of] = None,
    name: Optional[Of] = None,
    metadata: Optional[Of] = None,
    allowed_origins: Optional[Sequence[str]] = None,
    endpoint: Optional[str] = None,
) -> APIRouter:
    """POST /checkout, GET /confirm, POST /portal, POST /webhook, GET /plans. `account` says whose request it is; never the body."""
    options = {"success_url": success_url, "cancel_url": cancel_url, "return_url": return_url, "email": email, "name": name, "metadata": metadata,
               "allowed_origins": allowed_origins, "endpoint": endpoint}
    routes = _Billing(purser, account, options)
    _accounts[purser] = account
    router = APIRouter()
    router.add_api_route("/checkout", routes.checkout, methods=["POST"], name="purser_checkout")
    router.add_api_route("/confirm", routes.confirm, methods=["GET"], name="purser_confirm")
    router.add_api_route("/portal", routes.portal, methods=["POST"], name="purser_portal")
    router.add_api_route("/webhook", routes.webhook, methods=["POST"], name="purser_webhook")
    router.add_api_route("/plans", routes.plans, methods=["GET"], name="purser_plans")
    return router


async def _givers(purser: Purser, feature: str) -> Optional[list[str]]:
    """Which tiers and add-ons give the feature; None where the catalog cannot be read."""
    try:
        listed = (await purser.aio.catalog_read()).features
    except PurserError:
        return None
    return [f"{one.product}/{one.tier}" if one.product else one.tier for one in listed if one.feature == feature]


def require_feature(purser: Purser, feature: str, *, account: Optional[Of] = None) -> Callable[[Request], Any]:
    """A dependency that gives the account, or answers 401 where nobody is signed in, 402 with the tiers that have the feature, 403 where none has."""
    if not isinstance(feature, str) or not feature:
        raise TypeError("require_feature(purser, feature): expected a feature's key")
    warned = False

    async def holder(request: Request) -> str:
        nonlocal warned
        found = await _account(account or _accounts.get(purser, _account_of_user), request)
        if purser.check(found, feature) is True:
            return found
        givers = await _givers(purser, feature)
        tiers = givers or []
        if givers == [] and not warned:
            warned = True
            log.warning("require_feature: no tier of the catalog gives %r: nobody gets in", feature)
        message = f"'{feature}' comes with {', '.join(tiers)}" if tiers else f"no tier is known that has '{feature}'"
        raise _failure(402 if tiers else 403, "feature_required", message, feature=feature, tiers=tiers)

    return holder
