"""The pytest plugin: simulated projects as fixtures, scenario files as tests.

pytest loads this package in every environment that the harness is installed in, so importing it imports nothing of
the simulator; that happens in the first test that uses it.
"""

from conformance.pytest_plugin.project_types import ProjectType
from conformance.pytest_plugin.segment_source import SegmentSource
from conformance.pytest_plugin.simulated_project import SimulatedProject

__all__ = ["ProjectType", "SegmentSource", "SimulatedProject"]
