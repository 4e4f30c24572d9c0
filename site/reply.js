// Comments in place.
