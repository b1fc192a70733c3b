"""Health checks: alive, ready to serve, and in order as a whole."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app.clock import utc_now
from app.services.operations import readiness
from app.views import outside

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """503 when this process cannot serve people, so that a load balancer asks another one; `problems` says why.

    `warnings` names what else is not in order: taking every web process away would not help. A monitor that wants to
    be told of those too asks `/readyz?all=1`, which then answers 503.
    """
    problems = readiness.find_problems(current_app.extensions["mail"])
    warnings = find_warnings() if not problems else []
    status = "not ready" if problems else "degraded" if warnings else "ready"
    is_told = problems or (warnings and "all" in request.args)
    return jsonify(status=status, problems=problems, warnings=warnings), 503 if is_told else 200


def find_warnings() -> list[str]:
    """What is not in order: in the database's eyes, and of the parts around the portal."""
    return readiness.find_warnings(utc_now(), current_app.config["INSTANCE_DIR"]) + outside.find_silent()
