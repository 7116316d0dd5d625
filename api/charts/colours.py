"""The light value of each chart class, written beside the class for readers that know no stylesheet (PDF, mail)."""

INK = "#17211f"
INK_2 = "#43504c"
LINE = "#d3dbd8"
SURFACE = "#fff"
SUNKEN = "#edf1ef"
ACCENT = "#0b5f69"
ACCENT_SOFT = "#e1eff0"
URGENT = "#a8112f"
URGENT_SOFT = "#fde9ec"
SEVERITY = ("#f8f7fb", "#efecf7", "#e3def1", "#d5cdea", "#c5bae1")
DATA = "#2b2350"
