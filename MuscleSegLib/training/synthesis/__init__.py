"""Training volumes: images of a leg in a new contrast, shape and state of disease, synthesized from its tissues."""
