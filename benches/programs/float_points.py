"""Many small objects with float attributes: creation, attribute access, method calls."""

from math import cos, sin, sqrt


class Point:
    __slots__ = ("x", "y", "z")

    def __init__(self, i):
        self.x = x = sin(i)
        self.y = cos(i) * 3
        self.z = x * x / 2

    def normalise(self):
        norm = sqrt(self.x * self.x + self.y * self.y + self.z * self.z)
        self.x /= norm
        self.y /= norm
        self.z /= norm

    def maximise(self, other):
        self.x = self.x if self.x > other.x else other.x
        self.y = self.y if self.y > other.y else other.y
        self.z = self.z if self.z > other.z else other.z
        return self


def run(n):
    points = [Point(i) for i in range(n)]
    for point in points:
        point.normalise()
    best = points[0]
    for point in points[1:]:
        best = best.maximise(point)
    return best


for _ in range(4):
    point = run(50000)
print("%.6f %.6f %.6f" % (point.x, point.y, point.z))
