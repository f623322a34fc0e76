"""Texts that are kept by the thousand and seldom looked at: packed, they take a quarter."""

import zlib

# What an order's answer has in common with the next one's; the most frequent stands last.
_KNOWN = (
    b'"comment":"","timestamp":"2021-09-08 09:15:55.875827+00:00","status":"FINISHED","label":"'
    b'","filename":"","size":,"duration":,"transcodingnotification_set":[{"callback_url":null,'
    b'"email":"@"}],"transcodingdownload":{"download_url":"ftp://","download_protocol":"FTP",'
    b'"download_user":"usuario"},"transcodingupload_set":[{"upload_url":"ftp://",'
    b'"upload_protocol":"FTP","upload_user":"usuario"}],{"order_id":"","transcodingjob_set":['
    b'{"profile":{"id":,"name":""},"filename":".mp4","label":null,"progress":100.0},'
)


def pack(text: str) -> bytes:
    """Equal texts are equal when packed."""
    packer = zlib.compressobj(zdict=_KNOWN)
    return packer.compress(text.encode()) + packer.flush() if text else b""


def unpack(packed: bytes) -> str:
    return zlib.decompressobj(zdict=_KNOWN).decompress(packed).decode() if packed else ""
