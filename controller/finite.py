"""Plain values without what JSON does not know. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, overload


@overload
def finite(value: Mapping[str, object]) -> dict[str, Any]: ...
@overload
def finite(value: object) -> Any: ...
def finite(value: Any) -> Any:
    """Return a plain value with None for NaN and infinities, however deep; keys are texts, and tuples lists."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
