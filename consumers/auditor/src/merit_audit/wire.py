"""The messages of proto/merit/v1, and what protobuf does not tell of a record's bytes."""

import hashlib
import warnings
from dataclasses import dataclass
from types import SimpleNamespace

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import DecodeError, Message

from merit_audit.protos import descriptor_set

# protobuf 3.20 and 4 only warn of what _top_fields refuses.
warnings.filterwarnings("ignore", "Unexpected end-group tag", RuntimeWarning)

VALUE_BYTES_MAX = 65_536  # EFFECTS §8
SIGNATURE_HEAD = b"\xc2\x3e\x40"  # field 1000, length-delimited, 64 long
SIGNATURE_TAIL = 67


def _load() -> dict[str, object]:
    pool = descriptor_pool.DescriptorPool()
    files = descriptor_pb2.FileDescriptorSet.FromString(descriptor_set()).file
    for file in files:
        pool.AddSerializedFile(file.SerializeToString())
    # protobuf before 4.22 has a factory object, later ones a function.
    make = getattr(message_factory, "GetMessageClass", None)
    make = make or message_factory.MessageFactory(pool).GetPrototype
    found: dict[str, object] = {}
    for file in files:
        for message in file.message_type:
            name = f"merit.v1.{message.name}"
            found[message.name] = make(pool.FindMessageTypeByName(name))
            for nested in message.nested_type:
                inner = pool.FindMessageTypeByName(f"{name}.{nested.name}")
                found[f"{message.name}.{nested.name}"] = make(inner)
        for enum in file.enum_type:
            prefix = "".join("_" + c if c.isupper() else c.upper() for c in enum.name)[1:] + "_"
            names = {v.name.removeprefix(prefix): v.number for v in enum.value}
            found[enum.name] = SimpleNamespace(**names)
    return found


_FOUND = _load()


def message(name: str):
    """The class of a message, "Score" or "Score.Honour"."""
    return _FOUND[name]


def enum(name: str) -> SimpleNamespace:
    """An enum's numbers by name without their prefix: enum("Code").APPLIED is 1."""
    return _FOUND[name]


Event = message("Event")
_ENVELOPE_NUMBERS = frozenset(f.number for f in Event.DESCRIPTOR.fields)


@dataclass(slots=True)
class Decoded:
    """An event with what its bytes say beside the message."""

    event: Message
    value: bytes
    sha256: bytes
    body_name: str | None  # None: a body that this program does not know
    body: Message | None
    signature_in_place: bool  # the last field is a signature of 64 bytes (EFFECTS §1.1, 7)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7


def _top_fields(data: bytes):
    """(number, start) of each field of the outermost message; data has been parsed before.

    Number 0: protobuf stops here, at a tag 0, one beyond 32 bits, or an end of no group. Some of
    its versions go on, or call the bytes before it a message; here the whole is none.
    """
    at, depth, size = 0, 0, len(data)
    while at < size:
        start = at
        tag, at = _varint(data, at)
        kind = tag & 7
        if depth == 0:
            if tag == 0 or tag >> 32 or kind == 4:
                yield 0, start
                return
            yield tag >> 3, start
        if kind == 0:
            _, at = _varint(data, at)
        elif kind == 1:
            at += 8
        elif kind == 2:
            length, at = _varint(data, at)
            at += length
        elif kind == 3:
            depth += 1
        elif kind == 4:
            depth -= 1
        else:
            at += 4


def decode(value: bytes, sha256: bytes | None = None) -> Decoded | None:
    """The event in a record's value; None: protobuf refuses it, or it has no body.

    Whether ids are well formed is not looked at here.
    """
    if len(value) > VALUE_BYTES_MAX:
        return None
    try:
        event = Event.FromString(value)
    except DecodeError:
        return None
    unknown_body = False
    number, start = 0, 0
    for number, start in _top_fields(value):
        if number == 0:
            return None
        if 10 <= number <= 999 and number not in _ENVELOPE_NUMBERS:
            unknown_body = True
    in_place = start == len(value) - SIGNATURE_TAIL and value[start : start + 3] == SIGNATURE_HEAD
    name = None if unknown_body else event.WhichOneof("body")
    if name is None and not unknown_body:
        return None
    body = getattr(event, name) if name else None
    return Decoded(event, value, sha256 or hashlib.sha256(value).digest(), name, body, in_place)
