"""The outcome trajectory as inline SVG, drawn once for each width so that its text is never scaled."""

from functools import lru_cache

from markupsafe import Markup

from api.charts import svg, trajectory_words
from api.charts.legend import legend
from api.charts.trajectory import Trajectory
from api.charts.trajectory_frame import SIZES, Frame, Size
from api.charts.trajectory_labels import labels
from api.charts.trajectory_shapes import shapes


@lru_cache(maxsize=512)  # the same scores always draw the same picture, and most pages are looked at again
def draw_trajectory(trajectory: Trajectory, page_id: str, sizes: tuple[Size, ...] = SIZES) -> Markup:
    """The chart in every size with its legend in words; a sentence where there is no score yet."""
    if not trajectory.points:
        return svg.element("p", trajectory_words.none_yet(trajectory), class_="empty")
    drawings = svg.together(_drawing(trajectory, size, page_id) for size in sizes)
    return svg.element("div", drawings, legend(trajectory), class_="chart")


def _drawing(trajectory: Trajectory, size: Size, page_id: str) -> Markup:
    frame = Frame(trajectory, size)
    return svg.picture(
        *shapes(frame),
        *labels(frame),
        id_=f"{page_id}-{size.name}",
        name=size.name,
        width=size.width,
        height=size.height,
        title=trajectory_words.title(trajectory),
        description=trajectory_words.description(trajectory),
    )
