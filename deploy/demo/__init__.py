"""The demonstration: an invented network, its people, and sixty courses of care over the past six months."""
