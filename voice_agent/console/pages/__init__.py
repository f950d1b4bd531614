"""The console's pages: Korean, by NiceGUI, one file each.

registry.py   which pages there are, and the action each needs    frame.py  what they have in common
view.py       one open page and who looks at it                    words.py  codes → Korean; html.py: tables
components/   what moves: drawn by small scripts of our own in the browser
"""

from __future__ import annotations

from voice_agent.console.pages.registry import PAGES, mount_pages

__all__ = ["PAGES", "mount_pages"]
