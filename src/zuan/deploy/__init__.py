"""One way to deploy, for tests, local chains and live ones; and the manifest that says what was deployed."""

from .config import DeployConfig, MinterLimits, local_config
from .manifest import Manifest
from .plan import deploy

__all__ = ["DeployConfig", "Manifest", "MinterLimits", "deploy", "local_config"]
