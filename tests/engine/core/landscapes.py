"""The surfaces that the tests of descent go down."""

from engine.core.surfaces import beale, himmelblau, plateau, quadratic, rastrigin, rosenbrock, saddle

LANDSCAPES = {
    "bowl": quadratic(10.0),
    "turned": quadratic(40.0, 35.0),
    "rosenbrock": rosenbrock(),
    "beale": beale(),
    "himmelblau": himmelblau(),
    "saddle": saddle(),
    "plateau": plateau(),
    "rastrigin": rastrigin(),
}
