"""Charts drawn on the server as inline SVG: pure functions from small values to markup, no script and no style."""

from api.charts.sparkline import Sparkline, draw_sparkline
from api.charts.time_line import EpisodeTimeLine, Hold, Measure, Moment, Phase, Session
from api.charts.time_line_drawing import EPISODE_SIZES, REPLAY_SIZES, draw_time_line
from api.charts.trajectory import Band, CutOff, Dosing, Point, Trajectory
from api.charts.trajectory_drawing import draw_trajectory
from api.charts.trajectory_words import Change, Row, change, rows

__all__ = [
    "EPISODE_SIZES",
    "REPLAY_SIZES",
    "Band",
    "Change",
    "CutOff",
    "Dosing",
    "EpisodeTimeLine",
    "Hold",
    "Measure",
    "Moment",
    "Phase",
    "Point",
    "Row",
    "Session",
    "Sparkline",
    "Trajectory",
    "change",
    "draw_sparkline",
    "draw_time_line",
    "draw_trajectory",
    "rows",
]
