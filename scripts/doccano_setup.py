"""Prepare doccano's database: tables, roles and the administrator; runs in the server's environment.

Reads ``{"username": …, "password": …}`` from stdin, so that the password stands in no process list. Repeating it changes nothing
but the password.
"""

import json
import sys

import django


def main() -> None:
    """Create what is missing."""
    account = json.load(sys.stdin)
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")  # readers do not wait for the writer
    call_command("migrate", verbosity=0)
    call_command("create_roles")
    users = get_user_model()
    admin, _ = users.objects.get_or_create(username=account["username"])
    admin.is_staff = admin.is_superuser = admin.is_active = True
    admin.set_password(account["password"])
    admin.save()
    _declare_queue()


def _declare_queue() -> None:
    """Create the queue of imports and exports: the web process and the worker would both try it when they start, and one of them would end."""
    from config.celery import app

    with app.connection_for_write() as connection:
        app.amqp.queues[app.conf.task_default_queue].bind(connection.default_channel).declare()


if __name__ == "__main__":
    main()
