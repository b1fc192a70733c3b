"""Health checks for load balancers: alive, and ready to serve."""

from __future__ import annotations

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue

from app.services.operations import readiness

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Database, migrations at head and mail settings; 503 and the names of what is not right."""
    problems = readiness.find_problems(current_app.extensions["mail"])
    return jsonify(status="not ready" if problems else "ready", problems=problems), 503 if problems else 200
