"""Segment's own build of the destination, run beside ours: recorded from, and searched for differences."""

from conformance.segment_build.comparison import Disagreement, compare
from conformance.segment_build.installation import install
from conformance.segment_build.process import SegmentBuild
from conformance.segment_build.recording import record

__all__ = ["Disagreement", "SegmentBuild", "compare", "install", "record"]
