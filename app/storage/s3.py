"""Files at a service that speaks S3, through boto3, which finds its credentials as it always does (AWS_… settings)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.storage.store import FileGone, StoreFailed, check_key, new_key, read_pieces
from setting_rules import check_storage_url

TIMEOUT_SECONDS = 20  # a person waits for it
GONE = {"404", "NoSuchKey", "NotFound"}


class S3Store:
    """`s3://bucket/prefix?region=…&endpoint=https://…&encryption=AES256`; only the bucket is needed."""

    def __init__(self, url: str) -> None:
        check_storage_url(url)
        parts = urlsplit(url)
        options = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self._bucket = parts.netloc
        self._prefix = f"{parts.path.strip('/')}/" if parts.path.strip("/") else ""
        self._extra = {"ServerSideEncryption": options["encryption"]} if "encryption" in options else {}
        self._client: Any = boto3.session.Session().client(
            "s3",
            region_name=options.get("region"),
            endpoint_url=options.get("endpoint"),
            config=Config(
                connect_timeout=TIMEOUT_SECONDS,
                read_timeout=TIMEOUT_SECONDS,
                retries={"max_attempts": 3},
                request_checksum_calculation="when_required",  # services that are not Amazon's often lack the new ones
                response_checksum_validation="when_required",
            ),
        )

    def keep(self, content: IO[bytes]) -> str:
        """See Store. S3 shows an object only when all of it has arrived."""
        key = new_key()
        settings = TransferConfig(use_threads=False)
        with _failing():
            self._client.upload_fileobj(
                _Kept(content), self._bucket, self._prefix + key, ExtraArgs=self._extra, Config=settings
            )
        return key

    def check(self) -> None:
        """See Store."""
        with _failing():
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def open(self, key: str, *, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """See Store."""
        if length == 0:
            return iter(())
        end = "" if length is None else start + length - 1
        with _failing(key):
            answer = self._client.get_object(**self._place(key), Range=f"bytes={start}-{end}")
        return read_pieces(answer["Body"], length)

    def size(self, key: str) -> int:
        """See Store."""
        with _failing(key):
            return int(self._client.head_object(**self._place(key))["ContentLength"])

    def delete(self, key: str) -> None:
        """See Store."""
        with _failing(key):
            self._client.delete_object(**self._place(key))

    def old_keys(self, before: datetime) -> Iterator[str]:
        """See Store."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        with _failing():
            for kept in (kept for page in pages for kept in page.get("Contents", ())):
                if kept["LastModified"] < before:
                    yield kept["Key"].removeprefix(self._prefix)

    def delete_incomplete(self, before: datetime) -> int:
        """See Store: uploads in parts that were never finished."""
        with _failing():
            begun = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=self._prefix).get("Uploads", ())
            old = [upload for upload in begun if upload["Initiated"] < before]
            for upload in old:
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        return len(old)

    def _place(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + check_key(key)}


class _Kept:
    """boto3 closes the file that it is given; this one is the caller's."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content

    def read(self, size: int = -1) -> bytes:
        """As of the file itself."""
        return self._content.read(size)


@contextlib.contextmanager
def _failing(key: str = "") -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in GONE:
            raise FileGone(key) from None
        raise StoreFailed(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise StoreFailed(str(error)) from error
