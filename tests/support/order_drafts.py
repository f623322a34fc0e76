"""Drafts of new orders, as JSON values."""

from typing import Any

Draft = dict[str, Any]
HEX = "00112233445566778899aabbccddeeff"
DRAFT: Draft = {
    "priority": 5,
    "origin": "ftp://user:hunter1@host/path.mp4",
    "destinations": ["ftp://user:hunter2@other.host/", "s3://bucket-name"],
    "jobs": [
        {
            "label": "iphone",
            "filename": "out.mp4",
            "profile_id": 666,
            "thumbnails": [
                {"filename": "a.jpg", "label": "l", "width": "720", "height": "480", "time": 0.3}
            ],
        }
    ],
    "notifications": [{"email": "me@site.com", "call": "https://host/notify?token=s3same"}],
    "post_process": [
        {
            "drm": {
                "key": HEX,
                "key_id": "f" * 32,
                "key_iv": "e" * 32,
                "pssh": "AAAAcHNzaA==",
                "encryption_scheme": "cbcs",
            }
        }
    ],
}
"""The body in api.md (D), with a destination that has a password and a signed URL."""
SECRETS = ("hunter1", "hunter2", "s3same", HEX, "f" * 32, "e" * 32, "AAAAcHNzaA==")
MINIMAL: Draft = {
    "origin": "ftp://host/path.mp4",
    "destinations": ["s3://bucket-name"],
    "jobs": [{"filename": "out.mp4", "profile_id": 666}],
}
