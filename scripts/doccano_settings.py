"""Django settings of the server that ``baoshu annotate up`` starts: doccano's own, closed to outsiders.

Runs in the server's environment. DEBUG=False in the environment also turns doccano's open CORS off; without STANDALONE
it serves no ``/media/``, where every export lies.
"""

import os

from config.settings.production import *  # noqa: F403
from config.settings.production import DATABASES
from kombu.transport.sqlalchemy import Transport

ALLOWED_HOSTS = os.environ["BAOSHU_ALLOWED_HOSTS"].split(",")
DJANGO_DRF_FILEPOND_UPLOAD_TMP = os.environ["BAOSHU_UPLOADS"]
DJANGO_DRF_FILEPOND_ALLOW_EXTERNAL_UPLOAD_DIR = True
_UPLOAD_CALLS = ("GET_FETCH", "GET_LOAD", "GET_RESTORE", "POST_PROCESS", "PATCH_PATCH", "DELETE_REVERT")
DJANGO_DRF_FILEPOND_PERMISSION_CLASSES = {
    call: ["rest_framework.permissions.IsAuthenticated"] for call in _UPLOAD_CALLS
}  # doccano lets anybody upload
Transport.polling_interval = 0.2  # seconds an import or export waits for the worker to look
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"].setdefault("OPTIONS", {})["timeout"] = 60  # seconds to wait for the other process's write
