"""Pictures that are the same SVG on every machine, in one style and in colours that everybody can tell apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import matplotlib as mpl
from matplotlib.figure import Figure

# Okabe and Ito's palette, which colour-blind people can tell apart; yellow left out, it is too light for lines
BLUE: Final = "#0072B2"
VERMILION: Final = "#D55E00"
GREEN: Final = "#009E73"
ORANGE: Final = "#E69F00"
PURPLE: Final = "#CC79A7"
SKY: Final = "#56B4E9"
BLACK: Final = "#000000"
GREY: Final = "#767676"


def write(path: Path, draw: Callable[[], Figure], salt: str) -> Path:
    """Draw a picture into a file; the same picture and salt, which its ids are made of, give the same bytes."""
    with mpl.rc_context(
        {
            "svg.hashsalt": salt,
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "font.size": 10,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.grid": True,
            "grid.color": "#E5E5E5",
            "axes.axisbelow": True,
            "legend.frameon": False,
        }
    ):
        draw().savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None, "Creator": None})
    return path
