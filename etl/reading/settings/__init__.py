"""Settings: the shapes in which people and tools write them, each in one module, and where they are a training's."""
