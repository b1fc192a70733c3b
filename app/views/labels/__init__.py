"""Words of the screens for kinds, states, fields and acts. A leaf: it imports no view that is registered."""
