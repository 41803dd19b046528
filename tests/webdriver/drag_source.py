"""A square in the corner of the screen from which one file can be dragged, as from a file manager."""

import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

SIDE_PX = 48

uri = sys.argv[1]
square = Gtk.EventBox()
square.set_size_request(SIDE_PX, SIDE_PX)
target = Gtk.TargetEntry.new("text/uri-list", 0, 0)
square.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [target], Gdk.DragAction.COPY)
square.connect("drag-data-get", lambda _square, _context, data, _info, _time: data.set_uris([uri]))
# Not managed: it lies over the window of the portal, which fills the screen.
window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.add(square)
window.move(0, 0)
window.show_all()
print("ready", flush=True)
Gtk.main()
