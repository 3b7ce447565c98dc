"""RFC 9162 Merkle tree heads over SHA-256 (DOMAIN §12)."""

import hashlib

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """A tree that only grows: keeps the heads of its full subtrees, largest first."""

    def __init__(self):
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, data: bytes) -> None:
        head = leaf_hash(data)
        size = self.size
        while size & 1:
            head = node_hash(self._peaks.pop(), head)
            size >>= 1
        self._peaks.append(head)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return EMPTY
        head = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            head = node_hash(peak, head)
        return head


class PlacedTree:
    """A tree whose leaves keep their places and may change.

    Level by level from the leaves; a last node without a partner goes up as it is, which gives the
    same shape as RFC 9162's splits at the largest power of two.
    """

    def __init__(self):
        self._levels: list[list[bytes]] = [[]]

    @property
    def size(self) -> int:
        return len(self._levels[0])

    def set(self, place: int, data: bytes) -> None:
        """Sets a leaf; place is at most the size, which appends."""
        head = leaf_hash(data)
        level = 0
        while True:
            row = self._levels[level]
            if place == len(row):
                row.append(head)
            else:
                row[place] = head
            if len(row) == 1:
                return
            left = place & ~1
            head = node_hash(row[left], row[left + 1]) if left + 1 < len(row) else row[left]
            level += 1
            place >>= 1
            if level == len(self._levels):
                # The first node of a new level stands for the two below it; the left one is there.
                self._levels.append([])

    def root(self) -> bytes:
        return self._levels[-1][0] if self._levels[0] else EMPTY
