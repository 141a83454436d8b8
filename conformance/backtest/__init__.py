"""What a mapping makes of an archive of events, and what would change under another: `backtest`, callable.

`count` turns events into figures, and `merge` turns figures of parts into those of the whole. `backtest` does both
for files, on as many processes as are wanted. `to_json` makes a document of figures, and `format_text`, `to_markdown`
and `to_html` make reports of that.
"""

from conformance.backtest.counting import Broken, Located, Missing, count
from conformance.backtest.engine import backtest
from conformance.backtest.evaluation import Mappings
from conformance.backtest.figures import Figures, Position, merge
from conformance.backtest.report import to_json
from conformance.backtest.views import format_text, to_html, to_markdown

__all__ = [
    "Broken",
    "Figures",
    "Located",
    "Mappings",
    "Missing",
    "Position",
    "backtest",
    "count",
    "format_text",
    "merge",
    "to_html",
    "to_json",
    "to_markdown",
]
