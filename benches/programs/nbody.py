"""Planets around the sun: float arithmetic on lists."""


def body(x, y, z, vx, vy, vz, mass):
    return [[x, y, z], [vx, vy, vz], mass]


def system():
    return [
        body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 39.47841760435743),
        body(4.84143144246472, -1.16032004402743, -0.10362204447112, 0.606326392995, 2.81198684491, -0.02521836165988, 0.03769367487038),
        body(8.34336671824458, 4.12479856412430, -0.40352341711432, -1.01077434617879, 1.82566237123041, 0.00841576137658, 0.01128632613196),
        body(12.8943695621391, -15.1111514016986, -0.22330757889266, 1.08279100644153, 0.86871301816960, -0.01083263740136, 0.00172372405705),
        body(15.3796971148509, -25.9193146099880, 0.17925877295037, 0.97909073224389, 0.59469899864767, -0.03475595555077, 0.00203368686992),
    ]


def energy(bodies):
    total = 0.0
    for i, (place, speed, mass) in enumerate(bodies):
        total += 0.5 * mass * sum(v * v for v in speed)
        for other, _, other_mass in bodies[i + 1:]:
            total -= mass * other_mass / sum((a - b) ** 2 for a, b in zip(place, other)) ** 0.5
    return total


def advance(pairs, bodies, dt, steps):
    for _ in range(steps):
        for ([x1, y1, z1], v1, m1), ([x2, y2, z2], v2, m2) in pairs:
            dx = x1 - x2
            dy = y1 - y2
            dz = z1 - z2
            scale = dt * ((dx * dx + dy * dy + dz * dz) ** -1.5)
            b1, b2 = m2 * scale, m1 * scale
            v1[0] -= dx * b1
            v1[1] -= dy * b1
            v1[2] -= dz * b1
            v2[0] += dx * b2
            v2[1] += dy * b2
            v2[2] += dz * b2
        for place, (vx, vy, vz), _ in bodies:
            place[0] += dt * vx
            place[1] += dt * vy
            place[2] += dt * vz


bodies = system()
pairs = [(bodies[i], bodies[j]) for i in range(5) for j in range(i + 1, 5)]
advance(pairs, bodies, 0.001, 50000)
print("%.9f" % energy(bodies))
