"""Read models filled by several members at once: partitions fenced by epochs, streams by their versions."""
