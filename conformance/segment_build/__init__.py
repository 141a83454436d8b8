"""Segment's own build of the destination, run beside ours: recorded from, and searched for differences.

installation        the npm package, pinned and installed once
process             the build as a Node process that answers cases
vectors, recording  recorded inputs and outputs, replayed; new ones recorded
comparison          the search for a case on which the two differ, over the `cases` made of
`events`, `mappings`, `templates`, `triggers` and `values`
"""

from conformance.segment_build.comparison import Disagreement, case_count, compare
from conformance.segment_build.installation import VERSION, install
from conformance.segment_build.process import SegmentBuild, SegmentBuildFault
from conformance.segment_build.recording import record, record_generated
from conformance.segment_build.search import SearchResult, search_differences

__all__ = [
    "VERSION",
    "Disagreement",
    "SearchResult",
    "SegmentBuild",
    "SegmentBuildFault",
    "case_count",
    "compare",
    "install",
    "record",
    "record_generated",
    "search_differences",
]
