"""Which LiquidJS the `@liquid` directive is: known without importing what renders templates."""

from __future__ import annotations

from typing import Final, Literal, get_args

#: 10.27.2 is what Segment's own repository is locked to, 10.30.1 what npm resolves its range to.
LiquidjsVersion = Literal["10.27.2", "10.30.1"]
LIQUIDJS_VERSIONS: Final[tuple[LiquidjsVersion, ...]] = get_args(LiquidjsVersion)
#: Source: `yarn.lock` of segmentio/action-destinations at 970a17ee8d, of August 2026.
DEFAULT_LIQUIDJS: Final[LiquidjsVersion] = "10.27.2"
